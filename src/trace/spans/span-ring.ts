/**
 * The spans that ended last, whatever became of them elsewhere, kept as encoded bytes: ten thousand
 * objects would be copied and looked at by every collection of garbage.
 *
 *     add(frames of a query) ──▶ chunk, chunk, … chunk ──the oldest goes as a whole──▶
 */
import type { SentSpans } from '../../catalog/catalog-state.ts';
import { readFrames, wholeSpan, type SpanFrame } from '../encoding/span-frames.ts';
import { decodeSpan, type DecodedSpan } from '../encoding/span-decoder.ts';

/** A span as `trace.spans` shows it. */
export interface RecentSpan extends DecodedSpan, Pick<SpanFrame, 'level' | 'target'> {
  readonly queryId: string;
}

/** Whose spans they are: the session's user, empty for nobody's; the query. */
export interface SpanOwner {
  readonly user: string;
  readonly queryId: string;
}

interface Entry extends SpanOwner {
  readonly spanCount: number;
  readonly from: number;
  readonly to: number;
}

interface Chunk {
  readonly bytes: Buffer;
  readonly entries: Entry[];
  size: number;
  spanCount: number;
}

export const ringMax = 10_000;
const chunkBytes = 256 * 1024;
export const ringBytesMax = 32 * 1024 * 1024;

export class SpanRing {
  readonly #chunks: Chunk[] = [];
  #spanCount = 0;
  #byteSize = 0;

  add(frames: Buffer, spanCount: number, { user, queryId }: SpanOwner): void {
    const chunk = this.#chunkFor(frames.length);
    const from = chunk.size;
    chunk.size += frames.copy(chunk.bytes, from);
    chunk.entries.push({ user, queryId, spanCount, from, to: chunk.size });
    chunk.spanCount += spanCount;
    this.#spanCount += spanCount;
  }

  #chunkFor(byteSize: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.size + byteSize <= last.bytes.length) return last;
    const spare = this.#forget(Math.max(chunkBytes, byteSize));
    const bytes = spare ?? Buffer.allocUnsafeSlow(Math.max(chunkBytes, byteSize));
    const chunk = { bytes, entries: [], size: 0, spanCount: 0 };
    this.#chunks.push(chunk);
    this.#byteSize += bytes.length;
    return chunk;
  }

  /** Makes room for a chunk; returns memory that is free for it now, which costs less than new. */
  #forget(byteSize: number): Buffer | undefined {
    let spare: Buffer | undefined;
    for (;;) {
      const [first] = this.#chunks;
      if (first === undefined) return spare;
      const isFull = this.#byteSize + byteSize > ringBytesMax;
      if (!isFull && this.#spanCount - first.spanCount < ringMax) return spare;
      this.#chunks.shift();
      this.#spanCount -= first.spanCount;
      this.#byteSize -= first.bytes.length;
      if (first.bytes.length === byteSize) spare = first.bytes;
    }
  }

  /** Of the last `ringMax` those whose user may be seen, the oldest first. */
  visible(isVisible: (user: string) => boolean): SentSpans {
    let skipped = Math.max(0, this.#spanCount - ringMax);
    let spanTotal = 0;
    let byteSize = 0;
    const pieces: Buffer[] = [];
    const queries: SentSpans['queries'][number][] = [];
    for (const { bytes, entries } of this.#chunks) {
      for (const { user, queryId, from, to, spanCount } of entries) {
        const skip = Math.min(skipped, spanCount);
        skipped -= skip;
        if (skip === spanCount || !isVisible(user)) continue;
        pieces.push(bytes.subarray(from, to));
        queries.push({ queryId, from: byteSize, to: byteSize + to - from, skip });
        byteSize += to - from;
        spanTotal += spanCount - skip;
      }
    }
    return { bytes: concat(pieces, byteSize), queries, spanCount: spanTotal };
  }
}

/** In memory of their own: what is sent to another thread is copied with all of its memory. */
function concat(pieces: readonly Buffer[], byteSize: number): Uint8Array {
  const bytes = new Uint8Array(byteSize);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

export const noSpans: SentSpans = { bytes: new Uint8Array(0), queries: [], spanCount: 0 };

export function* readSpans({ bytes, queries }: SentSpans): Generator<RecentSpan> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { queryId, from, to, skip } of queries) {
    let at = 0;
    for (const frame of readFrames(buffer.subarray(from, to))) {
      if (at++ < skip) continue;
      const { level, target } = frame;
      yield { ...decodeSpan(wholeSpan(frame)), level, target, queryId };
    }
  }
}
