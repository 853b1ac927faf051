/**
 * Rows of constants and parameters alone, VALUES or a SELECT list without FROM: they are written
 * down where the session stands, and no operator is set up: what one would count is counted beside.
 *
 * An INSERT of a row spent more time on its operators than on its row. A few rows of constants alone
 * are encoded once for each plan: what pools ask to see whether a connection lives.
 */
import { assert, must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { makeBatch, type Batch } from '../columns/batch.ts';
import { ColumnBuilder } from '../columns/builder.ts';
import type { ConstantExpr, Expr, ParameterExpr } from '../expr/expr.ts';
import type { PhysicalPlan, PlanNode } from '../plan/physical.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { Chunk, QueryReport, QueryRequest, QueryRun, RunProgress } from './execution.ts';
import type { DriverStart } from './query-driver.ts';
import { LiteralCounters } from './literal-counters.ts';
import { LoopTurns } from './loop-turns.ts';
import { makeSink, type ResultSink } from './result-sink.ts';

/** Rows that are written down between two turns of the event loop. */
const batchRows = 1024;

type Literal = ConstantExpr | ParameterExpr;
type LiteralRow = readonly Literal[];

/** What is known of a plan of literal rows. */
export interface LiteralRows {
  readonly rows: readonly LiteralRow[];
  /** Whether every run encodes the same bytes, in text. */
  readonly isConstant: boolean;
  /** All rows in text, once a run has encoded them. */
  encoded: Uint8Array | undefined;
}

/** By plan: its rows, or that it needs operators. */
const knownRows = new WeakMap<PhysicalPlan, LiteralRows | 'computed'>();

/** The rows that the request asks for, if they are literal. */
export function literalRows({ plan, previewRows = 0 }: QueryRequest): LiteralRows | undefined {
  if (previewRows > 0) return undefined;
  let known = knownRows.get(plan);
  if (known === undefined) {
    const rows = rowsOf(plan.root);
    known =
      rows !== undefined && rows.every(isLiteral)
        ? { rows, isConstant: areConstant(rows, plan.root), encoded: undefined }
        : 'computed';
    knownRows.set(plan, known);
  }
  return known === 'computed' ? undefined : known;
}

/** Kept encodings: so many rows and bytes of a plan at most. */
const constantRowsMax = 16;
const encodedBytesMax = 1024;

/** Types whose text no setting changes. */
const settledTypes: ReadonlySet<TypeName> = new Set<TypeName>([
  ...(['bool', 'int2', 'int4', 'int8', 'oid', 'numeric', 'uuid'] as const),
  ...(['text', 'varchar', 'bpchar', 'name', 'unknown'] as const),
]);

function areConstant(rows: readonly LiteralRow[], { fields }: PlanNode): boolean {
  return (
    rows.length <= constantRowsMax &&
    fields.every(({ type }) => settledTypes.has(type.name)) &&
    rows.every((row) => row.every(({ kind }) => kind === 'constant'))
  );
}

function rowsOf(root: PlanNode): readonly (readonly Expr[])[] | undefined {
  if (root.kind === 'ValuesExec') return root.rows;
  if (root.kind !== 'ProjectionExec' || root.input.kind !== 'PlaceholderRowExec') return undefined;
  return [root.exprs];
}

function isLiteral(row: readonly Expr[]): row is LiteralRow {
  return row.every(({ kind }) => kind === 'constant' || kind === 'parameter');
}

function isText(output: QueryRequest['output']): boolean {
  return output.kind === 'rows' && output.formats.every((format) => format === 0);
}

export class LiteralRun implements QueryRun {
  readonly #counters: LiteralCounters | undefined;
  readonly #start: DriverStart;
  readonly #literal: LiteralRows;
  readonly #budget: Budget;
  readonly #arena: Arena;
  readonly #chunks = new ChunkQueue();
  readonly #turns: LoopTurns;
  /** Encodes rows; columns, and rows that are encoded already, are handed on as they are. */
  readonly #sink: ResultSink | undefined;
  #position = 0;
  #error: SqlError | undefined;
  #report: QueryReport | undefined;

  constructor(start: DriverStart, literal: LiteralRows, turns = new LoopTurns()) {
    this.#turns = turns;
    this.#start = start;
    this.#literal = literal;
    if (start.facts.instrument) this.#counters = new LiteralCounters(start.root);
    this.#budget = new Budget(start.facts.memoryBytesMax);
    this.#arena = new Arena(this.#budget);
    if (start.output.kind === 'columns' || this.#encoded !== undefined) return;
    this.#sink = makeSink(start, this.#budget, (chunk) => this.#push(chunk));
  }

  get #rows(): readonly LiteralRow[] {
    return this.#literal.rows;
  }

  /** Bytes of all rows that an earlier run has left. */
  get #encoded(): Uint8Array | undefined {
    return isText(this.#start.output) ? this.#literal.encoded : undefined;
  }

  #push(chunk: Chunk): void {
    const { rows, isConstant } = this.#literal;
    this.#chunks.push(chunk);
    if (!isConstant || chunk.kind !== 'rows' || !isText(this.#start.output)) return;
    const isWhole = chunk.rowCount === rows.length && chunk.bytes.length <= encodedBytesMax;
    if (isWhole) this.#literal.encoded = chunk.bytes;
  }

  get liveRows(): QueryRun['liveRows'] {
    return this.#counters;
  }

  async next(rowsMax: number): Promise<Chunk | undefined> {
    const turn = this.#turns.next();
    if (turn !== undefined) await turn;
    this.#counters?.resumed();
    if (this.#error !== undefined) throw this.#error;
    this.#chunks.want(rowsMax);
    if (this.#chunks.isEmpty && this.#position < this.#rows.length) this.#write();
    this.#counters?.left();
    return this.#chunks.take(rowsMax);
  }

  #write(): void {
    const encoded = this.#encoded;
    if (encoded !== undefined && this.#sink === undefined) return this.#repeat(encoded);
    const batch = this.#counters === undefined ? this.#nextBatch() : this.#counted(this.#counters);
    const { rowCount } = batch;
    this.#position += rowCount;
    const sink = this.#sink;
    if (sink === undefined) {
      const columns = this.#start.root.fields.map((_, index) => batch.column(index));
      this.#chunks.push({ kind: 'columns', columns, rowCount });
      return;
    }
    sink.begin(batch);
    for (let done = 0; done < rowCount;) done += sink.write(done, rowCount);
    sink.flush();
  }

  /** The rows as an earlier run has encoded them. */
  #repeat(bytes: Uint8Array): void {
    const rowCount = this.#rows.length;
    this.#counters?.began();
    this.#counters?.read();
    this.#counters?.made(rowCount, 0);
    this.#position = rowCount;
    this.#chunks.push({ kind: 'rows', bytes, rowCount });
  }

  #counted(counters: LiteralCounters): Batch {
    counters.began();
    try {
      const batch = this.#nextBatch(() => counters.read());
      counters.made(batch.rowCount, this.#arena.reservedBytes);
      return batch;
    } catch (error) {
      counters.failed();
      throw error;
    }
  }

  #nextBatch(read?: () => void): Batch {
    this.#arena.reset();
    const rows = this.#rows.slice(this.#position, this.#position + batchRows);
    read?.();
    return this.#batch(rows);
  }

  #batch(rows: readonly LiteralRow[]): Batch {
    const columns = this.#start.root.fields.map(({ type }, index) => {
      const builder = new ColumnBuilder(type, this.#arena, rows.length);
      for (const row of rows) builder.append(this.#valueOf(must(row[index], 'a value')));
      return builder.finish();
    });
    return makeBatch(columns, rows.length);
  }

  #valueOf(literal: Literal): Datum | null {
    if (literal.kind === 'constant') return literal.value;
    const value = this.#start.facts.parameters[literal.index];
    assert(value !== undefined, `parameter ${literal.index + 1} has a value`);
    return value;
  }

  progress(): Promise<RunProgress> {
    return Promise.resolve(this.#report ?? this.#reportNow());
  }

  cancel(_reason: CloseReason, message: string): void {
    this.#error ??= new SqlError('query_canceled', message);
    this.#chunks.clear();
  }

  close(reason: CloseReason): Promise<QueryReport> {
    if (this.#report === undefined) {
      this.#counters?.closed(reason, this.#position >= this.#rows.length);
      this.#report = this.#reportNow();
      this.#chunks.clear();
      this.#sink?.free();
      this.#arena.free();
    }
    return Promise.resolve(this.#report);
  }

  #reportNow(): QueryReport {
    const { startNs } = this.#start;
    const {
      encodeNs = 0,
      encodeBytes = 0,
      encodeFirstNs = 0,
      encodeLastNs = 0,
    } = this.#sink?.statistics ?? {};
    return {
      nodes: this.#counters?.now ?? [],
      encodeNs,
      encodeBytes,
      encodeFirstNs,
      encodeLastNs,
      queueNs: 0,
      startNs,
      endNs: clockNs(),
      rows: this.#position,
      peakBytes: this.#budget.peakBytes,
      blockedNs: this.#counters?.blockedNs ?? 0,
      yieldedNs: 0,
    };
  }
}
