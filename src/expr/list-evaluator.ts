/**
 * IN over constants that is not compiled: long lists, and text. The list is a set; the keys of
 * equal values are equal.
 */
import type { Column, HexColumn } from '../columns/column.ts';
import { equalsHex } from '../columns/hex.ts';
import { constantColumn } from '../columns/constant.ts';
import { columnReader, isValid, type ColumnReader } from '../columns/read.ts';
import { bitmapOf, bothValid, eachRow, type Rows } from '../columns/row-set.ts';
import { kernels } from '../kernels/kernels.ts';
import { heap } from '../memory/heap.ts';
import type { Datum, Numeric } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { EntryTable } from './entry-table.ts';
import type { Expr, InListExpr } from './expr.ts';
import { equalsOf } from './facts.ts';
import type { Evaluator, Frame } from './frame.ts';
import type { Region } from './region.ts';

type KeyOf = (value: Datum) => unknown;

const same: KeyOf = (value) => value;

/** Types whose values have a key that is equal exactly for equal values. */
const keys: Partial<Record<TypeName, KeyOf>> = {
  text: same,
  varchar: same,
  name: same,
  char: same,
  uuid: same,
  bool: same,
  bpchar: (value) => (value as string).replace(/ +$/, ''),
  int2: same,
  int4: same,
  int8: same,
  oid: same,
  date: same,
  time: same,
  timestamp: same,
  timestamptz: same,
  float4: same,
  float8: same,
  numeric: (value) => numericKey(value as Numeric),
  bytea: (value) => Buffer.from(value as Uint8Array).toString('latin1'),
};

/** A Set finds NaN, and takes -0 for 0, as PostgreSQL does. */
function numericKey({ digits, scale, special }: Numeric): string {
  if (special !== undefined) return special;
  const text = digits.toString();
  if (digits === 0n) return '0';
  const zeros = /0*$/.exec(text)?.[0].length ?? 0;
  return `${text.slice(0, text.length - zeros)}e${zeros - scale}`;
}

export function listEvaluator(expr: InListExpr, region: Region): Evaluator {
  const keyOf = keys[expr.arg.type.name];
  if (keyOf === undefined) return region.evaluator(asComparisons(expr));
  const arg = region.evaluator(expr.arg);
  const wanted = new Set(expr.list.filter((value) => value !== null).map(keyOf));
  const hasNull = expr.list.includes(null);
  const isNegated = expr.kind === 'notInList';
  const test = (value: Datum): boolean | null => {
    if (wanted.has(keyOf(value))) return !isNegated;
    return hasNull ? null : isNegated;
  };
  let tables = new WeakMap<object, EntryTable>();
  return (frame) => {
    const column = arg(frame);
    if (column.encoding === 'dictionary') {
      let table = tables.get(column.dictionary);
      if (table === undefined) {
        table = new EntryTable(expr.type, column.dictionary.length);
        tables.set(column.dictionary, table);
      }
      const read = columnReader(column.dictionary);
      const compute = () => (entry: number) => test(read(entry) as Datum);
      const { arena } = frame.context;
      return table.apply(column, frame.rows, { arena, needed: frame.rows, compute });
    }
    if (column.encoding === 'hex' && wanted.size <= hexListMax) {
      return hexMembers(column, [...wanted] as string[], { expr, hasNull, frame });
    }
    return testRows(column, test, { expr, frame });
  };
}

/** Longer lists are looked up in the set, row by row. */
const hexListMax = 64;

interface HexList {
  readonly expr: InListExpr;
  readonly hasNull: boolean;
  readonly frame: Frame;
}

/** Rows that are none of the values, by their bytes; the others are in the list. */
function hexMembers(column: HexColumn, texts: readonly string[], list: HexList): Column {
  const { expr, hasNull, frame } = list;
  const { arena } = frame.context;
  const length = column.length;
  const isOther = arena.allocate(length);
  const flags = arena.allocate(length);
  heap().u8.fill(1, isOther, isOther + length);
  for (const text of texts) {
    if (!equalsHex(column, text, { flags, narrow: 0, arena })) continue;
    kernels().invertFlags(flags, length, flags);
    kernels().andFlags(isOther, flags, length);
  }
  const isMember = arena.allocate(length);
  kernels().invertFlags(isOther, length, isMember);
  const known = hasNull ? bitmapOf(isMember, length, arena) : 0;
  const validity = bothValid(column.validity, known, frame.rows, arena);
  const values = bitmapOf(expr.kind === 'inList' ? isMember : isOther, length, arena);
  return { encoding: 'plain', type: expr.type, length, validity, values, offsets: 0 };
}

type ListTest = (value: Datum) => boolean | null;

function testRows(
  column: Column,
  test: ListTest,
  { expr, frame }: { readonly expr: Expr; readonly frame: Frame },
): Column {
  const { context, rows } = frame;
  const { arena } = context;
  const length = rows.physicalRows;
  const read = columnReader(column);
  const result = (row: number) => {
    const value = read(row);
    return value === null ? null : test(value);
  };
  if (column.encoding === 'constant') {
    const value = isValid(column, 0) ? result(0) : null;
    return constantColumn(expr.type, value, length, arena);
  }
  return flagColumn(result, { expr, rows, frame });
}

function flagColumn(
  result: ColumnReader,
  { expr, rows, frame }: { readonly expr: Expr; readonly rows: Rows; readonly frame: Frame },
): Column {
  const { arena } = frame.context;
  const length = rows.physicalRows;
  const flags = arena.allocate(length);
  const valid = arena.allocate(length);
  const { u8 } = heap();
  let sawNull = false;
  eachRow(rows, (row) => {
    const value = result(row);
    u8[flags + row] = value === true ? 1 : 0;
    u8[valid + row] = value === null ? 0 : 1;
    if (value === null) sawNull = true;
  });
  const validity = sawNull ? bothValid(0, bitmapOf(valid, length, arena), rows, arena) : 0;
  const values = bitmapOf(flags, length, arena);
  return { encoding: 'plain', type: expr.type, length, validity, values, offsets: 0 };
}

/** `arg = a OR arg = b …`, or `arg <> a AND arg <> b …` as NOT of it. */
function asComparisons(expr: InListExpr): Expr {
  const { arg, list, type } = expr;
  const functionId = equalsOf(arg);
  const tests = list.map((value): Expr => ({
    kind: 'call',
    functionId,
    args: [arg, { kind: 'constant', type: arg.type, value }],
    type,
  }));
  const [only] = tests;
  const isOne = tests.length === 1 && only !== undefined;
  const isIn: Expr = isOne ? only : { kind: 'or', args: tests, type };
  return expr.kind === 'inList' ? isIn : { kind: 'not', arg: isIn, type };
}
