/** The storage worker's thread: encodes segments, so that the main thread stays free for I/O. */
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { attachHeap, heap } from '../memory/heap.ts';
import { encodeSegment } from './segment-encoder.ts';
import type { EncodedColumn, EncodedSegment } from './segment-encoder.ts';

export interface EncodeRequest {
  readonly id: number;
  readonly columns: readonly Column[];
  readonly rowCount: number;
}

export type EncodeReply =
  | { readonly id: number; readonly segment: EncodedSegment }
  | { readonly id: number; readonly error: string; readonly isOutOfMemory: boolean };

export interface SegmentWorkerData {
  readonly memory: WebAssembly.Memory;
}

function checked(column: EncodedColumn | null): EncodedColumn | null {
  if (column === null) return null;
  const { pointer, stored } = column;
  const crc = crc32(heap().u8.subarray(pointer, pointer + stored.byteSize));
  return { pointer, stored: { ...stored, crc } };
}

function reply(request: EncodeRequest): EncodeReply {
  try {
    const { columns, filters, zones } = encodeSegment(request.columns, request.rowCount);
    const segment = { columns: columns.map(checked), filters: filters.map(checked), zones };
    return { id: request.id, segment };
  } catch (error) {
    const { message } = error as Error;
    return { id: request.id, error: message, isOutOfMemory: error instanceof SqlError };
  }
}

attachHeap((workerData as SegmentWorkerData).memory);
const port = must(parentPort, 'parent port');
port.on('message', (request: EncodeRequest) => port.postMessage(reply(request)));
