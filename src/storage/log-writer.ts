/**
 * Group commit: records that come while a sync is under way share the next write and sync.
 *
 *     append ─▶ queue ─▶ one write ─▶ one fdatasync ─▶ publish in order ─▶ resolve
 *
 * After a failed write or sync nothing is known of the file's tail, so nothing is acknowledged any
 * more until the store is opened again: every append fails with 58030.
 */
import { randomInt } from 'node:crypto';
import { SqlError } from '../errors/sql-error.ts';
import type { CommitReport } from '../catalog/table.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { FileSystem, OpenFile } from './file-system.ts';
import { encodeLogHeader, logHeaderBytes, sealRecord } from './log-format.ts';

/** A record: 32 bytes left for its header, then the payload, then padding. */
export interface PendingRecord {
  readonly bytes: Buffer;
  readonly payloadBytes: number;
}

interface Entry {
  readonly record: PendingRecord;
  readonly publish: () => void;
  readonly resolve: (report: CommitReport) => void;
  readonly reject: (error: Error) => void;
}

interface Rotation {
  readonly capture: () => void;
  readonly resolve: (fileNumber: number) => void;
  readonly reject: (error: Error) => void;
}

export function logName(fileNumber: number): string {
  return `${String(fileNumber).padStart(10, '0')}.log`;
}

export class LogWriter {
  readonly #files: FileSystem;
  readonly #folder: string;
  #fileNumber: number;
  #file: OpenFile | undefined;
  #salt = 0;
  #durableBytes = 0;
  #sequence = 0;
  #queue: (Entry | Rotation)[] = [];
  #isRunning = false;
  #failure: SqlError | undefined;
  #idle: (() => void)[] = [];

  constructor(files: FileSystem, folder: string, fileNumber: number) {
    this.#files = files;
    this.#folder = folder;
    this.#fileNumber = fileNumber;
  }

  /** Makes the first file. */
  async open(): Promise<void> {
    await this.#openFile(this.#fileNumber);
  }

  /** Bytes of the current file. */
  get fileBytes(): number {
    return this.#durableBytes;
  }

  /** Where the next record goes: number of the file × 2^32 + byte. */
  get position(): number {
    return this.#fileNumber * 2 ** 32 + this.#durableBytes;
  }

  get failure(): SqlError | undefined {
    return this.#failure;
  }

  /** Durable and published when it resolves. Errors: 58030. */
  append(record: PendingRecord, publish: () => void): Promise<CommitReport> {
    return new Promise((resolve, reject) => {
      this.#push({ record, publish, resolve, reject });
    });
  }

  /**
   * Goes on in a new file and returns its number. `capture` runs when all records of the files
   * before are published and none of the new one.
   */
  rotate(capture: () => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#push({ capture, resolve, reject });
    });
  }

  #push(item: Entry | Rotation): void {
    if (this.#failure !== undefined) {
      item.reject(this.#failure);
      return;
    }
    this.#queue.push(item);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Commits of the same turn of the event loop share the first write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const first = this.#queue[0];
      if (first !== undefined && 'capture' in first) {
        this.#queue.shift();
        await this.#rotateNow(first);
      } else await this.#writeBatch(this.#takeBatch());
    }
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #takeBatch(): Entry[] {
    const end = this.#queue.findIndex((item) => 'capture' in item);
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end) as Entry[];
  }

  async #writeBatch(entries: readonly Entry[]): Promise<void> {
    const pieces: Buffer[] = [];
    let byteSize = 0;
    for (const { record } of entries) {
      const sequence = this.#sequence++;
      const numbers = { durableBytes: this.#durableBytes, sequence, salt: this.#salt };
      sealRecord(record.bytes, record.payloadBytes, numbers);
      pieces.push(record.bytes);
      byteSize += record.bytes.length;
    }
    const startNs = clockNs();
    let writtenNs = startNs;
    try {
      await this.#file?.write(pieces, this.#durableBytes);
      writtenNs = clockNs();
      await this.#file?.sync();
    } catch (error) {
      this.#fail(error as Error, entries);
      return;
    }
    const times = { startNs, writtenNs, syncedNs: clockNs() };
    const write = { ...times, records: entries.length, bytes: byteSize };
    this.#durableBytes += byteSize;
    for (const entry of entries) {
      entry.publish();
      entry.resolve({ logBytes: entry.record.bytes.length, write });
    }
  }

  async #rotateNow(rotation: Rotation): Promise<void> {
    try {
      await this.#file?.close();
      await this.#openFile(this.#fileNumber + 1);
    } catch (error) {
      this.#fail(error as Error, [rotation]);
      return;
    }
    rotation.capture();
    rotation.resolve(this.#fileNumber);
  }

  async #openFile(fileNumber: number): Promise<void> {
    this.#fileNumber = fileNumber;
    this.#salt = randomInt(2 ** 32);
    const file = await this.#files.open(`${this.#folder}/${logName(fileNumber)}`);
    this.#file = file;
    await file.write([encodeLogHeader(fileNumber, this.#salt)], 0);
    await file.sync();
    await this.#files.syncFolder(this.#folder);
    this.#durableBytes = logHeaderBytes;
    this.#sequence = 0;
  }

  #fail(error: Error, items: readonly (Entry | Rotation)[]): void {
    this.#failure = new SqlError('io_error', `could not write to the log: ${error.message}`, {
      hint: 'The server accepts no writes until it is restarted.',
    });
    const all = [...items, ...this.#queue.splice(0)];
    for (const item of all) item.reject(this.#failure);
  }

  /** Waits for what is queued, then closes the file. */
  async close(): Promise<void> {
    if (this.#isRunning) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#file?.close();
    this.#file = undefined;
  }
}
