/**
 * Partitions: which of them a row belongs to, and in what order they are read (PostgreSQL manual,
 * 5.11 Table Partitioning).
 *
 *     t  PARTITION BY RANGE (at)          a definition without rows
 *     ├─ t_1  FROM (1) TO (10)            a stored table like others
 *     ├─ t_2  FROM (10) TO (20)           PARTITION BY LIST (kind), without rows, too
 *     │  └─ t_2a  IN ('a')                its leaves are leaves of t
 *     └─ t_d  DEFAULT                     what no other takes
 */
import { compareValues } from '../types/compare.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import { partitionHash } from './partition-hash.ts';
import type { Table, TableDefinition } from './table.ts';

/** PARTITION BY: names of the columns of the key. */
export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  readonly columns: readonly string[];
}

/** MINVALUE, MAXVALUE, or a value. */
export type RangeEdge = 'min' | 'max' | { readonly value: Datum };

export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'list'; readonly values: readonly (Datum | null)[] }
  | {
      readonly kind: 'range';
      readonly from: readonly RangeEdge[];
      readonly to: readonly RangeEdge[];
    }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

/** Whose partition a table is, and for what rows. */
export interface PartitionPlace {
  readonly parent: number;
  readonly bound: PartitionBound;
  /** ATTACH PARTITION: its columns and constraints were its own before. */
  readonly isAttached?: true;
}

/** Leaves of one tree: row ids hold their numbers (storage/partitioned-table.ts). */
export const leavesMax = 32_767;

type Partition = TableDefinition & { readonly partitionOf: PartitionPlace };

function isPartition(table: TableDefinition): table is Partition {
  return table.partitionOf !== undefined;
}

export interface KeyColumn {
  readonly position: number;
  readonly name: string;
  readonly type: SqlType;
}

export function keyColumnsOf({ partitionBy, columns }: TableDefinition): readonly KeyColumn[] {
  return (partitionBy?.columns ?? []).map((wanted) => {
    const position = columns.findIndex(({ name }) => name === wanted);
    return {
      position,
      name: wanted,
      type: columns[position]?.type ?? { name: 'text', typmod: -1 },
    };
  });
}

/** Of two edges of ranges; behind MINVALUE or MAXVALUE nothing counts. */
export function compareEdges(
  key: readonly KeyColumn[],
  left: readonly RangeEdge[],
  right: readonly RangeEdge[],
): number {
  for (const [at, { type }] of key.entries()) {
    const [a = 'min', b = 'min'] = [left[at], right[at]];
    if (a === b && typeof a === 'string') return 0;
    if (a === 'min' || b === 'max') return -1;
    if (a === 'max' || b === 'min') return 1;
    const order = compareValues(type.name, a.value, b.value);
    if (order !== 0) return order;
  }
  return 0;
}

function firstValue(bound: PartitionBound): Datum | null {
  return bound.kind === 'list' ? (bound.values.find((value) => value !== null) ?? null) : null;
}

/** In the order of their bounds, as PostgreSQL reads them; the default comes last. */
export function inBoundOrder(
  parent: TableDefinition,
  children: readonly TableDefinition[],
): readonly Partition[] {
  const key = keyColumnsOf(parent);
  return children.filter(isPartition).toSorted(({ partitionOf: a }, { partitionOf: b }) => {
    return compareBounds(key, a.bound, b.bound);
  });
}

