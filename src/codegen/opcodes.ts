/** WebAssembly instructions by name: core specification, appendix "Index of Instructions". */

const integerTests = [
  'eqz',
  'eq',
  'ne',
  'lt_s',
  'lt_u',
  'gt_s',
  'gt_u',
  'le_s',
  'le_u',
  'ge_s',
  'ge_u',
] as const;
const floatTests = ['eq', 'ne', 'lt', 'gt', 'le', 'ge'] as const;
const integerArithmetic = [
  'clz',
  'ctz',
  'popcnt',
  'add',
  'sub',
  'mul',
  'div_s',
  'div_u',
  'rem_s',
  'rem_u',
  'and',
  'or',
  'xor',
  'shl',
  'shr_s',
  'shr_u',
  'rotl',
  'rotr',
] as const;
const floatArithmetic = [
  'abs',
  'neg',
  'ceil',
  'floor',
  'trunc',
  'nearest',
  'sqrt',
  'add',
  'sub',
  'mul',
  'div',
  'min',
  'max',
  'copysign',
] as const;
const conversions = [
  'i32.wrap_i64',
  'i32.trunc_f32_s',
  'i32.trunc_f32_u',
  'i32.trunc_f64_s',
  'i32.trunc_f64_u',
  'i64.extend_i32_s',
  'i64.extend_i32_u',
  'i64.trunc_f32_s',
  'i64.trunc_f32_u',
  'i64.trunc_f64_s',
  'i64.trunc_f64_u',
  'f32.convert_i32_s',
  'f32.convert_i32_u',
  'f32.convert_i64_s',
  'f32.convert_i64_u',
  'f32.demote_f64',
  'f64.convert_i32_s',
  'f64.convert_i32_u',
  'f64.convert_i64_s',
  'f64.convert_i64_u',
  'f64.promote_f32',
  'i32.reinterpret_f32',
  'i64.reinterpret_f64',
  'f32.reinterpret_i32',
  'f64.reinterpret_i64',
  'i32.extend8_s',
  'i32.extend16_s',
  'i64.extend8_s',
  'i64.extend16_s',
  'i64.extend32_s',
] as const;
const memory = [
  'i32.load',
  'i64.load',
  'f32.load',
  'f64.load',
  'i32.load8_s',
  'i32.load8_u',
  'i32.load16_s',
  'i32.load16_u',
  'i64.load8_s',
  'i64.load8_u',
  'i64.load16_s',
  'i64.load16_u',
  'i64.load32_s',
  'i64.load32_u',
  'i32.store',
  'i64.store',
  'f32.store',
  'f64.store',
  'i32.store8',
  'i32.store16',
  'i64.store8',
  'i64.store16',
  'i64.store32',
] as const;

/** Second byte after the vector prefix. */
export const vectorOpcodes = {
  'i8x16.splat': 15,
  'i16x8.splat': 16,
  'i32x4.splat': 17,
  'i64x2.splat': 18,
  'f32x4.splat': 19,
  'f64x2.splat': 20,
  'i8x16.eq': 35,
  'i8x16.ne': 36,
  'v128.not': 77,
  'v128.and': 78,
  'v128.andnot': 79,
  'v128.or': 80,
  'v128.xor': 81,
  'v128.any_true': 83,
  'i8x16.all_true': 99,
  'i8x16.bitmask': 100,
} as const;

type Integer = 'i32' | 'i64';
type Float = 'f32' | 'f64';

/** Instructions without immediates. */
export type Opcode =
  | `${Integer}.${(typeof integerTests)[number] | (typeof integerArithmetic)[number]}`
  | `${Float}.${(typeof floatTests)[number] | (typeof floatArithmetic)[number]}`
  | (typeof conversions)[number]
  | keyof typeof vectorOpcodes
  | 'unreachable'
  | 'return'
  | 'drop'
  | 'select';

export type MemoryOpcode = (typeof memory)[number] | 'v128.load' | 'v128.store';

/** One byte, or for vectors the prefix and the second byte. */
export const opcodeBytes: ReadonlyMap<Opcode, readonly number[]> = makeOpcodes();
export const memoryOpcodeBytes: ReadonlyMap<MemoryOpcode, readonly number[]> = makeMemoryOpcodes();

function makeOpcodes(): Map<Opcode, readonly number[]> {
  const names = [
    ...integerTests.map((name) => `i32.${name}` as const),
    ...integerTests.map((name) => `i64.${name}` as const),
    ...floatTests.map((name) => `f32.${name}` as const),
    ...floatTests.map((name) => `f64.${name}` as const),
    ...integerArithmetic.map((name) => `i32.${name}` as const),
    ...integerArithmetic.map((name) => `i64.${name}` as const),
    ...floatArithmetic.map((name) => `f32.${name}` as const),
    ...floatArithmetic.map((name) => `f64.${name}` as const),
    ...conversions,
  ];
  const table = new Map<Opcode, readonly number[]>([
    ['unreachable', [0x00]],
    ['return', [0x0f]],
    ['drop', [0x1a]],
    ['select', [0x1b]],
  ]);
  names.forEach((name, index) => table.set(name, [0x45 + index]));
  for (const [name, code] of Object.entries(vectorOpcodes)) {
    table.set(name as Opcode, [0xfd, code]);
  }
  return table;
}

function makeMemoryOpcodes(): Map<MemoryOpcode, readonly number[]> {
  const table = new Map<MemoryOpcode, readonly number[]>();
  memory.forEach((name, index) => table.set(name, [0x28 + index]));
  table.set('v128.load', [0xfd, 0]);
  table.set('v128.store', [0xfd, 11]);
  return table;
}
