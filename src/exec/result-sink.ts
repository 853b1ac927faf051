/** Where a query's batches go: encoded rows in chunks, or columns as they are. */
import { Arena, type Budget } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import { SqlError } from '../errors/sql-error.ts';
import { must, unreachable } from '../errors/assert.ts';
import { withSelection, type Batch } from '../columns/batch.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { Chunk, QueryReport } from './execution.ts';
import { formatSettings } from './format-settings-of.ts';
import { RowBuffer } from './keys/row-buffer.ts';
import type { DriverStart } from './query-driver.ts';
import { dataRowTag, RowEncoder } from './row-encoder.ts';

export type SinkStatistics = Pick<
  QueryReport,
  'encodeNs' | 'encodeBytes' | 'encodeFirstNs' | 'encodeLastNs'
>;

export interface ResultSink {
  /** What may be handed on before the reader says it took something: bytes, or column chunks. */
  credit: number;
  readonly statistics: SinkStatistics;
  /** Takes a batch that stays valid until its last row is written. */
  begin(batch: Batch): void;
  /** Writes rows `from` … at most `to`; returns how many, at least one. */
  write(from: number, to: number): number;
  /** Hands on what was written. */
  flush(): void;
  /** Takes memory of chunks back. */
  reuse?(spares: readonly ArrayBuffer[]): void;
  free(): void;
}

type Post = (chunk: Chunk) => void;

export function makeSink(start: DriverStart, budget: Budget, post: Post): ResultSink {
  const types = start.root.fields.map((field) => field.type);
  const { output } = start;
  switch (output.kind) {
    case 'rows':
      return new RowSink(encoderOf(start, types, budget), budget, post);
    case 'columns':
      return new ColumnSink(types, budget, post);
    default:
      return unreachable(output);
  }
}

function encoderOf(start: DriverStart, types: readonly SqlType[], budget: Budget): RowEncoder {
  const formats = start.output.kind === 'rows' ? start.output.formats : [];
  const settings = formatSettings(start.facts.evaluation);
  return new RowEncoder({ types, formats, settings, tag: dataRowTag }, budget);
}

/** Unread bytes that a query may be ahead of its reader. */
export const creditBytes = 131_072;
/** Of a chunk, unless one row is larger. */
const outBytesUsual = 65_536;
/** PostgreSQL's limit of one message. */
const outBytesMax = 0x3fffffff;
const chunkBytesWorthwhile = 49_152;
const sparesMax = 4;

class RowSink implements ResultSink {
  credit = creditBytes;
  readonly #encoder: RowEncoder;
  readonly #arena: Arena;
  readonly #post: Post;
  #spares: ArrayBuffer[] = [];
  #out = 0;
  #outSize = 0;
  #end = 0;
  #rowCount = 0;
  #encodeNs = 0;
  #encodeBytes = 0;
  #firstNs = 0;
  #lastNs = 0;

  constructor(encoder: RowEncoder, budget: Budget, post: Post) {
    this.#encoder = encoder;
    this.#arena = new Arena(budget);
    this.#post = post;
  }

  get statistics(): SinkStatistics {
    return {
      encodeNs: this.#encodeNs,
      encodeBytes: this.#encodeBytes,
      encodeFirstNs: this.#firstNs,
      encodeLastNs: this.#lastNs,
    };
  }

  begin(batch: Batch): void {
    this.#timed(() => this.#encoder.begin(batch));
  }