function compareBounds(key: readonly KeyColumn[], a: PartitionBound, b: PartitionBound): number {
  if (a.kind === 'range' && b.kind === 'range') return compareEdges(key, a.from, b.from);
  if (a.kind === 'hash' && b.kind === 'hash') {
    return a.modulus - b.modulus || a.remainder - b.remainder;
  }
  if (a.kind === 'default' || b.kind === 'default') {
    return Number(a.kind === 'default') - Number(b.kind === 'default');
  }
  const [left, right] = [smallest(key, a), smallest(key, b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return compareValues(key[0]?.type.name ?? 'text', left, right);
}

function smallest(key: readonly KeyColumn[], bound: PartitionBound): Datum | null {
  if (bound.kind !== 'list') return firstValue(bound);
  const type = key[0]?.type.name ?? 'text';
  const values = bound.values.filter((value) => value !== null);
  return values.toSorted((a, b) => compareValues(type, a, b))[0] ?? null;
}

/** A value of the row by its position in the table. */
export type RowValue = (position: number) => Datum | null;

/** By the partitions of a table, which are other ones when a definition has changed. */
const routers = new WeakMap<readonly Table[], PartitionRouter>();

/** Which partition of one parent takes a row. */
export class PartitionRouter {
  readonly parent: TableDefinition;
  readonly key: readonly KeyColumn[];
  /** In the order of their bounds. */
  readonly partitions: readonly TableDefinition[];
  readonly #ordered: readonly Partition[];
  readonly #default: Partition | undefined;

  static of({ definition, partitions = [] }: Table): PartitionRouter {
    const children = (): TableDefinition[] => partitions.map((each) => each.definition);
    const router = routers.get(partitions) ?? new PartitionRouter(definition, children());
    routers.set(partitions, router);
    return router;
  }

  constructor(parent: TableDefinition, children: readonly TableDefinition[]) {
    this.parent = parent;
    this.key = keyColumnsOf(parent);
    const ordered = inBoundOrder(parent, children);
    this.partitions = ordered;
    this.#ordered = ordered.filter(({ partitionOf }) => partitionOf.bound.kind !== 'default');
    this.#default = ordered.find(({ partitionOf }) => partitionOf.bound.kind === 'default');
  }

  route(valueAt: RowValue): TableDefinition | undefined {
    const values = this.key.map(({ position }) => valueAt(position));
    return this.#find(values) ?? this.#default;
  }

  #find(values: readonly (Datum | null)[]): Partition | undefined {
    switch (this.parent.partitionBy?.strategy) {
      case 'range':
        return this.#inRange(values);
      case 'list':
        return this.#ordered.find(({ partitionOf: { bound } }) => {
          return bound.kind === 'list' && lists(this.key, bound.values, values[0] ?? null);
        });
      default: {
        const hash = partitionHash(
          this.key.map(({ type }) => type.name),
          values,
        );
        return this.#ordered.find(({ partitionOf: { bound } }) => {
          return bound.kind === 'hash' && hash % BigInt(bound.modulus) === BigInt(bound.remainder);
        });
      }
    }
  }

  /** The last that begins at or before the row, when it ends behind it. */
  #inRange(values: readonly (Datum | null)[]): Partition | undefined {
    const edges = values.flatMap((value): RangeEdge[] => (value === null ? [] : [{ value }]));
    if (edges.length < values.length) return undefined;
    let [low, high] = [0, this.#ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const bound = this.#ordered[middle]?.partitionOf.bound;
      const isBefore = bound?.kind === 'range' && compareEdges(this.key, bound.from, edges) <= 0;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    const found = this.#ordered[low - 1];
    const bound = found?.partitionOf.bound;
    const isIn = bound?.kind === 'range' && compareEdges(this.key, edges, bound.to) < 0;
    return isIn ? found : undefined;
  }
}

export function lists(
  [column]: readonly KeyColumn[],
  values: readonly (Datum | null)[],
  wanted: Datum | null,
): boolean {
  if (column === undefined) return false;
  return values.some((value) => {
    if (value === null || wanted === null) return value === wanted;
    return compareValues(column.type.name, value, wanted) === 0;
  });
}

