/**
 * = <> < <= > >= on fixed-width types: integers and floats of all widths, bool, dates and times,
 * object identifiers, uuid. None raises an error.
 *
 * Floats: NaN equals NaN and is greater than every number.
 */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import type { Emit, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { argument, push, total, widening, type FloatName, type IntegerName } from './emit.ts';

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

export const comparisonSymbols: Readonly<Record<Comparison, string>> = {
  eq: '=',
  ne: '<>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};

const integers: readonly IntegerName[] = ['int2', 'int4', 'int8'];
const floats: readonly FloatName[] = ['float4', 'float8'];
const signedWide: readonly TypeName[] = ['time', 'timestamp', 'timestamptz', 'money', 'anyenum'];
const unsignedNarrow: readonly TypeName[] = [
  'bool',
  'oid',
  'regclass',
  'regtype',
  'regproc',
  'regprocedure',
  'regnamespace',
  'regrole',
];
const unsignedWide: readonly TypeName[] = ['xid8', 'pg_lsn'];

function bool(args: readonly TypeName[], emit: Emit): ScalarOverload {
  return total({ args, returns: 'bool', emit });
}

function integerOpcode(comparison: Comparison, wide: boolean, signed = true) {
  const type = wide ? 'i64' : 'i32';
  if (comparison === 'eq' || comparison === 'ne') return `${type}.${comparison}` as const;
  return `${type}.${comparison}_${signed ? 's' : 'u'}` as const;
}

function integerOverload(comparison: Comparison, left: IntegerName, right: IntegerName) {
  const isWide = left === 'int8' || right === 'int8';
  const common = isWide ? 'int8' : 'int4';
  return bool([left, right], (builder, args) => {
    push(builder, argument(args, 0), widening(left, common));
    push(builder, argument(args, 1), widening(right, common));
    builder.op(integerOpcode(comparison, isWide));
  });
}

interface FloatPair {
  readonly type: 'f32' | 'f64';
  readonly a: number;
  readonly b: number;
}

function pushIsNaN(builder: FunctionBuilder, type: 'f32' | 'f64', local: number): void {
  push(builder, local);
  push(builder, local);
  builder.op(`${type}.ne`);
}

function pushLess(builder: FunctionBuilder, { type, a, b }: FloatPair): void {
  push(builder, a);
  push(builder, b);
  builder.op(`${type}.lt`);
  pushIsNaN(builder, type, b);
  push(builder, a);
  push(builder, a);
  builder.op(`${type}.eq`);
  builder.op('i32.and');
  builder.op('i32.or');
}

function pushFloatComparison(
  builder: FunctionBuilder,
  comparison: Comparison,
  pair: FloatPair,
): void {
  const { type, a, b } = pair;
  if (comparison === 'eq' || comparison === 'ne') {
    push(builder, a);
    push(builder, b);
    builder.op(`${type}.eq`);
    pushIsNaN(builder, type, a);
    pushIsNaN(builder, type, b);
    builder.op('i32.and');
    builder.op('i32.or');
  } else if (comparison === 'lt' || comparison === 'ge') pushLess(builder, pair);
  else pushLess(builder, { type, a: b, b: a });
  if (comparison === 'ne' || comparison === 'ge' || comparison === 'le') builder.op('i32.eqz');
}

function floatOverload(comparison: Comparison, left: FloatName, right: FloatName): ScalarOverload {
  const common = left === 'float4' && right === 'float4' ? 'float4' : 'float8';
  const type = common === 'float4' ? 'f32' : 'f64';
  return bool([left, right], (builder, args) => {
    const pair = { type, a: builder.local(type), b: builder.local(type) } as const;
    push(builder, argument(args, 0), widening(left, common));
    builder.localSet(pair.a);
    push(builder, argument(args, 1), widening(right, common));
    builder.localSet(pair.b);
    pushFloatComparison(builder, comparison, pair);
  });
}

function sameTypeOverload(
  comparison: Comparison,
  type: TypeName,
  form: IntegerForm,
): ScalarOverload {
  return bool([type, type], (builder, args) => {
    push(builder, argument(args, 0));
    push(builder, argument(args, 1));
    builder.op(integerOpcode(comparison, form.isWide, form.isSigned));
  });
}

interface IntegerForm {
  readonly isWide: boolean;
  readonly isSigned: boolean;
}

export const microsPerDay = 86_400_000_000n;
const finiteDaysMax = 106_751_990;
const infiniteDays = 2_147_483_647;

/**
 * Leaves the date's midnight in µs on the stack. Dates beyond the range of timestamps become the
 * largest and smallest finite values, which is all that comparisons need.
 */
export function pushMidnight(builder: FunctionBuilder, date: number): void {
  const micros = builder.local('i64');
  push(builder, date, ['i64.extend_i32_s']);
  builder.i64Const(microsPerDay);
  builder.op('i64.mul');
  builder.localSet(micros);
  for (const sign of [1, -1] as const) {
    push(builder, date);
    builder.i32Const(sign * finiteDaysMax);
    builder.op(sign > 0 ? 'i32.gt_s' : 'i32.lt_s');
    builder.if();
    const infinity = sign > 0 ? 2n ** 63n - 1n : -(2n ** 63n);
    builder.i64Const(infinity);
    builder.i64Const(infinity - BigInt(sign));
    push(builder, date);
    builder.i32Const(sign > 0 ? infiniteDays : -infiniteDays - 1);
    builder.op('i32.eq');
    builder.op('select');
    builder.localSet(micros);
    builder.end();
  }
  push(builder, micros);
}

function dateTimestampOverloads(comparison: Comparison): ScalarOverload[] {
  return [
    bool(['date', 'timestamp'], (builder, args) => {
      pushMidnight(builder, argument(args, 0));
      push(builder, argument(args, 1));
      builder.op(integerOpcode(comparison, true));
    }),
    bool(['timestamp', 'date'], (builder, args) => {
      push(builder, argument(args, 0));
      pushMidnight(builder, argument(args, 1));
      builder.op(integerOpcode(comparison, true));
    }),
  ];
}

/** Bytes of both halves in reverse order: big-endian numbers. */
const reversed = [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8];

function pushHalves(builder: FunctionBuilder, local: number): readonly [number, number] {
  const swapped = builder.local('v128');
  push(builder, local);
  push(builder, local);
  builder.i8x16Shuffle(reversed);
  builder.localSet(swapped);
  const [high, low] = [builder.local('i64'), builder.local('i64')];
  push(builder, swapped);
  builder.i64x2ExtractLane(0);
  builder.localSet(high);
  push(builder, swapped);
  builder.i64x2ExtractLane(1);
  builder.localSet(low);
  return [high, low];
}

function pushUuidLess(builder: FunctionBuilder, a: number, b: number): void {
  const [highA, lowA] = pushHalves(builder, a);
  const [highB, lowB] = pushHalves(builder, b);
  push(builder, highA);
  push(builder, highB);
  builder.op('i64.lt_u');
  push(builder, highA);
  push(builder, highB);
  builder.op('i64.eq');
  push(builder, lowA);
  push(builder, lowB);
  builder.op('i64.lt_u');
  builder.op('i32.and');
  builder.op('i32.or');
}

function uuidOverload(comparison: Comparison): ScalarOverload {
  return bool(['uuid', 'uuid'], (builder, args) => {
    const a = argument(args, 0);
    const b = argument(args, 1);
    if (comparison === 'eq' || comparison === 'ne') {
      push(builder, a);
      push(builder, b);
      builder.op('i8x16.eq');
      builder.op('i8x16.all_true');
    } else if (comparison === 'lt' || comparison === 'ge') pushUuidLess(builder, a, b);
    else pushUuidLess(builder, b, a);
    if (comparison === 'ne' || comparison === 'ge' || comparison === 'le') builder.op('i32.eqz');
  });
}

function identityOverloads(comparison: Comparison): ScalarOverload[] {
  if (comparison !== 'eq' && comparison !== 'ne') return [];
  const narrow = { isWide: false, isSigned: false };
  const compare = (args: readonly TypeName[]) => ({
    ...sameTypeOverload(comparison, 'xid', narrow),
    args,
  });
  return [compare(['xid', 'xid']), compare(['xid', 'int4']), compare(['cid', 'cid'])].slice(
    0,
    comparison === 'eq' ? 3 : 2,
  );
}

export function fixedWidthComparisons(comparison: Comparison): ScalarOverload[] {
  const same = (types: readonly TypeName[], form: IntegerForm) =>
    types.map((type) => sameTypeOverload(comparison, type, form));
  return [
    ...integers.flatMap((left) =>
      integers.map((right) => integerOverload(comparison, left, right)),
    ),
    ...floats.flatMap((left) => floats.map((right) => floatOverload(comparison, left, right))),
    ...same(['date'], { isWide: false, isSigned: true }),
    ...same(signedWide, { isWide: true, isSigned: true }),
    ...same(unsignedNarrow, { isWide: false, isSigned: false }),
    ...same(unsignedWide, { isWide: true, isSigned: false }),
    ...dateTimestampOverloads(comparison),
    uuidOverload(comparison),
    ...identityOverloads(comparison),
  ];
}
