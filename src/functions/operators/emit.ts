/** Short ways to write emitted code: one value in, one value out, with the checks of SQL. */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import type { Opcode } from '../../codegen/opcodes.ts';
import { must } from '../../errors/assert.ts';
import { emitError } from '../emit-errors.ts';
import type { Emit, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';

/** Argument `index` as a local. */
export function argument(args: readonly number[], index: number): number {
  return must(args[index], 'argument');
}

/** Pushes the argument, then the conversion's instructions. */
export function push(
  builder: FunctionBuilder,
  local: number,
  conversion: readonly Opcode[] = [],
): void {
  builder.localGet(local);
  for (const opcode of conversion) builder.op(opcode);
}

/** All arguments, then the instructions. */
export function instructions(...opcodes: readonly Opcode[]): Emit {
  return (builder, args) => {
    for (const arg of args) builder.localGet(arg);
    for (const opcode of opcodes) builder.op(opcode);
  };
}

export interface EmitOverload {
  readonly args: readonly TypeName[];
  readonly returns: TypeName;
  readonly emit: Emit;
}

/** An overload that raises no error. */
export function total({ args, returns, emit }: EmitOverload): ScalarOverload {
  return { kind: 'scalar', args, returns, emit, total: true };
}

export function raising({ args, returns, emit }: EmitOverload): ScalarOverload {
  return { kind: 'scalar', args, returns, emit };
}

export type IntegerName = 'int2' | 'int4' | 'int8';
export type FloatName = 'float4' | 'float8';

export const integerRank: Readonly<Record<IntegerName, number>> = { int2: 0, int4: 1, int8: 2 };

export function widerInteger(a: IntegerName, b: IntegerName): IntegerName {
  return integerRank[a] >= integerRank[b] ? a : b;
}

/** Instructions that turn a value of one numeric type into another without loss. */
export function widening(from: IntegerName | FloatName, to: IntegerName | FloatName): Opcode[] {
  if (from === to) return [];
  if (to === 'int4' || (to === 'int2' && from === 'int2')) return [];
  if (to === 'int8') return ['i64.extend_i32_s'];
  if (to === 'float4') return from === 'int8' ? ['f32.convert_i64_s'] : ['f32.convert_i32_s'];
  if (from === 'float4') return ['f64.promote_f32'];
  return from === 'int8' ? ['f64.convert_i64_s'] : ['f64.convert_i32_s'];
}

export const outOfRange: Readonly<Record<IntegerName, number>> = {
  int2: emitError.smallintOutOfRange,
  int4: emitError.integerOutOfRange,
  int8: emitError.bigintOutOfRange,
};

/** Takes an i32 local; raises when it is no int2; leaves it on the stack. */
export function checkInt2(builder: FunctionBuilder, local: number): void {
  builder.localGet(local);
  builder.localGet(local);
  builder.op('i32.extend16_s');
  builder.op('i32.ne');
  builder.raiseIf(emitError.smallintOutOfRange);
  builder.localGet(local);
}
