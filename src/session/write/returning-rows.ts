/** RETURNING: expressions over the written rows, encoded as DataRow messages. */
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { dataRowTag, RowEncoder } from '../../exec/row-encoder.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { allocateBlock, freeBlock } from '../../memory/allocator.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { heap } from '../../memory/heap.ts';
import type { WriteStatement } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { SqlSession } from '../sql-session.ts';

const bufferBytes = 1 << 20;
/** One row may be larger than the buffer; the buffer then grows up to the protocol's limit. */
const bufferBytesMax = 1 << 30;

type Shown = Pick<WriteStatement, 'returning' | 'fields' | 'returningCalls'> &
  Partial<Pick<WriteStatement, 'source'>>;

export class ReturningRows {
  readonly #session: SqlSession;
  readonly #exprs: PreparedExprs | undefined;
  readonly #calling: CallingExpressions | undefined;
  readonly #planned: Shown;
  readonly #formats: readonly number[];

  constructor(session: SqlSession, planned: Shown, formats: readonly number[]) {
    this.#session = session;
    this.#planned = planned;
    this.#formats = formats;
    this.#calling = callingOf(session, planned);
    if (this.#calling === undefined) this.#exprs = prepare(planned.returning);
  }

  async values(
    batch: Batch,
    parameters: readonly (Datum | null)[],
  ): Promise<readonly (readonly (Datum | null)[])[]> {
    const arena = new Arena(new Budget(this.#session.environment.queryMemoryBytesMax));
    try {
      return rowsOf(await this.#columns(batch, parameters, arena), batch.rowCount);
    } finally {
      arena.free();
    }
  }

  async #columns(
    batch: Batch,
    parameters: readonly (Datum | null)[],
    arena: Arena,
  ): Promise<readonly Column[]> {
    if (this.#exprs !== undefined) {
      return this.#exprs.evaluate(batch, this.#session.constantContext(arena), parameters);
    }
    const columns = Array.from({ length: batch.columnCount }, (_none, at) => batch.column(at));
    const rows = (await this.#calling?.values(rowsOf(columns, batch.rowCount), parameters)) ?? [];
    return this.#planned.fields.map(({ type }, at) =>
      buildColumn(
        type,
        rows.map((row) => row[at] ?? null),
        arena,
      ),
    );
  }

  async encode(batch: Batch, parameters: readonly (Datum | null)[]): Promise<Uint8Array> {
    const budget = new Budget(this.#session.environment.queryMemoryBytesMax);
    const arena = new Arena(budget);
    const encoder = new RowEncoder(
      {
        types: this.#planned.fields.map((field) => field.type),
        formats: this.#formats,
        settings: sessionFormats(this.#session),
        tag: dataRowTag,
      },
      budget,
    );
    try {
      const columns = await this.#columns(batch, parameters, arena);
      encoder.begin(makeBatch(columns, batch.rowCount));
      return encodeAll(encoder, batch.rowCount);
    } finally {
      encoder.free();
      arena.free();
    }
  }
}

/** undefined: RETURNING calls no function. */
function callingOf(
  session: SqlSession,
  { returning: exprs, returningCalls: calls, source }: Shown,
): CallingExpressions | undefined {
  if (calls === undefined || source === undefined) return undefined;
  const own = session.plannerOptions({ positionOf: () => 0 });
  const options = { ...own, parameterTypes: source.parameterTypes, calls };
  const types = source.root.fields.map(({ type }) => type);
  return CallingExpressions.of(session, { exprs, types, options });
}

function rowsOf(columns: readonly Column[], rowCount: number): (readonly (Datum | null)[])[] {
  const readers = columns.map((column) => columnReader(column));
  return Array.from({ length: rowCount }, (_, row) => readers.map((read) => read(row)));
}

function encodeAll(encoder: RowEncoder, rowCount: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let byteSize = bufferBytes;
  for (let from = 0; from < rowCount;) {
    const block = allocateBlock(byteSize);
    const encoded = encoder.encode(from, rowCount, block, block + byteSize);
    if (encoded.rowCount > 0) pieces.push(heap().u8.slice(block, encoded.end));
    freeBlock(block, byteSize);
    from += encoded.rowCount;
    if (encoded.rowCount === 0) byteSize = Math.min(byteSize * 4, bufferBytesMax);
  }
  return Buffer.concat(pieces);
}
