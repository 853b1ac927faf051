/** Casts between fixed-width types, as emitted code. Those with a time zone are elsewhere. */
import type { FunctionBuilder } from '../../codegen/function-builder.ts';
import { emitError } from '../emit-errors.ts';
import type { Emit, FunctionRecord, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  argument,
  instructions,
  outOfRange,
  push,
  raising,
  total,
  widening,
  type FloatName,
  type IntegerName,
} from './emit.ts';
import { microsPerDay, pushMidnight } from './comparison.ts';
import { pushIsInfinite, pushIsZero } from './float-arithmetic.ts';

function harmless(from: TypeName, to: TypeName, emit: Emit): ScalarOverload {
  return total({ args: [from], returns: to, emit });
}

function checked(from: TypeName, to: TypeName, emit: Emit): ScalarOverload {
  return raising({ args: [from], returns: to, emit });
}

function widen(from: IntegerName | FloatName, to: IntegerName | FloatName): ScalarOverload {
  return harmless(from, to, instructions(...widening(from, to)));
}

/** int8 or int4 to a narrower integer. */
function narrow(from: 'int4' | 'int8', to: 'int2' | 'int4'): ScalarOverload {
  const type = from === 'int8' ? 'i64' : 'i32';
  const extend = to === 'int2' ? (`${type}.extend16_s` as const) : 'i64.extend32_s';
  return checked(from, to, (builder, args) => {
    const value = argument(args, 0);
    push(builder, value);
    push(builder, value, [extend]);
    builder.op(`${type}.ne`);
    builder.raiseIf(outOfRange[to]);
    push(builder, value, from === 'int8' ? ['i32.wrap_i64'] : []);
  });
}

const limits: Readonly<Record<IntegerName, number>> = {
  int2: 2 ** 15,
  int4: 2 ** 31,
  int8: 2 ** 63,
};

/** Rounds half to even; NaN and what does not fit is out of range. */
function round(from: FloatName, to: IntegerName): ScalarOverload {
  const type = from === 'float4' ? 'f32' : 'f64';
  const constant = (builder: FunctionBuilder, value: number) =>
    type === 'f32' ? builder.f32Const(value) : builder.f64Const(value);
  return checked(from, to, (builder, args) => {
    const rounded = builder.local(type);
    push(builder, argument(args, 0), [`${type}.nearest`]);
    builder.localTee(rounded);
    constant(builder, -limits[to]);
    builder.op(`${type}.ge`);
    push(builder, rounded);
    constant(builder, limits[to]);
    builder.op(`${type}.lt`);
    builder.op('i32.and');
    builder.op('i32.eqz');
    builder.raiseIf(outOfRange[to]);
    push(builder, rounded, [`${to === 'int8' ? 'i64' : 'i32'}.trunc_${type}_s`]);
  });
}

const demote = checked('float8', 'float4', (builder, args) => {
  const value = argument(args, 0);
  const result = builder.local('f32');
  push(builder, value, ['f32.demote_f64']);
  builder.localSet(result);
  pushIsInfinite(builder, { type: 'f32', local: result });
  pushIsInfinite(builder, { type: 'f64', local: value });
  builder.op('i32.eqz');
  builder.op('i32.and');
  builder.raiseIf(emitError.valueOverflow);
  pushIsZero(builder, { type: 'f32', local: result });
  pushIsZero(builder, { type: 'f64', local: value });
  builder.op('i32.eqz');
  builder.op('i32.and');
  builder.raiseIf(emitError.valueUnderflow);
  push(builder, result);
});

const int8ToOid: Emit = (builder, args) => {
  push(builder, argument(args, 0));
  builder.i64Const(0xffff_ffffn);
  builder.op('i64.gt_u');
  builder.raiseIf(emitError.oidOutOfRange);
  push(builder, argument(args, 0), ['i32.wrap_i64']);
};

const identifiers: readonly TypeName[] = [
  'oid',
  'regclass',
  'regtype',
  'regproc',
  'regprocedure',
  'regoper',
  'regoperator',
  'regnamespace',
  'regrole',
  'regcollation',
];

const identifierCasts: readonly ScalarOverload[] = identifiers.flatMap((type) => [
  harmless('int2', type, instructions()),
  harmless('int4', type, instructions()),
  checked('int8', type, int8ToOid),
  harmless(type, 'int4', instructions()),
  harmless(type, 'int8', instructions('i64.extend_i32_u')),
  ...(type === 'oid'
    ? []
    : [harmless(type, 'oid', instructions()), harmless('oid', type, instructions())]),
]);

const procedureCasts: readonly ScalarOverload[] = [
  harmless('regproc', 'regprocedure', instructions()),
  harmless('regprocedure', 'regproc', instructions()),
  harmless('regoper', 'regoperator', instructions()),
  harmless('regoperator', 'regoper', instructions()),
];

/** Beyond these days since 1970 a midnight is no timestamp: 4713 BC and 294277 AD. */
const timestampDays = { first: -2_440_588, end: 106_751_991 };

const dateToTimestamp = checked('date', 'timestamp', (builder, args) => {
  const date = argument(args, 0);
  push(builder, date);
  builder.i32Const(timestampDays.end);
  builder.op('i32.ge_s');
  push(builder, date);
  builder.i32Const(2_147_483_647);
  builder.op('i32.ne');
  builder.op('i32.and');
  builder.raiseIf(emitError.dateOutOfRangeForTimestamp);
  pushMidnight(builder, date);
});

/** Floor of the days; the infinities stay. */
const timestampToDate = harmless('timestamp', 'date', (builder, args) => {
  const micros = argument(args, 0);
  const days = builder.local('i64');
  push(builder, micros);
  builder.i64Const(microsPerDay);
  builder.op('i64.div_s');
  push(builder, micros);
  builder.i64Const(microsPerDay);
  builder.op('i64.rem_s');
  builder.i64Const(0n);
  builder.op('i64.lt_s');
  builder.op('i64.extend_i32_u');
  builder.op('i64.sub');
  builder.localSet(days);
  for (const isLargest of [true, false]) {
    push(builder, micros);
    builder.i64Const(isLargest ? 2n ** 63n - 1n : -(2n ** 63n));
    builder.op('i64.eq');
    builder.if();
    builder.i64Const(isLargest ? 2_147_483_647n : -2_147_483_648n);
    builder.localSet(days);
    builder.end();
  }
  push(builder, days, ['i32.wrap_i64']);
});

const integers: readonly IntegerName[] = ['int2', 'int4', 'int8'];
const floats: readonly FloatName[] = ['float4', 'float8'];

export const fixedCasts: FunctionRecord = {
  name: 'cast',
  doc: { family: 'casts', text: 'converts between fixed-width types' },
  overloads: [
    widen('int2', 'int4'),
    widen('int2', 'int8'),
    widen('int4', 'int8'),
    narrow('int4', 'int2'),
    narrow('int8', 'int2'),
    narrow('int8', 'int4'),
    ...integers.flatMap((from) => floats.map((to) => widen(from, to))),
    ...floats.flatMap((from) => integers.map((to) => round(from, to))),
    widen('float4', 'float8'),
    demote,
    harmless('bool', 'int4', instructions()),
    harmless('int4', 'bool', instructions('i32.eqz', 'i32.eqz')),
    dateToTimestamp,
    timestampToDate,
    ...identifierCasts,
    ...procedureCasts,
  ],
};
