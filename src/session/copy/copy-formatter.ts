/**
 * COPY TO: DataRow messages in, CopyData messages out, one per row.
 *
 *     DataRow   'D' int32 length, int16 fields, per field int32 byte size (-1 NULL) and bytes
 *     CopyData  'd' int32 length, the row in the COPY format
 *
 * For text and csv the fields hold text output, for binary the binary output of their types.
 */
import type { CopyFormat } from './copy-format.ts';
import { binarySignature } from './copy-binary.ts';
import { ByteWriter } from './byte-writer.ts';
import { csvFields } from './csv-output.ts';
import { LineBuffer, type WriteField } from './line-buffer.ts';
import { textFields } from './text-output.ts';

export interface CopyFormatter {
  /** The header line, or nothing. */
  start(): Uint8Array;
  /** Whole DataRow messages. */
  rows(dataRows: Uint8Array): Uint8Array;
  /** The trailer of the binary format, or nothing. */
  end(): Uint8Array;
}

const copyDataCode = 0x64;
const dataRowCode = 0x44;
const newline = 0x0a;
const none = new Uint8Array(0);

export function createCopyFormatter(format: CopyFormat, columns: readonly string[]): CopyFormatter {
  return format.format === 'binary' ? new BinaryFormatter() : new LineFormatter(format, columns);
}

const headerBytes = 5;

class LineFormatter implements CopyFormatter {
  readonly #format: CopyFormat;
  readonly #columns: readonly string[];
  readonly #delimiter: number;
  readonly #nullText: Uint8Array;
  readonly #writeField: WriteField;
  readonly #line = new LineBuffer();

  constructor(format: CopyFormat, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns;
    this.#delimiter = format.delimiter.charCodeAt(0);
    this.#nullText = Buffer.from(format.nullText, 'utf8');
    this.#writeField = this.#fields(format);
  }

  #fields(format: CopyFormat): WriteField {
    return format.format === 'csv'
      ? csvFields(format, this.#columns.length)
      : textFields(format.delimiter);
  }

  /** Names are quoted only where they have to be. */
  start(): Uint8Array {
    if (this.#format.header === 'none') return none;
    const names = dataRow(this.#columns.map((name) => Buffer.from(name, 'utf8')));
    return this.#lines(names, this.#fields({ ...this.#format, forceQuote: new Set() }));
  }

  rows(dataRows: Uint8Array): Uint8Array {
    return this.#lines(dataRows, this.#writeField);
  }

  end(): Uint8Array {
    return none;
  }

  #lines(dataRows: Uint8Array, writeField: WriteField): Uint8Array {
    const line = this.#line;
    line.begin(dataRows, dataRows.length + (dataRows.length >> 2) + 64);
    for (let from = 0; from < dataRows.length;) {
      const end = from + 1 + line.source.readInt32BE(from + 1);
      this.#writeLine(from + headerBytes, end, writeField);
      from = end;
    }
    return line.take();
  }

  /** The fields of one DataRow message from behind their count on. */
  #writeLine(from: number, end: number, writeField: WriteField): void {
    const line = this.#line;
    const { source } = line;
    const count = source.readInt16BE(from);
    line.reserve(headerBytes + 2 * (end - from) + count * (this.#nullText.length + 3) + 1);
    const start = line.at;
    line.at += headerBytes;
    let at = from + 2;
    for (let column = 0; column < count; column += 1) {
      if (column > 0) line.out[line.at++] = this.#delimiter;
      const byteSize = source.readInt32BE(at);
      at += 4;
      if (byteSize < 0) line.bytes(this.#nullText);
      else writeField(line, at, (at += byteSize), column);
    }
    line.out[line.at++] = newline;
    line.out[start] = copyDataCode;
    line.out.writeInt32BE(line.at - start - 1, start + 1);
  }
}

/** A DataRow message. */
function dataRow(values: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(256);
  writer.byte(dataRowCode);
  writer.int32(0);
  writer.byte(values.length >> 8);
  writer.byte(values.length & 0xff);
  for (const value of values) {
    writer.int32(value.length);
    writer.bytes(value);
  }
  writer.setInt32(1, writer.length - 1);
  return writer.take();
}

/** PostgreSQL sends the file header in one message with the first row, or with the trailer. */
class BinaryFormatter implements CopyFormatter {
  #headerDue = true;

  start(): Uint8Array {
    return none;
  }

  rows(dataRows: Uint8Array): Uint8Array {
    const writer = new ByteWriter(dataRows.length + 64);
    for (const body of dataRowBodies(dataRows)) this.#write(writer, body);
    return writer.take();
  }

  end(): Uint8Array {
    const writer = new ByteWriter(64);
    this.#write(writer, Buffer.from([0xff, 0xff]));
    return writer.take();
  }

  /** A row's fields look the same in both messages. */
  #write(writer: ByteWriter, body: Uint8Array): void {
    const start = beginCopyData(writer);
    if (this.#headerDue) {
      writer.bytes(binarySignature);
      writer.int32(0);
      writer.int32(0);
      this.#headerDue = false;
    }
    writer.bytes(body);
    endCopyData(writer, start);
  }
}

function beginCopyData(writer: ByteWriter): number {
  writer.byte(copyDataCode);
  writer.int32(0);
  return writer.length - 4;
}

function endCopyData(writer: ByteWriter, start: number): void {
  writer.setInt32(start, writer.length - start);
}

function* dataRowBodies(dataRows: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(dataRows.buffer, dataRows.byteOffset, dataRows.byteLength);
  for (let offset = 0; offset < dataRows.length;) {
    const end = offset + 1 + view.getInt32(offset + 1);
    yield dataRows.subarray(offset + 5, end);
    offset = end;
  }
}
