/**
 * Batches into DataRow messages, by the kernel encodeRows; CopyData rows of COPY BINARY differ
 * only in their tag.
 *
 *     begin(batch) ──▶ 64 bytes per column ──encode──▶ bytes, as many rows as fit
 *
 * Columns that the kernel cannot write are first turned into columns of output bytes.
 */
import { must } from '../errors/assert.ts';
import { Arena, type Budget } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import { ColumnBuilder } from '../columns/builder.ts';
import { columnReader } from '../columns/read.ts';
import { columnDescriptorBytes, encodings } from '../kernels/encode.ts';
import { kernels } from '../kernels/kernels.ts';
import { encodeBinary } from '../types/type-binary.ts';
import { formatText } from '../types/type-text.ts';
import { timeZone, type TimeZone } from '../types/time-zone.ts';
import { sqlType } from '../types/type-table.ts';
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import type { FormatSettings } from '../types/format-settings.ts';
import type { SqlType } from '../types/sql-type.ts';
import { columnEncoding, type ColumnEncoding } from './column-encoding.ts';
import { constantOffset } from './constant-offset.ts';
import { selectedRow } from './selected-row.ts';

export const dataRowTag = 0x44;
export const copyDataTag = 0x64;

export interface RowFormat {
  readonly types: readonly SqlType[];
  /** 0 text, 1 binary, by column. */
  readonly formats: readonly number[];
  readonly settings: FormatSettings;
  readonly tag: number;
}

export interface EncodedRows {
  readonly rowCount: number;
  /** End of the written bytes. */
  readonly end: number;
}

export class RowEncoder {
  readonly #format: RowFormat;
  readonly #encodings: readonly ColumnEncoding[];
  readonly #arena: Arena;
  readonly #zone: TimeZone;
  #descriptors = 0;
  #endCell = 0;
  #selection = 0;

  constructor(format: RowFormat, budget: Budget) {
    this.#format = format;
    this.#arena = new Arena(budget);
    this.#zone = timeZone(format.settings.timeZone);
    this.#encodings = format.types.map((type, index) =>
      columnEncoding(type, format.formats[index] ?? 0, format.settings),
    );
  }

  /** Takes the batch, which must stay valid while rows of it are encoded. */
  begin(batch: Batch): void {
    this.#arena.reset();
    this.#selection = batch.selection;
    this.#descriptors = this.#arena.allocate(this.#encodings.length * columnDescriptorBytes);
    this.#endCell = this.#arena.allocate(8);
    this.#encodings.forEach((encoding, index) => {
      const at = this.#descriptors + index * columnDescriptorBytes;
      this.#describe(encoding, batch.column(index), { at, batch, index });
    });
  }

  #describe(
    encoding: ColumnEncoding,
    column: Column,
    place: { readonly at: number; readonly batch: Batch; readonly index: number },
  ): void {
    const { at, batch, index } = place;
    if (encoding.kind === 'kernel') {
      describeColumn(at, encoding.what, column);
      return;
    }
    if (encoding.kind === 'zoned') {
      const zone = constantOffset(column, batch, this.#zone, this.#arena);
      if (zone !== undefined) {
        describeColumn(at, encodings.textTimestamp, column);
        describeZone(at, zone);
        return;
      }
    }
    const binary = encoding.kind === 'datums' && encoding.binary;
    const bytes = this.#outputBytes(column, batch, { index, binary });
    describeColumn(at, encodings.textBytes, bytes);
  }

  /** A column of the values' output bytes, defined at the selected rows. */
  #outputBytes(
    column: Column,
    batch: Batch,
    { index, binary }: { readonly index: number; readonly binary: boolean },
  ): Column {
    const type = must(this.#format.types[index], 'the type');
    const { settings } = this.#format;
    const read = columnReader(column);
    const builder = new ColumnBuilder(sqlType('text'), this.#arena, batch.physicalRows);
    for (let position = 0; position < batch.rowCount; position++) {
      const row = selectedRow(batch.selection, position);
      const value = read(row);
      builder.skipTo(row);
      if (value === null) builder.appendNull();
      else if (binary) builder.appendBytes(encodeBinary(type, value));
      else builder.append(formatText(type, value, settings));
    }
    return builder.finish();
  }

  /** Writes rows `from` … `to` of the batch's selected rows into [out, outEnd). */
  encode(from: number, to: number, out: number, outEnd: number): EncodedRows {
    const rowCount = kernels().encodeRows(
      this.#descriptors,
      this.#encodings.length,
      this.#selection,
      from,
      to,
      this.#format.tag,
      out,
      outEnd,
      this.#endCell,
    );
    return { rowCount, end: heap().u32[this.#endCell >>> 2] as number };
  }

  free(): void {
    this.#arena.free();
  }
}

const encodingNumbers = { plain: 0, constant: 0, dictionary: 1, hex: 2 } as const;

function describeColumn(at: number, what: number, column: Column): void {
  const { u32 } = heap();
  const word = at >>> 2;
  u32.fill(0, word, word + columnDescriptorBytes / 4);
  u32[word] = what;
  u32[word + 1] = encodingNumbers[column.encoding];
  u32[word + 2] = column.values;
  u32[word + 3] = column.offsets;
  u32[word + 4] = column.validity;
  if (column.encoding === 'dictionary') {
    u32[word + 5] = column.dictionary.values;
    u32[word + 6] = column.dictionary.offsets;
    u32[word + 7] = column.codeBytes;
  }
  if (column.encoding === 'hex') u32[word + 7] = column.hexBytes;
  if (column.encoding === 'constant') u32[word + 8] = 1;
}

function describeZone(at: number, zone: { readonly micros: bigint; readonly text: string }): void {
  const h = heap();
  h.u32[(at + 36) >>> 2] = zone.text.length;
  h.i64[(at + 40) >>> 3] = zone.micros;
  h.bytes.write(zone.text, at + 48, zone.text.length, 'latin1');
}
