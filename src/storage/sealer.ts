/** Turns segments in memory into segment files, in the background. */
import type { TableDefinition } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { must } from '../errors/assert.ts';
import { freeBlock } from '../memory/allocator.ts';
import { readInto } from './column-cache.ts';
import type { ColumnCache } from './column-cache.ts';
import type { FileBody, Segment } from './segment.ts';
import { decodeDirectory, storedParts } from './segment-format.ts';
import { segmentPath } from './segment-writer.ts';
import type { SegmentWriter, WrittenSegment } from './segment-writer.ts';
import { memoryBody } from './stored-table.ts';

export interface SealTarget {
  readonly table: TableDefinition;
  readonly segment: Segment;
  /** False when the segment is gone by the time its file is written. */
  readonly isWanted: () => boolean;
}

export interface SealerOptions {
  readonly writer: SegmentWriter;
  readonly cache: ColumnCache;
  readonly dataDir: string;
  readonly discardFile: (path: string) => void;
}

export class Sealer {
  readonly #writer: SegmentWriter;
  readonly #cache: ColumnCache;
  readonly #dataDir: string;
  readonly #discardFile: (path: string) => void;
  readonly #running = new Map<Segment, Promise<void>>();

  constructor(options: SealerOptions) {
    this.#writer = options.writer;
    this.#cache = options.cache;
    this.#dataDir = options.dataDir;
    this.#discardFile = options.discardFile;
  }

  /** Segments that are being written. */
  get backlog(): number {
    return this.#running.size;
  }

  running(segment: Segment): Promise<void> | undefined {
    return this.#running.get(segment);
  }

  /** Resolves when one of the segments under way is done, well or not. */
  async oneDone(): Promise<void> {
    await Promise.race([...this.#running.values()].map((each) => each.catch(() => undefined)));
  }

  async allDone(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running.values());
  }

  /**
   * Writes the segment's file and puts it in place of the memory. The segment must not grow any
   * more. Errors: 53200, 58030; the rows stay in memory then.
   */
  seal(target: SealTarget): Promise<void> {
    const known = this.#running.get(target.segment);
    if (known !== undefined) return known;
    const running = this.#seal(target).finally(() => this.#running.delete(target.segment));
    this.#running.set(target.segment, running);
    return running;
  }

  async #seal({ table, segment, isWanted }: SealTarget): Promise<void> {
    const rowCount = memoryBody(segment).rows;
    const pin = segment.generations.pin();
    try {
      const written = await this.writeRows(table, segment, rowCount);
      const body = this.createBody(table.oid, written);
      if (isWanted()) segment.replaceBody(body);
      else this.#abandon(body);
    } finally {
      segment.generations.unpin(pin);
    }
  }

  /** The first rows of a segment in memory as a file; the caller holds a pin. */
  writeRows(table: TableDefinition, segment: Segment, rowCount: number): Promise<WrittenSegment> {
    const body = memoryBody(segment);
    const columns: Column[] = [];
    for (let index = 0; index < body.columnCount; index++) {
      columns.push(must(body.column(index, rowCount), 'column'));
    }
    return this.#writer.write(table.oid, columns, rowCount);
  }

  /** The body of a file just written, its columns in the cache already. */
  createBody(tableOid: number, written: WrittenSegment): FileBody {
    const { file, byteSize, directory, pointers } = written;
    const parts = storedParts(directory);
    const slots = pointers.map((pointer, index) => {
      const stored = parts[index];
      if (!stored || pointer === 0) return 0;
      const slot = this.#cache.takeSlot();
      this.#cache.fill(slot, pointer, stored.byteSize);
      return slot;
    });
    const path = segmentPath(this.#dataDir, tableOid, file);
    return {
      kind: 'file',
      file,
      path,
      byteSize,
      directory: () => directory,
      slots,
    };
  }

  /** The body of a file that was written before. */
  openBody(tableOid: number, file: number, byteSize: number): FileBody {
    const path = segmentPath(this.#dataDir, tableOid, file);
    let known: ReturnType<FileBody['directory']> | undefined;
    const directory = () => {
      known ??= decodeDirectory(path, byteSize, (at, size) => {
        const bytes = new Uint8Array(size);
        readInto(path, bytes, at);
        return bytes;
      });
      return known;
    };
    return { kind: 'file', file, path, byteSize, directory, slots: [] };
  }

  /** Frees the columns of a file that only the checkpoint needed. */
  static freeColumns(written: WrittenSegment): void {
    const parts = storedParts(written.directory);
    for (const [index, pointer] of written.pointers.entries()) {
      const stored = parts[index];
      if (pointer !== 0 && stored) freeBlock(pointer, stored.byteSize);
    }
  }

  #abandon(body: FileBody): void {
    for (const slot of body.slots) if (slot !== 0) this.#cache.giveSlot(slot);
    this.#discardFile(body.path);
  }
}