/** The partition whose bound has rows in common with the new one; DEFAULT with another DEFAULT. */
export function overlapping(
  parent: TableDefinition,
  children: readonly TableDefinition[],
  bound: PartitionBound,
): TableDefinition | undefined {
  const key = keyColumnsOf(parent);
  return inBoundOrder(parent, children).find(({ partitionOf: { bound: other } }) => {
    if (bound.kind === 'default') return other.kind === 'default';
    if (bound.kind === 'range' && other.kind === 'range') {
      const startsBefore = compareEdges(key, bound.from, other.to) < 0;
      return startsBefore && compareEdges(key, other.from, bound.to) < 0;
    }
    if (bound.kind === 'list' && other.kind === 'list') {
      return bound.values.some((value) => lists(key, other.values, value));
    }
    if (bound.kind !== 'hash' || other.kind !== 'hash') return false;
    const common = Math.min(bound.modulus, other.modulus);
    return bound.remainder % common === other.remainder % common;
  });
}

/** A condition on a column that a query asks of rows. */
export interface PartitionCondition {
  readonly column: number;
  readonly op: '=' | '<' | '<=' | '>' | '>=' | 'isNull' | 'isNotNull' | 'in';
  readonly values: readonly Datum[];
}

/** The partitions that may have rows for which all conditions hold. */
export function survivingPartitions(
  router: PartitionRouter,
  conditions: readonly PartitionCondition[],
): ReadonlySet<TableDefinition> {
  const { key, partitions } = router;
  const exact = exactPartitions(router, conditions);
  if (exact !== undefined) return exact;
  const [first] = key;
  const own = conditions.filter(({ column }) => column === first?.position);
  const kept = partitions.filter(({ partitionOf }) => {
    const bound = partitionOf?.bound;
    return bound === undefined || own.every((condition) => mayHold(key, bound, condition));
  });
  return new Set(kept);
}

/** Where each column of the key has its value. */
function exactPartitions(
  router: PartitionRouter,
  conditions: readonly PartitionCondition[],
): ReadonlySet<TableDefinition> | undefined {
  const { key } = router;
  const given = key.map(({ position }) =>
    conditions.find(({ column, op, values }) => {
      const isOne = op === '=' || (op === 'in' && (key.length === 1 || values.length === 1));
      return column === position && isOne;
    }),
  );
  if (given.some((condition) => condition === undefined)) return undefined;
  const found = new Set<TableDefinition>();
  for (const [turn] of (given.length === 1 ? (given[0]?.values ?? []) : [null]).entries()) {
    const partition = router.route((position) => {
      const at = key.findIndex((column) => column.position === position);
      return given[at]?.values[given.length === 1 ? turn : 0] ?? null;
    });
    if (partition !== undefined) found.add(partition);
  }
  return found;
}

function mayHold(
  key: readonly KeyColumn[],
  bound: PartitionBound,
  { op, values }: PartitionCondition,
): boolean {
  const type = key[0]?.type.name ?? 'text';
  if (bound.kind === 'list') {
    return bound.values.some((value) => {
      if (value === null || op === 'isNull') return value === null && op === 'isNull';
      if (op === 'isNotNull') return true;
      return values.some((wanted) => holds(op, compareValues(type, value, wanted)));
    });
  }
  if (bound.kind !== 'range') return true;
  if (op === 'isNull') return false;
  if (op === 'isNotNull') return true;
  const [from = 'min'] = bound.from;
  const [to = 'max'] = bound.to;
  return values.some((wanted) => {
    const below = edgeOrder(type, from, wanted);
    const above = edgeOrder(type, to, wanted);
    const isAtEnd = key.length === 1 ? above <= 0 : above < 0;
    if (op === '<') return key.length === 1 ? below < 0 : below <= 0;
    if (op === '<=') return below <= 0;
    if (op === '>' || op === '>=') return !isAtEnd;
    return below <= 0 && !isAtEnd;
  });
}

function edgeOrder(type: SqlType['name'], edge: RangeEdge, value: Datum): number {
  if (typeof edge === 'string') return edge === 'min' ? -1 : 1;
  return compareValues(type, edge.value, value);
}

function holds(op: PartitionCondition['op'], order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}
