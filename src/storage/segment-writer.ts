/**
 * Writes segment files: the worker encodes, the main thread hands the bytes to the disk without
 * waiting for it.
 *
 *     rows in memory ──worker──▶ encoded columns ──▶ segments/<oid>/<file>.seg, synced
 */
import { Worker } from 'node:worker_threads';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { heap } from '../memory/heap.ts';
import type { FileSystem } from './file-system.ts';
import { freeEncoded } from './segment-encoder.ts';
import type { EncodedColumn, EncodedSegment } from './segment-encoder.ts';
import { encodeDirectory, encodeSegmentHeader, segmentHeaderBytes } from './segment-format.ts';
import type { SegmentDirectory, StoredColumn } from './segment-format.ts';
import type { EncodeReply, EncodeRequest, SegmentWorkerData } from './segment-worker.ts';

/** A file that is on disk; its columns are still in memory, for the cache. */
export interface WrittenSegment {
  readonly file: number;
  readonly byteSize: number;
  readonly directory: SegmentDirectory;
  /** Blocks of the directory's parts; the receiver owns them. 0 where there is none. */
  readonly pointers: readonly number[];
}

export function segmentFolder(dataDir: string, tableOid: number): string {
  return `${dataDir}/segments/${tableOid}`;
}

export function segmentPath(dataDir: string, tableOid: number, file: number): string {
  return `${segmentFolder(dataDir, tableOid)}/${file}.seg`;
}

/** In the order of `storedParts`. */
function partsOf({ columns, filters }: EncodedSegment): readonly (EncodedColumn | null)[] {
  return [...columns, ...filters];
}

interface Waiting {
  readonly resolve: (segment: EncodedSegment) => void;
  readonly reject: (error: Error) => void;
}

export class SegmentWriter {
  readonly #files: FileSystem;
  readonly #dataDir: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextRequest = 1;
  /** Number of the next file; unique in the data folder. */
  nextFile = 1;

  constructor(files: FileSystem, dataDir: string) {
    this.#files = files;
    this.#dataDir = dataDir;
  }

  /**
   * Encodes and writes the rows; durable when it resolves. The columns must stay until then.
   * Errors: 53200, 58030.
   */
  async write(
    tableOid: number,
    columns: readonly Column[],
    rowCount: number,
  ): Promise<WrittenSegment> {
    const encoded = await this.#encode(columns, rowCount);
    const file = this.nextFile++;
    let isWritten = false;
    try {
      const { directory, byteSize } = await this.#writeFile(tableOid, file, {
        encoded,
        rowCount,
      });
      isWritten = true;
      const pointers = partsOf(encoded).map((part) => part?.pointer ?? 0);
      return { file, byteSize, directory, pointers };
    } finally {
      if (!isWritten) freeEncoded(partsOf(encoded));
    }
  }

  async #writeFile(
    tableOid: number,
    file: number,
    content: { readonly encoded: EncodedSegment; readonly rowCount: number },
  ): Promise<{ readonly directory: SegmentDirectory; readonly byteSize: number }> {
    const { encoded, rowCount } = content;
    const pieces: Uint8Array[] = [encodeSegmentHeader()];
    let at = segmentHeaderBytes;
    const place = (part: EncodedColumn | null): StoredColumn | null => {
      if (part === null) return null;
      const { pointer, stored } = part;
      pieces.push(heap().u8.subarray(pointer, pointer + stored.byteSize));
      at += stored.byteSize;
      return { ...stored, at: at - stored.byteSize };
    };
    const columns = encoded.columns.map(place);
    const filters = encoded.filters.map(place);
    const directory: SegmentDirectory = { rowCount, columns, zones: encoded.zones, filters };
    const tail = encodeDirectory(directory);
    pieces.push(tail);
    const folder = segmentFolder(this.#dataDir, tableOid);
    await this.#files.makeFolder(folder);
    const open = await this.#files.open(segmentPath(this.#dataDir, tableOid, file));
    try {
      await open.write(pieces, 0);
      await open.sync();
    } finally {
      await open.close();
    }
    await this.#files.syncFolder(folder);
    await this.#files.syncFolder(`${this.#dataDir}/segments`);
    return { directory, byteSize: at + tail.length };
  }

  #encode(columns: readonly Column[], rowCount: number): Promise<EncodedSegment> {
    const request: EncodeRequest = { id: this.#nextRequest++, columns, rowCount };
    const worker = this.#startedWorker();
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });
  }

  #startedWorker(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const data: SegmentWorkerData = { memory: heap().memory };
    const worker = new Worker(new URL('./segment-worker.js', import.meta.url), {
      workerData: data,
      name: 'storage',
    });
    worker.on('message', (message: EncodeReply) => this.#receive(worker, message));
    worker.on('error', (error: Error) => this.#fail(error));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #receive(worker: Worker, message: EncodeReply): void {
    const waiting = must(this.#waiting.get(message.id), 'encode request');
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) worker.unref();
    if ('segment' in message) waiting.resolve(message.segment);
    else if (message.isOutOfMemory) waiting.reject(new SqlError('out_of_memory', message.error));
    else waiting.reject(new Error(message.error));
  }

  #fail(error: Error): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(error);
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
