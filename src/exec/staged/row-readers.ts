/**
 * Rows of a plan with calls in it, some at a time. What lies between a call and its reader and
 * takes row by row does so here, too, so that a function is called for no row more than its reader
 * needs; everything else reads all rows of its inputs and is run as a plan of its own.
 *
 *     GlobalLimitExec ◀ FilterExec ◀ RoutineCallExec ◀ [ SortExec ◀ … ]
 *        row readers, each asking for as many rows        one run
 *        as it needs at least
 */
import { columnReader } from '../../columns/read.ts';
import type { Expr } from '../../expr/expr.ts';
import type { NodeOf, PlanNode } from '../../plan/physical.ts';
import { isMovable } from '../../plan/physical/small-plan.ts';
import type { FactRows } from '../../plan/planner.ts';
import { registryFacts } from '../../plan/rules/function-facts.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { Datum } from '../../types/datum.ts';
import type { Chunk, QueryRun } from '../execution.ts';
import { rowCountOf } from '../operators/global-limit.ts';
import {
  isStaged,
  scanOf,
  withChildren,
  type Parameters,
  type Row,
  type StagedQuery,
} from './staged-query.ts';
import { MeteredReader, type RowReader } from './metered-reader.ts';
import { StepProgram } from './step-program.ts';

/** Of one batch where the reader wants all. */
export const batchRows = 256;
/** Rows that are there are handed on when more take longer. */
const patienceNs = 2e7;

interface Place {
  readonly query: StagedQuery;
  readonly parameters: Parameters;
}

export function openRows(place: Place, node: PlanNode): RowReader {
  const reader = readerOf(place, node);
  if (!place.query.request.instrument) return reader;
  const meter = reader instanceof RunReader ? undefined : place.query.meterOf(node);
  return new MeteredReader(place.query, reader, meter);
}

function readerOf(place: Place, node: PlanNode): RowReader {
  if (!isStaged(node)) return new RunReader(place, node);
  switch (node.kind) {
    case 'RoutineCallExec':
      return new CallReader(place, node);
    case 'ProjectionExec':
    case 'FilterExec':
      return new BatchReader(place, node);
    case 'GlobalLimitExec':
      return new LimitReader(place, node);
    case 'UnionExec':
      return new UnionReader(place, node.inputs);
    case 'LateralJoinExec':
      return new LateralReader(place, node);
    case 'MaterializeExec':
      if (place.query.readersOf(node.cte) === 1) return openRows(place, node.input);
      return new SharedReader(place, node);
    case 'RecursiveQueryExec':
      return isStaged(node.recursive)
        ? new RecursiveReader(place, node)
        : new RunReader(place, node);
    default:
      return new RunReader(place, node);
  }
}

/** All rows. Errors: 53200. */
export async function allRows(place: Place, node: PlanNode, max = Infinity): Promise<Row[]> {
  const reader = openRows(place, node);
  const all: Row[] = [];
  try {
    while (all.length < max) {
      const rows = await reader.next(Math.min(batchRows, max - all.length));
      if (rows === undefined) break;
      place.query.hold(rows);
      for (const row of rows) all.push(row);
    }
    return all;
  } finally {
    await reader.close();
  }
}

/** The plan with scans of rows in the places of its parts with calls. */
export async function withoutCalls(place: Place, node: PlanNode): Promise<PlanNode> {
  if (!isStaged(node)) return node;
  const rows = new Map<PlanNode, FactRows>();
  for (const part of stagedParts(node)) rows.set(part, await allRows(place, part));
  const replaced = (child: PlanNode): PlanNode => {
    const own = rows.get(child);
    if (own !== undefined) return scanOf(child, own);
    return isStaged(child) ? withChildren(child, replaced) : child;
  };
  return withChildren(node, replaced);
}

function stagedParts(node: PlanNode): readonly PlanNode[] {
  const parts: PlanNode[] = [];
  withChildren(node, (child) => {
    if (isStaged(child)) parts.push(child);
    return child;
  });
  return parts;
}

