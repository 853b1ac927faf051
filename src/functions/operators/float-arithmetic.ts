/**
 * + - * / and unary - on floats. A finite result that became infinite raises "overflow", one that
 * became zero raises "underflow", as PostgreSQL's float.h does.
 */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import { emitError } from '../emit-errors.ts';
import type { Emit, ScalarOverload } from '../function-record.ts';
import { argument, push, raising, total, widening, type FloatName } from './emit.ts';

type Operation = 'add' | 'sub' | 'mul' | 'div';
type FloatType = 'f32' | 'f64';

const names: readonly FloatName[] = ['float4', 'float8'];

export interface FloatValue {
  readonly type: FloatType;
  readonly local: number;
}

/** Pushes whether the value is an infinity. */
export function pushIsInfinite(builder: FunctionBuilder, { type, local }: FloatValue): void {
  push(builder, local, [`${type}.abs`]);
  if (type === 'f64') builder.f64Const(Infinity);
  else builder.f32Const(Infinity);
  builder.op(`${type}.eq`);
}

export function pushIsZero(builder: FunctionBuilder, { type, local }: FloatValue): void {
  push(builder, local);
  if (type === 'f64') builder.f64Const(0);
  else builder.f32Const(0);
  builder.op(`${type}.eq`);
}

interface FloatOperands {
  readonly type: FloatType;
  readonly a: number;
  readonly b: number;
  readonly result: number;
}

/** A result is infinite though no operand is. */
function emitOverflowCheck(builder: FunctionBuilder, { type, a, b, result }: FloatOperands): void {
  pushIsInfinite(builder, { type, local: result });
  builder.if();
  pushIsInfinite(builder, { type, local: a });
  pushIsInfinite(builder, { type, local: b });
  builder.op('i32.or');
  builder.op('i32.eqz');
  builder.raiseIf(emitError.valueOverflow);
  builder.end();
}

function emitUnderflowCheck(
  builder: FunctionBuilder,
  operation: Operation,
  { type, a, b, result }: FloatOperands,
): void {
  pushIsZero(builder, { type, local: result });
  builder.if();
  pushIsZero(builder, { type, local: a });
  if (operation === 'mul') pushIsZero(builder, { type, local: b });
  else pushIsInfinite(builder, { type, local: b });
  builder.op('i32.or');
  builder.op('i32.eqz');
  builder.raiseIf(emitError.valueUnderflow);
  builder.end();
}

function emitDivisionCheck(builder: FunctionBuilder, { type, a, b }: FloatOperands): void {
  pushIsZero(builder, { type, local: b });
  push(builder, a);
  push(builder, a);
  builder.op(`${type}.eq`);
  builder.op('i32.and');
  builder.raiseIf(emitError.divisionByZero);
}

function emitOperation(
  operation: Operation,
  types: readonly [FloatName, FloatName, FloatName],
): Emit {
  return (builder, args) => {
    const [left, right, returns] = types;
    const type = returns === 'float4' ? 'f32' : 'f64';
    const operands = {
      type,
      a: builder.local(type),
      b: builder.local(type),
      result: builder.local(type),
    } as const;
    push(builder, argument(args, 0), widening(left, returns));
    builder.localSet(operands.a);
    push(builder, argument(args, 1), widening(right, returns));
    builder.localSet(operands.b);
    if (operation === 'div') emitDivisionCheck(builder, operands);
    push(builder, operands.a);
    push(builder, operands.b);
    builder.op(`${type}.${operation}`);
    builder.localSet(operands.result);
    emitOverflowCheck(builder, operands);
    if (operation === 'mul' || operation === 'div') {
      emitUnderflowCheck(builder, operation, operands);
    }
    push(builder, operands.result);
  };
}

export function floatOverloads(operation: Operation): ScalarOverload[] {
  return names.flatMap((left) =>
    names.map((right) => {
      const returns = left === 'float4' && right === 'float4' ? 'float4' : 'float8';
      const emit = emitOperation(operation, [left, right, returns]);
      return raising({ args: [left, right], returns, emit });
    }),
  );
}

/** One instruction per float type: neg, abs, ceil … */
export function floatUnary(
  operation: 'neg' | 'abs' | 'ceil' | 'floor' | 'trunc' | 'nearest',
  types: readonly FloatName[] = names,
): ScalarOverload[] {
  return types.map((type) =>
    total({
      args: [type],
      returns: type,
      emit: (builder, args) =>
        push(builder, argument(args, 0), [`${type === 'float4' ? 'f32' : 'f64'}.${operation}`]),
    }),
  );
}
