/**
 * COPY FROM binary: the file format's rows out of its bytes.
 *
 *     "PGCOPY\n" 0xff "\r\n" 0x00      signature
 *     int32 flags, int32 byte size of the header's extension, the extension
 *     per row: int16 fields, per field int32 byte size (-1 NULL) and the bytes
 *     int16 -1                          the end
 *
 * PostgreSQL manual, COPY, "Binary Format".
 */
import {
  badCopyData,
  columnContext,
  lineContext,
  type CopyRow,
  type CopyTarget,
} from './copy-format.ts';
import type { CopyParser } from './copy-parser.ts';

export const binarySignature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headerBytes = binarySignature.length + 8;
/** Flags from bit 16 on change the format; bit 16 is the OIDs of long ago. */
const oidFlag = 1 << 16;
const empty = Buffer.alloc(0);

export function createBinaryCopyParser(target: CopyTarget): CopyParser<Buffer> {
  return new BinaryParser(target);
}

class BinaryParser implements CopyParser<Buffer> {
  readonly #target: CopyTarget;
  #rest: Buffer = empty;
  #started = false;
  #ended = false;
  #line = 0;

  constructor(target: CopyTarget) {
    this.#target = target;
  }

  *push(bytes: Uint8Array): Generator<CopyRow<Buffer>> {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    if (!this.#started && !this.#takeHeader()) return;
    for (let row = this.#takeRow(); row !== undefined; row = this.#takeRow()) yield row;
  }

  /** Errors: 22P04 when the data stops inside the header or a row. */
  finish(): Iterable<CopyRow<Buffer>> {
    if (!this.#started) {
      const name = this.#rest.length < binarySignature.length ? 'file signature' : 'file header';
      throw badCopyData(
        name === 'file signature'
          ? 'COPY file signature not recognized'
          : 'invalid COPY file header (missing length)',
        `COPY ${this.#target.relation}`,
      );
    }
    if (this.#rest.length === 0) return [];
    throw badCopyData('unexpected EOF in COPY data', lineContext(this.#target, this.#line + 1));
  }

  #takeHeader(): boolean {
    const where = `COPY ${this.#target.relation}`;
    if (this.#rest.length < headerBytes) return false;
    if (!this.#rest.subarray(0, binarySignature.length).equals(binarySignature)) {
      throw badCopyData('COPY file signature not recognized', where);
    }
    const flags = this.#rest.readInt32BE(binarySignature.length);
    const extensionBytes = this.#rest.readInt32BE(binarySignature.length + 4);
    if ((flags & oidFlag) !== 0) throw badCopyData('invalid COPY file header (WITH OIDS)', where);
    if (flags >>> 16 !== 0)
      throw badCopyData('unrecognized critical flags in COPY file header', where);
    if (extensionBytes < 0) throw badCopyData('invalid COPY file header (missing length)', where);
    if (this.#rest.length < headerBytes + extensionBytes) return false;
    this.#rest = this.#rest.subarray(headerBytes + extensionBytes);
    this.#started = true;
    return true;
  }

  /** undefined: the row is not whole, or there is none. */
  #takeRow(): CopyRow<Buffer> | undefined {
    const bytes = this.#rest;
    if (this.#ended) return this.#refuseTail();
    if (bytes.length < 2) return undefined;
    const line = this.#line + 1;
    const fieldCount = bytes.readInt16BE(0);
    if (fieldCount === -1) {
      this.#ended = true;
      this.#rest = bytes.subarray(2);
      return this.#refuseTail();
    }
    const { columns } = this.#target;
    if (fieldCount !== columns.length) {
      throw badCopyData(
        `row field count is ${fieldCount}, expected ${columns.length}`,
        lineContext(this.#target, line),
      );
    }
    const values = this.#takeValues(fieldCount, line);
    if (values === undefined) return undefined;
    this.#line = line;
    return { line, values };
  }

  #takeValues(fieldCount: number, line: number): (Buffer | null)[] | undefined {
    const bytes = this.#rest;
    const values: (Buffer | null)[] = [];
    let offset = 2;
    while (values.length < fieldCount) {
      if (bytes.length < offset + 4) return undefined;
      const byteSize = bytes.readInt32BE(offset);
      offset += 4;
      if (byteSize < -1) {
        throw badCopyData(
          'invalid field size',
          columnContext(this.#target, line, values.length, undefined),
        );
      }
      if (byteSize === -1) {
        values.push(null);
        continue;
      }
      if (bytes.length < offset + byteSize) return undefined;
      values.push(bytes.subarray(offset, offset + byteSize));
      offset += byteSize;
    }
    this.#rest = bytes.subarray(offset);
    return values;
  }

  #refuseTail(): undefined {
    if (this.#rest.length === 0) return undefined;
    throw badCopyData(
      'received copy data after EOF marker',
      lineContext(this.#target, this.#line + 1),
    );
  }
}
