/**
 * FactScanExec: rows of the catalog, those that never change and those of the moment.
 *
 * Columns are built once for the same rows (fact-columns.ts). With keys only the rows that a key
 * finds are read, through a map from value to rows, which is kept as long as the rows are.
 */
import { batchRowsMax, makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { NodeOf } from '../../plan/physical.ts';
import type { FactRows } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { FactColumns, factColumns } from '../fact-columns.ts';
import type { Operator, OperatorContext, QueryContext } from '../operator.ts';

type Node = NodeOf<'FactScanExec'>;
type Row = FactRows[number];

export const factScan: Operator<'FactScanExec'> = function* (node, context) {
  const rows = chosenRows(node, context.query);
  if (rows === undefined) {
    yield* builtBatches(node, context.query);
    return;
  }
  for (let from = 0; from < rows.length; from += batchRowsMax) {
    yield batchOf(node, rows.slice(from, from + batchRowsMax), context.scratch);
  }
};

function batchOf(node: Node, rows: readonly Row[], arena: OperatorContext['scratch']): Batch {
  const columns = node.columns.map((position, index) => {
    const type = node.fields[index]?.type ?? { name: 'text', typmod: -1 };
    const datums = rows.map((row) => row[position] ?? null);
    return buildColumn(type, datums, arena);
  });
  return makeBatch(columns, rows.length);
}

function partsOf({ rows, schema, factName }: Node, query: QueryContext): readonly FactRows[] {
  return rows === undefined ? query.factParts(schema, factName) : [rows];
}

/** Columns that the query reads: correlated subplans read them again and again. */
class BuiltFacts {
  readonly #query: QueryContext;
  readonly #batches = new Map<Node, readonly Batch[]>();
  readonly #used: FactRows[] = [];
  /** Columns of rows that a statement carries. */
  readonly #carried: FactColumns;

  constructor(query: QueryContext) {
    this.#query = query;
    this.#carried = new FactColumns(query.budget);
  }

  batches(node: Node): readonly Batch[] {
    let batches = this.#batches.get(node);
    if (batches === undefined) {
      batches = partsOf(node, this.#query).flatMap((rows) => this.#batchesOf(rows, node));
      this.#batches.set(node, batches);
    }
    return batches;
  }

  #batchesOf(rows: FactRows, node: Node): readonly Batch[] {
    if (rows.length === 0) return [];
    const shape = { positions: node.columns, types: node.fields.map(({ type }) => type) };
    if (node.rows !== undefined) return this.#carried.batchesOf(rows, shape);
    this.#used.push(rows);
    return factColumns.batchesOf(rows, shape);
  }

  free(): void {
    this.#batches.clear();
    this.#carried.free();
    for (const rows of this.#used.splice(0)) factColumns.release(rows);
  }
}

function builtBatches(node: Node, query: QueryContext): readonly Batch[] {
  const known = query.shared.get('fact scans') as BuiltFacts | undefined;
  const facts = known ?? new BuiltFacts(query);
  if (known === undefined) query.shared.set('fact scans', facts);
  return facts.batches(node);
}

/** Rows of the key that finds fewest; undefined: no key can tell, all rows are to be read. */
function chosenRows(node: Node, query: QueryContext): readonly Row[] | undefined {
  const { keys = [] } = node;
  let best: readonly Row[] | undefined;
  for (const { column, values } of keys) {
    const wanted = values.map((value) => query.scalar(value));
    if (!wanted.every(isKey)) continue;
    const distinct = [...new Set(wanted)].filter((value) => value !== null);
    const found = partsOf(node, query).flatMap((rows) => {
      const index = indexOf(rows, column);
      return distinct.flatMap((value) => index.get(value) ?? []);
    });
    if (best === undefined || found.length < best.length) best = found;
  }
  return best;
}

type Key = string | number | bigint | null;

function isKey(value: Datum | null): value is Key {
  return value === null || ['string', 'number', 'bigint'].includes(typeof value);
}

type Index = ReadonlyMap<Datum, readonly Row[]>;

const indexes = new WeakMap<FactRows, Map<number, Index>>();

/** Rows by the value of a column; `rows` never change. */
function indexOf(rows: FactRows, column: number): Index {
  const own = indexes.get(rows) ?? new Map<number, Index>();
  indexes.set(rows, own);
  const known = own.get(column);
  if (known !== undefined) return known;
  const index = new Map<Datum, Row[]>();
  for (const row of rows) {
    const value = row[column] ?? null;
    if (value === null) continue;
    const group = index.get(value);
    if (group === undefined) index.set(value, [row]);
    else group.push(row);
  }
  own.set(column, index);
  return index;
}
