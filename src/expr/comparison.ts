/**
 * Conjuncts `column op constant`, which kernels evaluate for all rows of a batch without compiled
 * code. Which kernel depends on the column's encoding, so it is chosen per batch.
 *
 *     plain       values against the constant, 16 rows at a time
 *     dictionary  the constant's code is looked up once per dictionary, then codes are compared
 *     hex         the constant's bytes against each row's
 *
 * Where a segment's bounds decide, no value is looked at. IS NOT NULL reads validity alone.
 */
import type {
  Column,
  ConstantColumn,
  DictionaryColumn,
  HexColumn,
  PlainColumn,
} from '../columns/column.ts';
import { equalsHex } from '../columns/hex.ts';
import { columnReader, isValid } from '../columns/read.ts';
import { must } from '../errors/assert.ts';
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { boundsVerdict } from './bounds-verdict.ts';
import type { ColumnExpr, Expr } from './expr.ts';
import { knownValue } from './island-plan.ts';
import type { Frame } from './frame.ts';

/**
 * `some`: one flag per row was set, 1 where the comparison is true; with `narrow` 1, flags that
 * were 0 stay 0. `all` and `none`: so many rows pass, no flag was touched.
 */
export type ComparisonStep = (frame: Frame, flags: number, narrow: number) => Passing;
export type Passing = 'all' | 'none' | 'some';

const operatorCodes = ['=', '<>', '<', '<=', '>', '>='] as const;
const mirrored: readonly number[] = [0, 1, 4, 5, 2, 3];

const integerRanges: Partial<Record<TypeName, readonly [min: bigint, max: bigint]>> = {
  int2: [-32_768n, 32_767n],
  int4: [-2_147_483_648n, 2_147_483_647n],
  int8: [-(2n ** 63n), 2n ** 63n - 1n],
};

const orderedTypes: ReadonlySet<TypeName> = new Set<TypeName>([
  'float4',
  'float8',
  'date',
  'time',
  'timestamp',
  'timestamptz',
]);
const textTypes: ReadonlySet<TypeName> = new Set<TypeName>(['text', 'varchar', 'name']);

interface Comparison {
  readonly column: ColumnExpr;
  readonly constant: Expr;
  readonly operator: number;
}

/** The step for a conjunct that kernels evaluate; undefined: it is to be compiled. */
export function comparisonStep(conjunct: Expr): ComparisonStep | undefined {
  if (conjunct.kind === 'isNotNull') {
    return conjunct.arg.kind === 'column' ? presenceStep(conjunct.arg) : undefined;
  }
  const comparison = asComparison(conjunct);
  if (comparison === undefined) return undefined;
  const { column, constant, operator } = comparison;
  const type = column.type.name;
  const other = constant.type.name;
  if (integerRanges[type] !== undefined && integerRanges[other] !== undefined) {
    return valueStep(comparison, inRange);
  }
  if (orderedTypes.has(type) && other === type) return valueStep(comparison, notNaN);
  if (operator !== 0) return undefined;
  if (type === 'uuid' && other === type) return uuidStep(comparison);
  if (textTypes.has(type) && textTypes.has(other)) return textStep(comparison);
  return undefined;
}

function asComparison(conjunct: Expr): Comparison | undefined {
  if (conjunct.kind !== 'call' || conjunct.args.length !== 2) return undefined;
  const symbol = conjunct.functionId.slice(0, conjunct.functionId.indexOf('('));
  const code = operatorCodes.indexOf(symbol as '=');
  const [left, right] = conjunct.args.map(unlabelled);
  if (code < 0 || left === undefined || right === undefined) return undefined;
  if (left.kind === 'column' && isKnown(right)) {
    return { column: left, constant: right, operator: code };
  }
  if (right.kind === 'column' && isKnown(left)) {
    return { column: right, constant: left, operator: must(mirrored[code], 'operator') };
  }
  return undefined;
}

/** A column of varchar is compared as text, byte by byte, as if there were no cast. */
function unlabelled(expr: Expr): Expr {
  const isLabel = expr.kind === 'call' && expr.functionId === 'cast(varchar,text)';
  const [inner] = isLabel ? expr.args : [];
  return inner?.kind === 'column' ? inner : expr;
}