  write(from: number, to: number): number {
    return this.#timed(() => {
      const rowCount = this.#encodeSome(from, to);
      const isFirst = this.#encodeBytes === 0;
      if (isFirst || this.#end - this.#out >= chunkBytesWorthwhile) this.flush();
      return rowCount;
    });
  }

  #timed<T>(body: () => T): T {
    const startNs = clockNs();
    if (this.#firstNs === 0) this.#firstNs = startNs;
    const result = body();
    this.#lastNs = clockNs();
    this.#encodeNs += this.#lastNs - startNs;
    return result;
  }

  #encodeSome(from: number, to: number): number {
    if (this.#outSize === 0) this.#grow(outBytesUsual);
    for (;;) {
      const outEnd = this.#out + this.#outSize;
      const { rowCount, end } = this.#encoder.encode(from, to, this.#end, outEnd);
      this.#end = end;
      this.#rowCount += rowCount;
      if (rowCount > 0) return rowCount;
      if (this.#end > this.#out) this.flush();
      else this.#grow(this.#outSize * 2);
    }
  }

  #grow(byteSize: number): void {
    if (byteSize > outBytesMax) {
      throw new SqlError('program_limit_exceeded', 'row is too large to be sent', {
        detail: `A message may have ${outBytesMax} bytes.`,
      });
    }
    this.#arena.free();
    this.#out = this.#arena.allocate(byteSize);
    this.#outSize = byteSize;
    this.#end = this.#out;
  }

  flush(): void {
    const byteSize = this.#end - this.#out;
    if (this.#rowCount === 0) return;
    const bytes = this.#copyOut(byteSize);
    this.credit -= byteSize;
    this.#encodeBytes += byteSize;
    this.#post({ kind: 'rows', bytes, rowCount: this.#rowCount });
    this.#rowCount = 0;
    this.#end = this.#out;
  }

  /** Into memory that came back, so that a long answer leaves no garbage of its own length. */
  #copyOut(byteSize: number): Uint8Array {
    const written = heap().u8.subarray(this.#out, this.#end);
    if (byteSize > outBytesUsual || byteSize < chunkBytesWorthwhile) return written.slice();
    const bytes = new Uint8Array(this.#spares.pop() ?? new ArrayBuffer(outBytesUsual), 0, byteSize);
    bytes.set(written);
    return bytes;
  }

  reuse(spares: readonly ArrayBuffer[]): void {
    for (const spare of spares) {
      const fits = spare.byteLength === outBytesUsual && this.#spares.length < sparesMax;
      if (fits) this.#spares.push(spare);
    }
  }

  free(): void {
    this.#encoder.free();
    this.#arena.free();
    this.#outSize = 0;
    this.#spares = [];
  }
}

/** One chunk at a time: its memory is used again for the next. */
class ColumnSink implements ResultSink {
  credit = 1;
  readonly statistics = { encodeNs: 0, encodeBytes: 0, encodeFirstNs: 0, encodeLastNs: 0 };
  readonly #types: readonly SqlType[];
  readonly #rows: Arena;
  readonly #scratch: Arena;
  readonly #post: Post;
  #batch: Batch | undefined;

  constructor(types: readonly SqlType[], budget: Budget, post: Post) {
    this.#types = types;
    this.#rows = new Arena(budget);
    this.#scratch = new Arena(budget);
    this.#post = post;
  }

  begin(batch: Batch): void {
    this.#batch = batch;
  }

  write(from: number, to: number): number {
    const batch = must(this.#batch, 'a batch');
    const rowCount = to - from;
    this.#rows.reset();
    this.#scratch.reset();
    const buffer = new RowBuffer(this.#types, this.#rows, this.#scratch);
    buffer.append(this.#part(batch, from, rowCount));
    this.credit -= 1;
    this.#post({ kind: 'columns', columns: buffer.columns(), rowCount });
    return rowCount;
  }

  #part(batch: Batch, from: number, rowCount: number): Batch {
    if (rowCount === batch.rowCount) return batch;
    if (batch.selection !== 0) return withSelection(batch, rowCount, batch.selection + from * 4);
    const selection = this.#scratch.allocate(rowCount * 4);
    const { u32 } = heap();
    for (let at = 0; at < rowCount; at++) u32[(selection >>> 2) + at] = from + at;
    return withSelection(batch, rowCount, selection);
  }

  flush(): void {}

  free(): void {
    this.#rows.free();
    this.#scratch.free();
  }
}
