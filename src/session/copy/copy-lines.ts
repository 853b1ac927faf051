/**
 * Cuts COPY text or CSV data into lines, wherever its chunks end.
 *
 * The first line end decides between \n, \r\n and \r; another one later is an error. In text a
 * backslash protects the byte behind it, in CSV quotes do. `\.` on a line of its own ends the
 * data; what follows is ignored.
 *
 * Invariants
 *   - A line is scanned once: what is known of an unfinished line is kept between chunks.
 */
import { badCopyData, lineContext, type CopyFormat, type CopyTarget } from './copy-format.ts';

export interface CopyLine {
  readonly bytes: Buffer;
  /** Counts every line end, those inside quotes too. */
  readonly number: number;
}

type LineEnd = 'unknown' | 'nl' | 'crnl' | 'cr';

const newline = 0x0a;
const carriageReturn = 0x0d;
const backslash = 0x5c;
const dot = 0x2e;
const empty = Buffer.alloc(0);

export class CopyLines {
  readonly #target: CopyTarget;
  readonly #csv: boolean;
  readonly #quote: number;
  readonly #escape: number;
  #rest: Buffer = empty;
  /** Bytes of #rest already scanned. */
  #scanned = 0;
  #inQuote = false;
  #lastWasEscape = false;
  #lineEnd: LineEnd = 'unknown';
  #number = 0;
  #ended = false;

  constructor(format: CopyFormat, target: CopyTarget) {
    this.#target = target;
    this.#csv = format.format === 'csv';
    this.#quote = format.quote.charCodeAt(0);
    this.#escape = format.escape.charCodeAt(0);
  }

  /** The line end, while the next byte begins a line; undefined: it does not, or none is known. */
  get fresh(): 'nl' | 'crnl' | undefined {
    const isFresh = this.#rest.length === 0 && !this.#ended;
    return isFresh && (this.#lineEnd === 'nl' || this.#lineEnd === 'crnl')
      ? this.#lineEnd
      : undefined;
  }

  /** True when no bytes that follow can begin a line that ends in \n. */
  get hasOtherEnds(): boolean {
    return this.#ended || this.#lineEnd === 'cr';
  }

  get lineCount(): number {
    return this.#number;
  }

  /** Lines that were cut elsewhere. */
  skip(lineCount: number): void {
    this.#number += lineCount;
  }

  /** The lines that a chunk completes; all of them have to be taken before the next chunk. */
  *push(chunk: Buffer): Generator<CopyLine> {
    if (this.#ended) return;
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    yield* this.#cut(bytes, false);
  }

  /** The last line, when it has no line end. */
  *finish(): Generator<CopyLine> {
    if (this.#ended) return;
    yield* this.#cut(this.#rest, true);
    if (this.#rest.length === 0) return;
    this.#number += 1;
    yield { bytes: this.#rest, number: this.#number };
  }

  *#cut(bytes: Buffer, last: boolean): Generator<CopyLine> {
    let start = 0;
    let offset = this.#scanned;
    while (offset < bytes.length && !this.#ended) {
      const step = this.#scan(bytes, start, offset, last);
      if (step === 'wait') break;
      if (step.end !== undefined) {
        yield { bytes: bytes.subarray(start, step.end), number: this.#number };
        start = step.next;
      }
      offset = step.next;
    }
    this.#rest = this.#ended ? empty : bytes.subarray(start);
    this.#scanned = offset - start;
  }

  /** Looks at one byte, and at the one behind it where that decides. */
  #scan(bytes: Buffer, start: number, offset: number, last: boolean): Step | 'wait' {
    const byte = bytes[offset] ?? 0;
    if (this.#csv && this.#scanQuote(byte)) return { next: offset + 1 };
    if (byte === backslash && (!this.#csv || offset === start)) {
      return this.#scanBackslash(bytes, start, offset, last);
    }
    if (byte === newline) return this.#endLine(offset, 'nl');
    if (byte !== carriageReturn) return { next: offset + 1 };
    if (this.#lineEnd === 'cr') return this.#endLine(offset, 'cr');
    if (offset + 1 >= bytes.length && !last) return 'wait';
    return this.#endLine(offset, bytes[offset + 1] === newline ? 'crnl' : 'cr');
  }

  /** Follows the quotes as PostgreSQL does; true: the byte is inside a quoted field. */
  #scanQuote(byte: number): boolean {
    if (this.#inQuote && byte === this.#escape && this.#escape !== this.#quote) {
      this.#lastWasEscape = !this.#lastWasEscape;
    } else {
      if (byte === this.#quote && !this.#lastWasEscape) this.#inQuote = !this.#inQuote;
      this.#lastWasEscape = false;
    }
    if (!this.#inQuote) return false;
    if (byte === (this.#lineEnd === 'nl' ? newline : carriageReturn)) this.#number += 1;
    return true;
  }

  /** `\.` ends the data; in text any other escaped byte is data. */
  #scanBackslash(bytes: Buffer, start: number, offset: number, last: boolean): Step | 'wait' {
    const next = bytes[offset + 1];
    if (next === undefined) return last ? { next: offset + 1 } : 'wait';
    if (next !== dot) return { next: this.#csv ? offset + 1 : offset + 2 };
    const behind = bytes[offset + 2];
    if (behind === undefined && !last) return 'wait';
    if (behind === newline || behind === carriageReturn) {
      this.#requireSameStyle(behind);
      this.#ended = true;
      if (offset === start) return { next: bytes.length };
      this.#number += 1;
      return { end: offset, next: bytes.length };
    }
    if (this.#csv) return { next: offset + 1 };
    throw badCopyData('end-of-copy marker corrupt', lineContext(this.#target, this.#number + 1));
  }

  /** Errors: 22P04 when the line end behind the end marker is unlike the first one. */
  #requireSameStyle(behind: number): void {
    const wanted = this.#lineEnd === 'nl' ? newline : carriageReturn;
    if (this.#lineEnd === 'unknown' || behind === wanted) return;
    throw badCopyData(
      'end-of-copy marker does not match previous newline style',
      lineContext(this.#target, this.#number + 1),
    );
  }

  /** Errors: 22P04 for a line end unlike the first one. */
  #endLine(offset: number, found: Exclude<LineEnd, 'unknown'>): Step {
    this.#number += 1;
    if (this.#lineEnd === 'unknown') this.#lineEnd = found;
    if (this.#lineEnd === found) return { end: offset, next: offset + (found === 'crnl' ? 2 : 1) };
    throw this.#wrongLineEnd(found === 'nl' ? 'newline' : 'carriage return');
  }

  #wrongLineEnd(name: 'newline' | 'carriage return'): Error {
    const where = lineContext(this.#target, this.#number);
    if (this.#csv) {
      const hint = `Use quoted CSV field to represent ${name}.`;
      return badCopyData(`unquoted ${name} found in data`, where, hint);
    }
    const hint = `Use "${name === 'newline' ? '\\n' : '\\r'}" to represent ${name}.`;
    return badCopyData(`literal ${name} found in data`, where, hint);
  }
}

/** `end` is where a line's bytes end; `next` where scanning goes on. */
interface Step {
  readonly end?: number;
  readonly next: number;
}
