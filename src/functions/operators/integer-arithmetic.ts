/**
 * + - * / % and unary - on integers of all widths. The result is of the wider type; leaving its
 * range raises 22003, dividing by zero 22012.
 */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import { emitError } from '../emit-errors.ts';
import type { Emit, FunctionRecord, ScalarOverload } from '../function-record.ts';
import {
  argument,
  checkInt2,
  outOfRange,
  push,
  raising,
  widening,
  widerInteger,
  type IntegerName,
} from './emit.ts';

type Operation = 'add' | 'sub' | 'mul' | 'div_s' | 'rem_s';

const widths: readonly IntegerName[] = ['int2', 'int4', 'int8'];

function loadArguments(
  builder: FunctionBuilder,
  args: readonly number[],
  types: readonly [IntegerName, IntegerName, IntegerName],
): readonly [number, number] {
  const [left, right, result] = types;
  const type = result === 'int8' ? 'i64' : 'i32';
  const a = builder.local(type);
  const b = builder.local(type);
  push(builder, argument(args, 0), widening(left, result));
  builder.localSet(a);
  push(builder, argument(args, 1), widening(right, result));
  builder.localSet(b);
  return [a, b];
}

/** Overflow of a sum: both operands differ in sign from it (of a difference: see below). */
function emitSum(builder: FunctionBuilder, operation: 'add' | 'sub', operands: Operands): void {
  const { a, b, result } = operands;
  const type = result === 'int8' ? 'i64' : 'i32';
  const r = builder.local(type);
  push(builder, a);
  push(builder, b);
  builder.op(`${type}.${operation}`);
  builder.localSet(r);
  if (result === 'int2') return checkInt2(builder, r);
  push(builder, a);
  push(builder, operation === 'add' ? r : b);
  builder.op(`${type}.xor`);
  push(builder, operation === 'add' ? b : a);
  push(builder, r);
  builder.op(`${type}.xor`);
  builder.op(`${type}.and`);
  if (type === 'i64') builder.i64Const(0n);
  else builder.i32Const(0);
  builder.op(`${type}.lt_s`);
  builder.raiseIf(outOfRange[result]);
  push(builder, r);
}

interface Operands {
  readonly a: number;
  readonly b: number;
  readonly result: IntegerName;
}

function emitProduct(builder: FunctionBuilder, { a, b, result }: Operands): void {
  if (result === 'int2') {
    const r = builder.local('i32');
    push(builder, a);
    push(builder, b);
    builder.op('i32.mul');
    builder.localSet(r);
    return checkInt2(builder, r);
  }
  if (result === 'int8') return emitWideProduct(builder, a, b);
  const wide = builder.local('i64');
  push(builder, a, ['i64.extend_i32_s']);
  push(builder, b, ['i64.extend_i32_s']);
  builder.op('i64.mul');
  builder.localTee(wide);
  push(builder, wide, ['i64.extend32_s']);
  builder.op('i64.ne');
  builder.raiseIf(emitError.integerOutOfRange);
  push(builder, wide, ['i32.wrap_i64']);
}

/** Factors that fit 32 bits cannot overflow; others are checked by dividing back. */
function emitWideProduct(builder: FunctionBuilder, a: number, b: number): void {
  const r = builder.local('i64');
  push(builder, a);
  push(builder, b);
  builder.op('i64.mul');
  builder.localSet(r);
  push(builder, a, ['i64.extend32_s']);
  push(builder, a);
  builder.op('i64.ne');
  push(builder, b, ['i64.extend32_s']);
  push(builder, b);
  builder.op('i64.ne');
  builder.op('i32.or');
  builder.if();
  push(builder, b, ['i64.eqz', 'i32.eqz']);
  builder.if();
  emitIsMinimumByMinusOne(builder, a, b);
  builder.raiseIf(emitError.bigintOutOfRange);
  push(builder, b);
  builder.i64Const(-1n);
  builder.op('i64.ne');
  builder.if();
  push(builder, r);
  push(builder, b);
  builder.op('i64.div_s');
  push(builder, a);
  builder.op('i64.ne');
  builder.raiseIf(emitError.bigintOutOfRange);
  builder.end();
  builder.end();
  builder.end();
  push(builder, r);
}

/** Pushes a = -2^63 and b = -1: the one quotient and negated product that leave the range. */
function emitIsMinimumByMinusOne(builder: FunctionBuilder, a: number, b: number): void {
  push(builder, a);
  builder.i64Const(-(2n ** 63n));
  builder.op('i64.eq');
  push(builder, b);
  builder.i64Const(-1n);
  builder.op('i64.eq');
  builder.op('i32.and');
}

function emitQuotient(builder: FunctionBuilder, { a, b, result }: Operands): void {
  if (result === 'int8') {
    push(builder, b, ['i64.eqz']);
    builder.raiseIf(emitError.divisionByZero);
    emitIsMinimumByMinusOne(builder, a, b);
    builder.raiseIf(emitError.bigintOutOfRange);
    push(builder, a);
    push(builder, b);
    return builder.op('i64.div_s');
  }
  push(builder, b, ['i32.eqz']);
  builder.raiseIf(emitError.divisionByZero);
  if (result === 'int2') {
    const r = builder.local('i32');
    push(builder, a);
    push(builder, b);
    builder.op('i32.div_s');
    builder.localSet(r);
    return checkInt2(builder, r);
  }
  push(builder, a);
  builder.i32Const(-2_147_483_648);
  builder.op('i32.eq');
  push(builder, b);
  builder.i32Const(-1);
  builder.op('i32.eq');
  builder.op('i32.and');
  builder.raiseIf(emitError.integerOutOfRange);
  push(builder, a);
  push(builder, b);
  builder.op('i32.div_s');
}

