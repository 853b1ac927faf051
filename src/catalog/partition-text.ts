/**
 * Bounds and keys of partitions as PostgreSQL writes them (ruleutils.c, partbounds.c).
 *
 *     FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')
 *     ((at IS NOT NULL) AND (at >= '2024-01-01'::date) AND (at < '2024-02-01'::date))
 */
import { quoteIdentifier } from '../functions/text/quote.ts';
import type { Datum } from '../types/datum.ts';
import type { FormatSettings } from '../types/format-settings.ts';
import type { SqlType } from '../types/sql-type.ts';
import { formatType } from '../types/type-name.ts';
import { formatText } from '../types/type-text.ts';
import {
  inBoundOrder,
  keyColumnsOf,
  type KeyColumn,
  type PartitionBound,
  type RangeEdge,
} from './partitions.ts';
import type { TableDefinition } from './table.ts';

/** `RANGE (at, kind)`. */
export function partitionKeyText({ partitionBy }: TableDefinition): string | undefined {
  if (partitionBy === undefined) return undefined;
  const { strategy, columns } = partitionBy;
  return `${strategy.toUpperCase()} (${columns.map(quoteIdentifier).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const plainNumber = /^\d+$/;

/** As a bound shows it: numbers as they are, all else in quotes. */
function boundValue({ name }: SqlType, value: Datum | null, formats: FormatSettings): string {
  if (value === null) return 'NULL';
  const text = formatText({ name, typmod: -1 }, value, formats);
  if (name === 'bool') return text === 't' ? 'true' : 'false';
  return isNumber.has(name) && !text.includes('a') ? text : quoted(text);
}

const isNumber = new Set<string>(['int2', 'int4', 'int8', 'numeric', 'oid']);

/** The text behind CREATE TABLE … PARTITION OF t. */
export function boundText(
  parent: TableDefinition,
  bound: PartitionBound,
  formats: FormatSettings,
): string {
  const key = keyColumnsOf(parent);
  const typeAt = (at: number): SqlType => key[at]?.type ?? { name: 'text', typmod: -1 };
  switch (bound.kind) {
    case 'default':
      return 'DEFAULT';
    case 'hash':
      return `FOR VALUES WITH (modulus ${bound.modulus}, remainder ${bound.remainder})`;
    case 'list': {
      const texts = bound.values.map((value) => boundValue(typeAt(0), value, formats));
      return `FOR VALUES IN (${texts.join(', ')})`;
    }
    case 'range': {
      const [from, to] = [bound.from, bound.to].map((edges) => {
        const texts = edges.map((edge, at) => {
          if (typeof edge === 'string') return edge === 'min' ? 'MINVALUE' : 'MAXVALUE';
          return boundValue(typeAt(at), edge.value, formats);
        });
        return `(${texts.join(', ')})`;
      });
      return `FOR VALUES FROM ${from} TO ${to}`;
    }
  }
}

/** As an expression shows a constant. */
function constantText({ name, typmod }: SqlType, value: Datum, formats: FormatSettings): string {
  const text = formatText({ name, typmod: -1 }, value, formats);
  if (name === 'bool') return text === 't' ? 'true' : 'false';
  const isBare = name === 'int4' ? plainNumber.test(text) : /^\d+\.\d+$/.test(text);
  if (isBare && (name === 'int4' || name === 'numeric')) return text;
  return `${quoted(text)}::${formatType(name, typmod)}`;
}

interface Texts {
  readonly key: readonly KeyColumn[];
  readonly formats: FormatSettings;
}

function columnText({ name, type }: KeyColumn): string {
  const quotedName = quoteIdentifier(name);
  return type.name === 'varchar' ? `(${quotedName})::text` : quotedName;
}

function compared(texts: Texts, at: number, op: string, value: Datum): string {
  const column = texts.key[at];
  if (column === undefined) return 'true';
  return `(${columnText(column)} ${op} ${constantText(column.type, value, texts.formats)})`;
}

function listCondition(
  texts: Texts,
  { values }: PartitionBound & { readonly kind: 'list' },
): string {
  const [column] = texts.key;
  if (column === undefined) return 'true';
  const name = quoteIdentifier(column.name);
  const given = values.filter((value) => value !== null);
  const [only] = given;
  const listed = given.map((value) => constantText(column.type, value, texts.formats));
  const array = `ARRAY[${listed.join(', ')}]`;
  const test =
    given.length === 1 && only !== undefined
      ? compared(texts, 0, '=', only)
      : `(${columnText(column)} = ANY (${array}))`;
  if (given.length === 0) return `(${name} IS NULL)`;
  if (values.includes(null)) return `((${name} IS NULL) OR ${test})`;
  return `((${name} IS NOT NULL) AND ${test})`;
}

function valueOf(edge: RangeEdge | undefined): Datum | undefined {
  return edge === undefined || typeof edge === 'string' ? undefined : edge.value;
}

/** What lies on one side of an edge: by the first column, or that equal and by the next, … */
function sideOf(
  texts: Texts,
  edges: readonly RangeEdge[],
  { from, isLower }: { readonly from: number; readonly isLower: boolean },
): string | undefined {
  const arms: string[] = [];
  for (let last = from; last < edges.length; last++) {
    const value = valueOf(edges[last]);
    if (value === undefined) break;
    const next = edges[last + 1];
    const takesAll = next === (isLower ? 'min' : 'max');
    const isEnd = last === edges.length - 1;
    const includes = takesAll || (isLower && isEnd);
    const op = `${isLower ? '>' : '<'}${includes ? '=' : ''}`;
    const before = edges.slice(from, last).map((edge, at) => {
      return compared(texts, from + at, '=', valueOf(edge) ?? 0);
    });
    const tests = [...before, compared(texts, last, op, value)];
    arms.push(tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' AND ')})`);
    if (takesAll) break;
  }
  if (arms.length === 0) return undefined;
  return arms.length === 1 ? arms[0] : `(${arms.join(' OR ')})`;
}

