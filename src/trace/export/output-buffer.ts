/**
 * Texts on their way to a file descriptor.
 *
 * Writing to a pipe that nobody reads would block a Node process; so texts wait here and go out by
 * asynchronous writes, one at a time. Beyond 8 MiB of waiting texts new ones are dropped.
 */
import { write } from 'node:fs';

const bufferedMax = 8 * 1024 * 1024;
const retryMs = 20;

/** How many texts were written, and how many lost. */
export type Settled = (written: number, dropped: number) => void;

export class OutputBuffer {
  readonly #descriptor: number;
  #waiting: string[] = [];
  /** By whom the waiting texts were given. */
  #owners = new Map<Settled, number>();
  #waitingChars = 0;
  #writing = false;
  #drained: (() => void)[] = [];

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  push(text: string, settled: Settled): void {
    if (this.#waitingChars + text.length > bufferedMax) {
      settled(0, 1);
      return;
    }
    this.#waiting.push(text);
    this.#owners.set(settled, (this.#owners.get(settled) ?? 0) + 1);
    this.#waitingChars += text.length;
    if (!this.#writing) {
      this.#writing = true;
      setImmediate(() => this.#writeNext());
    }
  }

  /** Resolves with how many of the texts were written. */
  write(texts: readonly string[]): Promise<number> {
    let written = 0;
    let left = texts.length;
    return new Promise((resolve) => {
      const settled = (count: number, dropped: number): void => {
        written += count;
        left -= count + dropped;
        if (left === 0) resolve(written);
      };
      for (const text of texts) this.push(text, settled);
    });
  }

  #writeNext(): void {
    if (this.#waiting.length === 0) {
      this.#writing = false;
      for (const done of this.#drained.splice(0)) done();
      return;
    }
    const bytes = Buffer.from(this.#waiting.join(''));
    const owners = this.#owners;
    const chars = this.#waitingChars;
    this.#waiting = [];
    this.#owners = new Map();
    this.#write(bytes, 0, (isWritten) => {
      this.#waitingChars -= chars;
      for (const [settled, count] of owners) settled(isWritten ? count : 0, isWritten ? 0 : count);
      this.#writeNext();
    });
  }

  #write(bytes: Buffer, from: number, done: (isWritten: boolean) => void): void {
    write(this.#descriptor, bytes, from, bytes.length - from, null, (error, count) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#write(bytes, from, done), retryMs);
      } else if (error !== null) done(false);
      else if (from + count < bytes.length) this.#write(bytes, from + count, done);
      else done(true);
    });
  }

  drained(): Promise<void> {
    if (!this.#writing) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }
}
