/** RETURNING: expressions over the written rows, encoded as DataRow messages. */
import { makeBatch, type Batch } from '../../columns/batch.ts';
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
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { SqlSession } from '../sql-session.ts';

const bufferBytes = 1 << 20;
/** One row may be larger than the buffer; the buffer then grows up to the protocol's limit. */
const bufferBytesMax = 1 << 30;

type Shown = Pick<WriteStatement, 'returning' | 'fields'>;

export class ReturningRows {
  readonly #session: SqlSession;
  readonly #exprs: PreparedExprs;
  readonly #planned: Shown;
  readonly #formats: readonly number[];

  constructor(session: SqlSession, planned: Shown, formats: readonly number[]) {
    this.#session = session;
    this.#planned = planned;
    this.#formats = formats;
    this.#exprs = prepare(planned.returning);
  }

  values(
    batch: Batch,
    parameters: readonly (Datum | null)[],
  ): readonly (readonly (Datum | null)[])[] {
    const arena = new Arena(new Budget(this.#session.environment.queryMemoryBytesMax));
    try {
      const context = this.#session.constantContext(arena);
      return rowsOf(this.#exprs.evaluate(batch, context, parameters), batch.rowCount);
    } finally {
      arena.free();
    }
  }

  encode(batch: Batch, parameters: readonly (Datum | null)[]): Uint8Array {
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
      const context = this.#session.constantContext(arena);
      const columns = this.#exprs.evaluate(batch, context, parameters);
      encoder.begin(makeBatch(columns, batch.rowCount));
      return encodeAll(encoder, batch.rowCount);
    } finally {
      encoder.free();
      arena.free();
    }
  }
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