function rangeTests(
  texts: Texts,
  { from, to }: PartitionBound & { readonly kind: 'range' },
  isPlain: boolean,
): readonly string[] {
  const nulls = texts.key.map(({ name }) => `(${quoteIdentifier(name)} IS NOT NULL)`);
  const tests: string[] = isPlain ? [] : nulls;
  let first = 0;
  for (; first < from.length - 1; first++) {
    const [low, high] = [valueOf(from[first]), valueOf(to[first])];
    if (low === undefined || high === undefined) break;
    const type = texts.key[first]?.type ?? { name: 'text', typmod: -1 };
    const isSame =
      constantText(type, low, texts.formats) === constantText(type, high, texts.formats);
    if (!isSame) break;
    tests.push(compared(texts, first, '=', low));
  }
  const lower = sideOf(texts, from, { from: first, isLower: true });
  const upper = sideOf(texts, to, { from: first, isLower: false });
  return [...tests, ...[lower, upper].filter((side) => side !== undefined)];
}

/** The tests of one level; none: any row will do. */
export function levelTests(
  parent: TableDefinition,
  child: TableDefinition,
  siblings: readonly TableDefinition[],
  formats: FormatSettings,
): readonly string[] {
  const bound = child.partitionOf?.bound ?? { kind: 'default' };
  const texts = { key: keyColumnsOf(parent), formats };
  switch (bound.kind) {
    case 'hash': {
      const { modulus, remainder } = bound;
      const columns = texts.key.map(({ name }) => quoteIdentifier(name)).join(', ');
      const oid = `'${parent.oid}'::oid`;
      return [`satisfies_hash_partition(${oid}, ${modulus}, ${remainder}, ${columns})`];
    }
    case 'list':
      return splitList(listCondition(texts, bound));
    case 'range':
      return rangeTests(texts, bound, false);
    case 'default':
      return defaultTests(texts, inBoundOrder(parent, siblings));
  }
}

/** `((a IS NOT NULL) AND (a = 1))` are two tests. */
function splitList(text: string): readonly string[] {
  const match = /^\((\("?.*?"? IS NOT NULL\)) AND (.*)\)$/s.exec(text);
  return match === null ? [text] : [match[1] ?? '', match[2] ?? ''];
}

function defaultTests(texts: Texts, ordered: readonly TableDefinition[]): readonly string[] {
  const bounds = ordered.flatMap(({ partitionOf }) => partitionOf?.bound ?? []);
  const values = bounds.flatMap((bound) => (bound.kind === 'list' ? bound.values : []));
  if (values.length > 0) {
    return [`(NOT ${listCondition(texts, { kind: 'list', values })})`];
  }
  const ranges = bounds.flatMap((bound) => {
    if (bound.kind !== 'range') return [];
    const tests = rangeTests(texts, bound, true);
    return [tests.length === 1 ? (tests[0] ?? '') : `(${tests.join(' AND ')})`];
  });
  if (ranges.length === 0) return [];
  const any = ranges.length === 1 ? (ranges[0] ?? '') : `(${ranges.join(' OR ')})`;
  const nulls = texts.key.map(({ name }) => `(${quoteIdentifier(name)} IS NOT NULL)`);
  return [`(NOT (${[...nulls, any].join(' AND ')}))`];
}

/** All tests as one condition; undefined: there are none. */
export function conditionText(tests: readonly string[]): string | undefined {
  if (tests.length === 0) return undefined;
  return tests.length === 1 ? tests[0] : `(${tests.join(' AND ')})`;
}