/** WebAssembly's remainder of the smallest integer by -1 is 0, as PostgreSQL's. */
function emitRemainder(builder: FunctionBuilder, { a, b, result }: Operands): void {
  const type = result === 'int8' ? 'i64' : 'i32';
  push(builder, b, [`${type}.eqz`]);
  builder.raiseIf(emitError.divisionByZero);
  push(builder, a);
  push(builder, b);
  builder.op(`${type}.rem_s`);
}

function emitOperation(
  operation: Operation,
  types: readonly [IntegerName, IntegerName, IntegerName],
): Emit {
  return (builder, args) => {
    const [a, b] = loadArguments(builder, args, types);
    const operands = { a, b, result: types[2] };
    switch (operation) {
      case 'add':
      case 'sub':
        return emitSum(builder, operation, operands);
      case 'mul':
        return emitProduct(builder, operands);
      case 'div_s':
        return emitQuotient(builder, operands);
      case 'rem_s':
        return emitRemainder(builder, operands);
    }
  };
}

/** Overloads for all pairs of widths; `%` has pairs of equal width only. */
export function integerOverloads(operation: Operation): ScalarOverload[] {
  return widths.flatMap((left) =>
    widths
      .filter((right) => operation !== 'rem_s' || right === left)
      .map((right) => {
        const returns = widerInteger(left, right);
        const emit = emitOperation(operation, [left, right, returns]);
        return raising({ args: [left, right], returns, emit });
      }),
  );
}

function emitNegated(type: IntegerName): Emit {
  return (builder, args) => {
    const zero = builder.local(type === 'int8' ? 'i64' : 'i32');
    if (type === 'int8') builder.i64Const(0n);
    else builder.i32Const(0);
    builder.localSet(zero);
    emitSum(builder, 'sub', { a: zero, b: argument(args, 0), result: type });
  };
}

export function negationOverloads(): ScalarOverload[] {
  return widths.map((type) => raising({ args: [type], returns: type, emit: emitNegated(type) }));
}

function emitAbsolute(type: IntegerName): Emit {
  return (builder, args) => {
    const result = builder.local(type === 'int8' ? 'i64' : 'i32');
    const value = argument(args, 0);
    push(builder, value);
    builder.localSet(result);
    push(builder, value);
    if (type === 'int8') builder.i64Const(0n);
    else builder.i32Const(0);
    builder.op(type === 'int8' ? 'i64.lt_s' : 'i32.lt_s');
    builder.if();
    emitNegated(type)(builder, args);
    builder.localSet(result);
    builder.end();
    push(builder, result);
  };
}

export function absoluteOverloads(): ScalarOverload[] {
  return widths.map((type) => raising({ args: [type], returns: type, emit: emitAbsolute(type) }));
}

/** & | # on integers of equal width. */
function bitOverloads(operation: 'and' | 'or' | 'xor'): ScalarOverload[] {
  return widths.map((type) => ({
    kind: 'scalar',
    args: [type, type],
    returns: type,
    total: true,
    emit: (builder, args) => {
      push(builder, argument(args, 0));
      push(builder, argument(args, 1));
      builder.op(`${type === 'int8' ? 'i64' : 'i32'}.${operation}`);
    },
  }));
}

/** The distance is taken modulo the width, as the machine does it that PostgreSQL runs on. */
function shiftOverloads(operation: 'shl' | 'shr_s'): ScalarOverload[] {
  return widths.map((type) => ({
    kind: 'scalar',
    args: [type, 'int4'],
    returns: type,
    total: true,
    emit: (builder, args) => {
      push(builder, argument(args, 0));
      push(builder, argument(args, 1), type === 'int8' ? ['i64.extend_i32_s'] : []);
      builder.op(`${type === 'int8' ? 'i64' : 'i32'}.${operation}`);
      if (type === 'int2') builder.op('i32.extend16_s');
    },
  }));
}

const invertOverloads: readonly ScalarOverload[] = widths.map((type) => ({
  kind: 'scalar',
  args: [type],
  returns: type,
  total: true,
  emit: (builder, args) => {
    push(builder, argument(args, 0));
    if (type === 'int8') builder.i64Const(-1n);
    else builder.i32Const(-1);
    builder.op(type === 'int8' ? 'i64.xor' : 'i32.xor');
  },
}));

function bitRecord(
  operator: string,
  text: string,
  overloads: readonly ScalarOverload[],
): FunctionRecord {
  return { name: operator, operator, doc: { family: 'operators', text }, overloads };
}

export const bitOperators: readonly FunctionRecord[] = [
  bitRecord('&', 'bitwise AND', bitOverloads('and')),
  bitRecord('|', 'bitwise OR', bitOverloads('or')),
  bitRecord('#', 'bitwise exclusive OR', bitOverloads('xor')),
  bitRecord('~', 'bitwise NOT', invertOverloads),
  bitRecord('<<', 'bitwise shift left', shiftOverloads('shl')),
  bitRecord('>>', 'bitwise shift right', shiftOverloads('shr_s')),
];