/** A part of the plan as a query of its own; calls below it are made first. */
class RunReader implements RowReader {
  readonly #place: Place;
  readonly #node: PlanNode;
  /** Nothing in it has effects: rows may be read before somebody asks for them. */
  readonly #isStill: boolean;
  #run: QueryRun | undefined;
  #ahead: FactRows = [];

  constructor(place: Place, node: PlanNode) {
    this.#place = place;
    this.#node = node;
    this.#isStill = !isStaged(node) && isMovable([node], registryFacts);
  }

  async next(max: number): Promise<FactRows | undefined> {
    const isEmpty = this.#ahead.length === 0;
    if (!this.#isStill || (isEmpty && max >= batchRows)) return this.#read(max);
    if (isEmpty) {
      const rows = await this.#read(batchRows);
      if (rows === undefined) return undefined;
      this.#ahead = rows;
    }
    const rows = this.#ahead.slice(0, max);
    this.#ahead = this.#ahead.slice(max);
    return rows;
  }

  async #read(max: number): Promise<FactRows | undefined> {
    const { query, parameters } = this.#place;
    if (this.#run === undefined) {
      const node = await withoutCalls(this.#place, this.#node);
      this.#run = query.run(node, parameters, { kind: 'columns' });
    }
    const chunk = await this.#run.next(max);
    if (chunk === undefined) await query.close(this.#run, 'exhausted');
    return chunk === undefined ? undefined : rowsOf(chunk);
  }

  async close(): Promise<void> {
    if (this.#run !== undefined) await this.#place.query.close(this.#run, 'limit');
  }
}

function rowsOf(chunk: Chunk): FactRows {
  if (chunk.kind !== 'columns') return [];
  const readers = chunk.columns.map((column) => columnReader(column));
  return Array.from({ length: chunk.rowCount }, (_none, row) => readers.map((read) => read(row)));
}

class CallReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'RoutineCallExec'>;
  readonly #input: RowReader;
  readonly #program: StepProgram;
  readonly #hasSets: boolean;
  #waiting: Row[] = [];
  #made: Row[] = [];

  constructor(place: Place, node: NodeOf<'RoutineCallExec'>) {
    this.#place = place;
    this.#node = node;
    this.#input = openRows(place, node.input);
    this.#hasSets = node.steps.some(({ kind }) => kind === 'set');
    this.#program = new StepProgram(place, node, (inner, parameters, max) =>
      allRows({ ...place, parameters }, inner, max),
    );
  }

  async next(max: number): Promise<FactRows | undefined> {
    const { query } = this.#place;
    const untilNs = clockNs() + patienceNs;
    while (this.#made.length < max) {
      if (this.#waiting.length === 0) {
        const wanted = this.#hasSets ? 1 : max - this.#made.length;
        const rows = await this.#input.next(wanted);
        if (rows === undefined) break;
        this.#waiting = [...rows];
      }
      const row = this.#waiting.shift();
      if (row === undefined) continue;
      for (const made of await this.#program.run(row)) this.#made.push(made);
      if (this.#made.length > 0 && clockNs() > untilNs) break;
      const turn = query.turns.next();
      if (turn !== undefined) await turn;
      query.check();
    }
    const meter = query.meterOf(this.#node);
    if (meter !== undefined) meter.facts['calls'] = this.#program.calls;
    const rows = this.#made.splice(0, max);
    return rows.length === 0 ? undefined : rows;
  }

  async close(): Promise<void> {
    this.#program.free();
    await this.#input.close();
  }
}

/** A projection or a filter over some rows at a time. */
class BatchReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'ProjectionExec' | 'FilterExec'>;
  readonly #input: RowReader;

  constructor(place: Place, node: NodeOf<'ProjectionExec' | 'FilterExec'>) {
    this.#place = place;
    this.#node = node;
    this.#input = openRows(place, node.input);
  }

  async next(max: number): Promise<FactRows | undefined> {
    const rows = await this.#input.next(max);
    if (rows === undefined || rows.length === 0) return rows;
    const over = { ...this.#node, input: scanOf(this.#node.input, rows) };
    const reader = new RunReader(this.#place, over);
    const all: Row[] = [];
    for (;;) {
      const some = await reader.next(max);
      if (some === undefined) return all;
      for (const row of some) all.push(row);
    }
  }

  close(): Promise<void> {
    return this.#input.close();
  }
}

class LimitReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'GlobalLimitExec'>;
  readonly #input: RowReader;
  #skip = 0;
  #fetch: number | undefined;

  constructor(place: Place, node: NodeOf<'GlobalLimitExec'>) {
    this.#place = place;
    this.#node = node;
    this.#input = openRows(place, node.input);
  }

  async next(max: number): Promise<FactRows | undefined> {
    const fetch = this.#fetch ?? (await this.#begin());
    this.#fetch = fetch;
    while (this.#skip > 0 && fetch > 0) {
      const rows = await this.#input.next(Math.min(batchRows, this.#skip));
      if (rows === undefined) return undefined;
      this.#skip -= rows.length;
    }
    if (fetch === 0) return undefined;
    const rows = await this.#input.next(Math.min(max, fetch));
    this.#fetch = fetch - (rows?.length ?? 0);
    return rows;
  }

  /** Errors: 2201W, 2201X. */
  async #begin(): Promise<number> {
    const { skip, fetch } = this.#node;
    const offset = skip === undefined ? null : await valueOf(this.#place, this.#node, skip);
    const limit = fetch === undefined ? null : await valueOf(this.#place, this.#node, fetch);
    this.#skip = rowCountOf(skip, 'OFFSET', () => offset) ?? 0;
    return rowCountOf(fetch, 'LIMIT', () => limit) ?? Infinity;
  }

  close(): Promise<void> {
    return this.#input.close();
  }
}

/** Of an expression over no columns. */
async function valueOf(place: Place, { id }: PlanNode, expr: Expr): Promise<Datum | null> {
  if (expr.kind === 'constant') return expr.value;
  const fields = [{ name: '', type: expr.type, nullable: true }];
  const estimates = { estimatedRows: 1, estimatedCost: 0 };
  const input: PlanNode = { kind: 'PlaceholderRowExec', id, fields: [], ...estimates };
  const node: PlanNode = { kind: 'ProjectionExec', id, fields, input, exprs: [expr], ...estimates };
  return (await allRows(place, node, 1))[0]?.[0] ?? null;
}

class UnionReader implements RowReader {
  readonly #place: Place;
  readonly #inputs: readonly PlanNode[];
  #reader: RowReader | undefined;
  #at = 0;

  constructor(place: Place, inputs: readonly PlanNode[]) {
    this.#place = place;
    this.#inputs = inputs;
  }

  async next(max: number): Promise<FactRows | undefined> {
    for (;;) {
      const input = this.#inputs[this.#at];
      if (input === undefined) return undefined;
      this.#reader ??= openRows(this.#place, input);
      const rows = await this.#reader.next(max);
      if (rows !== undefined) return rows;
      await this.close();
      this.#at += 1;
    }
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close();
  }
}

/** The inner rows of one outer row after the other. */
class LateralReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'LateralJoinExec'>;
  readonly #input: RowReader;
  #outer: Row | undefined;
  #inner: RowReader | undefined;
  #isAlone = false;

  constructor(place: Place, node: NodeOf<'LateralJoinExec'>) {
    this.#place = place;
    this.#node = node;
    this.#input = openRows(place, node.input);
  }

  async next(max: number): Promise<FactRows | undefined> {
    if (this.#inner === undefined) {
      const rows = await this.#input.next(1);
      if (rows === undefined || rows[0] === undefined) return rows;
      await this.#begin(rows[0]);
    }
    const outer = this.#outer ?? [];
    const inner = await this.#inner?.next(max);
    if (inner === undefined) {
      await this.#endInner();
      const isMissing = this.#isAlone && this.#node.joinType === 'left';
      return isMissing ? [[...outer, ...this.#node.inner.fields.map(() => null)]] : [];
    }
    if (inner.length > 0) this.#isAlone = false;
    return inner.map((row) => [...outer, ...row]);
  }

  async #begin(outer: Row): Promise<void> {
    const { outerColumns, firstParameter, inner } = this.#node;
    const { query } = this.#place;
    const parameters = [...this.#place.parameters];
    const values = await this.#valuesOf(outerColumns, outer);
    values.forEach((value, i) => (parameters[firstParameter + i] = value));
    this.#outer = outer;
    this.#isAlone = true;
    this.#inner = openRows({ query, parameters }, inner);
  }

  async #valuesOf(exprs: readonly Expr[], row: Row): Promise<Row> {
    const columns = exprs.filter((expr) => expr.kind === 'column');
    if (columns.length === exprs.length) return columns.map(({ index }) => row[index] ?? null);
    const { input, id } = this.#node;
    const fields = exprs.map(({ type }) => ({ name: '', type, nullable: true }));
    const node: PlanNode = {
      ...{ kind: 'ProjectionExec', id, fields, estimatedRows: 1, estimatedCost: 0 },
      ...{ input: scanOf(input, [row]), exprs },
    };
    return (await allRows(this.#place, node))[0] ?? [];
  }

  async #endInner(): Promise<void> {
    const inner = this.#inner;
    this.#inner = undefined;
    await inner?.close();
  }

  async close(): Promise<void> {
    await this.#endInner();
    await this.#input.close();
  }
}

/** UNION ALL of rounds, each over the rows of the one before. */
class RecursiveReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'RecursiveQueryExec'>;
  #round: RowReader | undefined;
  #made: Row[] = [];

  constructor(place: Place, node: NodeOf<'RecursiveQueryExec'>) {
    this.#place = place;
    this.#node = node;
    this.#round = openRows(place, node.initial);
  }

  async next(max: number): Promise<FactRows | undefined> {
    const rows = await this.#round?.next(max);
    if (rows !== undefined) {
      this.#place.query.hold(rows);
      this.#made.push(...rows);
      return rows;
    }
    await this.close();
    if (this.#made.length === 0) return undefined;
    const { recursive, workTable } = this.#node;
    this.#round = openRows(this.#place, overRows(recursive, workTable, this.#made));
    this.#made = [];
    return [];
  }

  async close(): Promise<void> {
    const round = this.#round;
    this.#round = undefined;
    await round?.close();
  }
}

/** The plan with the rows in the places of the work table. */
function overRows(node: PlanNode, workTable: number, rows: FactRows): PlanNode {
  if (node.kind === 'WorkTableExec' && node.workTable === workTable) return scanOf(node, rows);
  return withChildren(node, (child) => overRows(child, workTable, rows));
}

/** Rows of a CTE that several read: the first of them has them all made. */
class SharedReader implements RowReader {
  readonly #place: Place;
  readonly #node: NodeOf<'MaterializeExec'>;
  #at = 0;

  constructor(place: Place, node: NodeOf<'MaterializeExec'>) {
    this.#place = place;
    this.#node = node;
  }

  async next(max: number): Promise<FactRows | undefined> {
    const { shared } = this.#place.query;
    const key = `cte ${this.#node.cte}`;
    if (!shared.has(key)) shared.set(key, await allRows(this.#place, this.#node.input));
    const rows = shared.get(key) as FactRows;
    if (this.#at >= rows.length) return undefined;
    const some = rows.slice(this.#at, this.#at + max);
    this.#at += some.length;
    return some;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
