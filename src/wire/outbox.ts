/**
 * The write side of a connection: small messages are gathered, rows flow at the client's pace.
 *
 *     write ─▶ chunk ─┬─ full, flush() or end of turn ─▶ stream ─▶ kernel
 *                     ├─ answers of a pipeline that goes on: 8 kB or 5 ms of them
 *                     └─ stream holds more than 64 KiB: writers wait until it has drained
 *
 * Invariants
 *   - Bytes are copied in: the caller may reuse its memory when the call (or promise) is over.
 *   - A client that does not read costs at most the high-water mark and a chunk.
 */
import type { Duplex } from 'node:stream';
import { SqlError } from '../errors/sql-error.ts';
import { clockNs } from '../trace/node-statistics.ts';

const highWaterBytes = 64 * 1024;
const lowWaterBytes = 32 * 1024;
/** An idle connection owns no chunk; a short answer needs a small one. */
const firstChunkBytes = 1024;
const chunkBytes = 64 * 1024;
/** Answers that wait while the client's next messages are here: as many bytes as PostgreSQL's. */
const gatheredBytes = 8192;
const gatheredNs = 5e6;
const empty = Buffer.alloc(0);

/** Written chunks are used again, by any connection. */
const freeChunks: Buffer[] = [];
const freeChunksMax = 4;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: SqlError) => void;
}

export interface WriteCounters {
  readonly bytes: number;
  readonly waitNs: number;
}

export class Outbox {
  readonly #stallTimeoutMs: number;
  /** Messages of the client are here that nobody has worked on. */
  readonly #hasInput: () => boolean;
  /** Since when answers wait; 0: they do not. */
  #sinceNs = 0;
  #stream: Duplex;
  #chunk: Buffer = empty;
  #used = 0;
  #scheduled = false;
  #gone = false;
  #waiter: Waiter | undefined;
  #written = 0;
  #insideBlock = false;
  #bytes = 0;
  #waitNs = 0;

  constructor(stream: Duplex, stallTimeoutMs: number, hasInput: () => boolean) {
    this.#stream = stream;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#hasInput = hasInput;
  }

  /** True while a block is only partly written: nothing else may be written now. */
  get insideBlock(): boolean {
    return this.#insideBlock;
  }

  attach(stream: Duplex): void {
    this.#stream = stream;
  }

  /** Whole control messages: gathered, never waited for. */
  write(bytes: Uint8Array): void {
    if (this.#gone) return;
    this.#bytes += bytes.length;
    let offset = 0;
    while (offset < bytes.length) offset += this.#fill(bytes, offset);
    this.#flushSoon();
  }

  /** Whole messages of any size. Errors: 08006 when the client is gone. */
  writeBlock(bytes: Uint8Array): Promise<void> | void {
    if (this.#gone) throw connectionLost();
    if (bytes.length > highWaterBytes) return this.#writePieces(bytes);
    this.write(bytes);
    return this.ready();
  }

  /** A promise while the client is behind. Errors: 08006 when it is gone. */
  ready(): Promise<void> | void {
    if (this.#gone) throw connectionLost();
    if (this.#stream.writableLength > highWaterBytes) return this.#drained();
  }

  flush(): void {
    if (this.#used === 0 || this.#gone) return;
    const chunk = this.#chunk;
    const bytes = chunk.subarray(0, this.#used);
    this.#chunk = empty;
    this.#used = 0;
    this.#sinceNs = 0;
    this.#stream.write(bytes, (error) => {
      if (error) return this.lose();
      if (chunk.length === chunkBytes && freeChunks.length < freeChunksMax) freeChunks.push(chunk);
      this.#progressed();
    });
  }

  /** The stream was closed: what waits will not be written. */
  lose(): void {
    this.#gone = true;
    this.#chunk = empty;
    this.#used = 0;
    this.#waiter?.reject(connectionLost());
    this.#waiter = undefined;
  }

  takeCounters(): WriteCounters {
    const counters = { bytes: this.#bytes, waitNs: this.#waitNs };
    this.#bytes = 0;
    this.#waitNs = 0;
    return counters;
  }

  async #writePieces(bytes: Uint8Array): Promise<void> {
    this.#insideBlock = true;
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      this.write(bytes.subarray(offset, offset + chunkBytes));
      const behind = this.ready();
      if (behind !== undefined) await behind;
    }
    this.#insideBlock = false;
  }

  /** Copies what fits and returns how much that was. */
  #fill(bytes: Uint8Array, offset: number): number {
    if (this.#used === this.#chunk.length) {
      const wasFull = this.#used > 0;
      this.flush();
      const large = wasFull || bytes.length - offset > firstChunkBytes;
      this.#chunk = large ? largeChunk() : Buffer.allocUnsafe(firstChunkBytes);
    }
    const byteSize = Math.min(bytes.length - offset, this.#chunk.length - this.#used);
    this.#chunk.set(bytes.subarray(offset, offset + byteSize), this.#used);
    this.#used += byteSize;
    return byteSize;
  }

  #flushSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#mayGather()) this.#flushSoon();
      else this.flush();
    });
  }

  #mayGather(): boolean {
    if (this.#used === 0 || this.#used >= gatheredBytes || !this.#hasInput()) return false;
    const nowNs = clockNs();
    if (this.#sinceNs === 0) this.#sinceNs = nowNs;
    return nowNs - this.#sinceNs < gatheredNs;
  }

  #progressed(): void {
    this.#written += 1;
    if (this.#waiter === undefined || this.#stream.writableLength > lowWaterBytes) return;
    this.#waiter.resolve();
    this.#waiter = undefined;
  }

  async #drained(): Promise<void> {
    const startNs = clockNs();
    const stall = this.#watchStall();
    const drained = new Promise<void>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    await drained.finally(() => clearInterval(stall));
    this.#waitNs += clockNs() - startNs;
  }

  /** A client that takes nothing at all for the whole time is given up. */
  #watchStall(): NodeJS.Timeout {
    let seen = this.#written;
    return setInterval(() => {
      if (seen === this.#written) this.#stream.destroy();
      seen = this.#written;
    }, this.#stallTimeoutMs);
  }
}

function largeChunk(): Buffer {
  return freeChunks.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
}

function connectionLost(): SqlError {
  return new SqlError('connection_failure', 'connection to client lost');
}