function isKnown(expr: Expr): boolean {
  return expr.kind === 'constant' || expr.kind === 'parameter';
}

/** A value that the column's type holds, or the verdict for all rows that are not NULL. */
type Bound = { readonly value: number | bigint } | { readonly verdict: boolean };
type Bind = (value: Datum, comparison: Comparison) => Bound | undefined;

function inRange(value: Datum, { column, operator }: Comparison): Bound {
  const [min, max] = must(integerRanges[column.type.name], 'integer type');
  const wide = BigInt(value as number | bigint);
  if (wide > max) return { verdict: operator === 1 || operator === 2 || operator === 3 };
  if (wide < min) return { verdict: operator === 1 || operator === 4 || operator === 5 };
  return { value: column.type.name === 'int8' ? wide : Number(wide) };
}

/** NaN is equal to NaN and above every number, which the kernels do not know. */
function notNaN(value: Datum, { operator }: Comparison): Bound | undefined {
  if (!Number.isNaN(value)) return { value: value as number | bigint };
  if (operator === 3) return { verdict: true };
  return operator === 4 ? { verdict: false } : undefined;
}

function valueStep(comparison: Comparison, bind: Bind): ComparisonStep {
  const { column: expr, constant, operator } = comparison;
  const type = expr.type.name;
  const kernel = kernelOf(type);
  return (frame, flags, narrow) => {
    const value = knownValue(constant, frame.execution.parameters);
    if (value === null || value === undefined) return 'none';
    const { batch } = frame.execution;
    const verdict = boundsVerdict(batch.bounds?.(expr.index), type, operator, value);
    if (verdict === 'none') return verdict;
    if (verdict === 'all') return present(expr, frame, { flags, narrow });
    const bound = bind(value, comparison);
    const column = batch.column(expr.index);
    if (bound === undefined) return compareNaN(column, { operator, flags, narrow });
    if ('verdict' in bound) {
      return bound.verdict ? present(expr, frame, { flags, narrow }) : 'none';
    }
    if (column.encoding === 'constant') {
      const one = frame.context.arena.allocate(16);
      kernel(column.values, 1, operator, bound.value, one, 0);
      return isValid(column, 0) && heap().u8[one] !== 0 ? 'all' : 'none';
    }
    kernel(column.values, column.length, operator, bound.value, flags, narrow);
    return masked(column, flags);
  };
}

interface Flags {
  readonly flags: number;
  readonly narrow: number;
}

/** NULLs do not pass. */
function masked(column: Column, flags: number): 'some' {
  if (column.validity !== 0) kernels().maskFlags(flags, column.validity, column.length);
  return 'some';
}

/** All rows that are not NULL pass. */
function present({ index }: ColumnExpr, frame: Frame, { flags, narrow }: Flags): Passing {
  const { batch } = frame.execution;
  if (batch.bounds?.(index)?.nullCount === 0) return 'all';
  const column = batch.column(index);
  if (column.encoding === 'constant') return isValid(column, 0) ? 'all' : 'none';
  if (column.validity === 0) return 'all';
  if (narrow === 0) kernels().fillBytes(flags, 1, column.length);
  return masked(column, flags);
}

function presenceStep(expr: ColumnExpr): ComparisonStep {
  return (frame, flags, narrow) => present(expr, frame, { flags, narrow });
}

/** `= NaN`, `<> NaN`, `< NaN`, `>= NaN`, one value at a time: nobody's hot path. */
function compareNaN(
  column: Column,
  { operator, flags, narrow }: { operator: number; flags: number; narrow: number },
): 'some' {
  const read = columnReader(column);
  const { u8 } = heap();
  for (let row = 0; row < column.length; row++) {
    const value = read(row);
    const isEqual = Number.isNaN(value);
    const isTrue = value !== null && (operator === 0 || operator === 5 ? isEqual : !isEqual);
    if (narrow === 0) u8[flags + row] = isTrue ? 1 : 0;
    else if (!isTrue) u8[flags + row] = 0;
  }
  return 'some';
}

