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
import { writeCsvField, type CsvBytes } from './csv-output.ts';
import { writeTextField, type TextBytes } from './text-output.ts';

export interface CopyFormatter {
  /** The header line, or nothing. */
  start(): Uint8Array;
  /** Whole DataRow messages. */
  rows(dataRows: Uint8Array): Uint8Array;
  /** The trailer of the binary format, or nothing. */
  end(): Uint8Array;
}

const copyDataCode = 0x64;
const newline = 0x0a;
const none = new Uint8Array(0);

export function createCopyFormatter(format: CopyFormat, columns: readonly string[]): CopyFormatter {
  return format.format === 'binary' ? new BinaryFormatter() : new LineFormatter(format, columns);
}

/** Writes one field; `value` undefined: NULL. */
type WriteField = (writer: ByteWriter, value: Uint8Array | undefined, column: number) => void;

class LineFormatter implements CopyFormatter {
  readonly #format: CopyFormat;
  readonly #columns: readonly string[];
  readonly #delimiter: number;

  constructor(format: CopyFormat, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns;
    this.#delimiter = format.delimiter.charCodeAt(0);
  }

  /** Names are quoted only where they have to be. */
  start(): Uint8Array {
    if (this.#format.header === 'none') return none;
    const writer = new ByteWriter(256);
    const names = this.#columns.map((name) => Buffer.from(name, 'utf8'));
    this.#writeLine(writer, names, this.#fields({ ...this.#format, forceQuote: new Set() }));
    return writer.take();
  }

  rows(dataRows: Uint8Array): Uint8Array {
    const writer = new ByteWriter(dataRows.length + (dataRows.length >> 2) + 64);
    const writeField = this.#fields(this.#format);
    for (const values of dataRowValues(dataRows)) this.#writeLine(writer, values, writeField);
    return writer.take();
  }

  end(): Uint8Array {
    return none;
  }

  #fields(format: CopyFormat): WriteField {
    return format.format === 'csv' ? csvFields(format, this.#columns.length) : textFields(format);
  }

  #writeLine(
    writer: ByteWriter,
    values: readonly (Uint8Array | undefined)[],
    writeField: WriteField,
  ): void {
    const start = beginCopyData(writer);
    for (let column = 0; column < values.length; column += 1) {
      if (column > 0) writer.byte(this.#delimiter);
      writeField(writer, values[column], column);
    }
    writer.byte(newline);
    endCopyData(writer, start);
  }
}

function textFields({ delimiter, nullText }: CopyFormat): WriteField {
  const bytes: TextBytes = {
    delimiter: delimiter.charCodeAt(0),
    nullText: Buffer.from(nullText, 'utf8'),
  };
  return (writer, value) => writeTextField(writer, value, bytes);
}

function csvFields(format: CopyFormat, columnCount: number): WriteField {
  const bytes: CsvBytes = {
    delimiter: format.delimiter.charCodeAt(0),
    quote: format.quote.charCodeAt(0),
    escape: format.escape.charCodeAt(0),
    nullText: Buffer.from(format.nullText, 'utf8'),
    alone: columnCount === 1,
  };
  return (writer, value, column) => {
    writeCsvField(writer, value, bytes, format.forceQuote.has(column));
  };
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

function* dataRowValues(dataRows: Uint8Array): Generator<(Uint8Array | undefined)[]> {
  for (const body of dataRowBodies(dataRows)) {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const values: (Uint8Array | undefined)[] = [];
    for (let offset = 2; offset < body.length;) {
      const byteSize = view.getInt32(offset);
      offset += 4;
      values.push(byteSize < 0 ? undefined : body.subarray(offset, offset + byteSize));
      offset += Math.max(0, byteSize);
    }
    yield values;
  }
}