type CompareKernel = (
  values: number,
  count: number,
  operator: number,
  constant: never,
  flags: number,
  narrow: number,
) => void;

type AnyCompare = (
  values: number,
  count: number,
  operator: number,
  constant: number | bigint,
  flags: number,
  narrow: number,
) => void;

function kernelOf(type: TypeName): AnyCompare {
  const pick = (): CompareKernel => {
    const all = kernels();
    switch (type) {
      case 'int2':
        return all.compareI16;
      case 'int4':
      case 'date':
        return all.compareI32;
      case 'float4':
        return all.compareF32;
      case 'float8':
        return all.compareF64;
      default:
        return all.compareI64;
    }
  };
  return pick() as AnyCompare;
}

function uuidStep({ column: expr, constant }: Comparison): ComparisonStep {
  return (frame, flags, narrow) => {
    const value = knownValue(constant, frame.execution.parameters);
    if (value === null || value === undefined) return 'none';
    const column = frame.execution.batch.column(expr.index);
    if (column.encoding === 'constant') return constantEquals(column, value);
    const wanted = frame.context.arena.allocate(16);
    heap().bytes.hexWrite((value as string).replaceAll('-', ''), wanted, 16);
    kernels().equals16(column.values, column.length, wanted, flags, narrow);
    return masked(column, flags);
  };
}

function constantEquals(column: ConstantColumn, value: Datum): Passing {
  return isValid(column, 0) && columnReader(column)(0) === value ? 'all' : 'none';
}

function textStep({ column: expr, constant }: Comparison): ComparisonStep {
  const codes = new WeakMap<object, { readonly text: string; readonly code: number }>();
  const codeOf = (column: DictionaryColumn, text: string, arena: Arena): number => {
    let known = codes.get(column.dictionary);
    if (known === undefined || known.text !== text) {
      known = { text, code: findEntry(column.dictionary, text, arena) };
      codes.set(column.dictionary, known);
    }
    return known.code;
  };
  return (frame, flags, narrow) => {
    const text = knownValue(constant, frame.execution.parameters);
    if (typeof text !== 'string') return 'none';
    const { batch, context } = frame.execution;
    const verdict = boundsVerdict(batch.bounds?.(expr.index), expr.type.name, 0, text);
    if (verdict === 'none') return verdict;
    if (verdict === 'all') return present(expr, frame, { flags, narrow });
    const column = batch.column(expr.index);
    if (column.encoding === 'constant') return constantEquals(column, text);
    if (column.encoding === 'dictionary') {
      const code = codeOf(column, text, context.arena);
      if (code < 0) return 'none';
      compareCodes(column, code, { flags, narrow });
    } else if (!compareText(column, text, { frame, flags, narrow })) return 'none';
    return masked(column, flags);
  };
}

function findEntry(dictionary: PlainColumn, text: string, arena: Arena): number {
  const { values, offsets, length } = dictionary;
  const bytes = Buffer.from(text, 'utf8');
  return kernels().findText(values, offsets, length, textBytes(bytes, arena), bytes.length);
}

function textBytes(bytes: Uint8Array, arena: Arena): number {
  const pointer = arena.allocate(bytes.length);
  heap().u8.set(bytes, pointer);
  return pointer;
}

function compareCodes(column: DictionaryColumn, code: number, { flags, narrow }: Flags): void {
  const { values, codeBytes, length: count } = column;
  if (codeBytes === 1) kernels().compareCodes8(values, count, code, flags, narrow);
  else if (codeBytes === 2) kernels().compareCodes16(values, count, code, flags, narrow);
  else kernels().compareI32(values, count, 0, code, flags, narrow);
}

function compareText(
  column: PlainColumn | HexColumn,
  text: string,
  { frame, flags, narrow }: { frame: Frame; flags: number; narrow: number },
): boolean {
  const { arena } = frame.context;
  const count = column.length;
  if (column.encoding === 'hex') return equalsHex(column, text, { flags, narrow, arena });
  const bytes = Buffer.from(text, 'utf8');
  const wanted = textBytes(bytes, arena);
  const { values, offsets } = column;
  kernels().equalsText(values, offsets, count, wanted, bytes.length, flags, narrow);
  return true;
}
