/**
 * Cells of COPY into columns: text bytes are copied, usual numbers and times are read by kernels,
 * and everything else goes through the type's input function, once per distinct text where texts
 * repeat.
 */
import { must } from '../../errors/assert.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { constantColumn } from '../../columns/constant.ts';
import type { Column } from '../../columns/column.ts';
import { fixedWriter } from '../../columns/fixed-values.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { Datum } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { storageBytes } from '../../types/type-binary.ts';
import { layoutOf, valueBytes } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';

const nullStart = 0xffff_ffff;
const knownTextsMax = 1024;

/** The cells of one column. */
export interface CellRun {
  readonly cells: number;
  readonly rowCount: number;
}

export type ColumnReader = (run: CellRun, arena: Arena) => Column;

/** Reads values into `out` and lists rows in another form at `others`. */
type ReadCells = (run: CellRun, out: number, others: number) => number;

/** Errors of the reader: those of the type's input function, without a place. */
export function cellReader(type: SqlType, formats: FormatSettings): ColumnReader {
  const isPlainText = (type.name === 'text' || type.name === 'varchar') && type.typmod < 0;
  if (isPlainText) return (run, arena) => readRun(type, run, arena, textColumn);
  const read = type.typmod < 0 ? kernelReader(type, formats) : undefined;
  const make = read === undefined ? parsedMaker(type, formats) : numberMaker(type, formats, read);
  return (run, arena) => readRun(type, run, arena, make);
}

type MakeColumn = (type: SqlType, run: CellRun, validity: number, arena: Arena) => Column;

function readRun(type: SqlType, run: CellRun, arena: Arena, make: MakeColumn): Column {
  const validity = arena.allocate(Math.ceil(run.rowCount / 8));
  const nulls = kernels().cellNulls(run.cells, run.rowCount, validity);
  if (nulls === run.rowCount) return constantColumn(type, null, run.rowCount, arena);
  return make(type, run, nulls === 0 ? 0 : validity, arena);
}

function textColumn(type: SqlType, run: CellRun, validity: number, arena: Arena): Column {
  const { cells, rowCount: length } = run;
  const offsets = arena.allocate((length + 1) * 4);
  const byteSize = kernels().cellOffsets(cells, length, offsets) >>> 0;
  const values = arena.allocate(byteSize);
  kernels().cellTexts(cells, length, offsets, values);
  return { type, length, validity, values, offsets, encoding: 'plain' };
}

function kernelReader(type: SqlType, formats: FormatSettings): ReadCells | undefined {
  const k = kernels();
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'int8': {
      const width = valueBytes(layoutOf(type.name));
      return ({ cells, rowCount }, out, others) =>
        k.cellIntegers(cells, rowCount, width, out, others);
    }
    case 'float8':
      return ({ cells, rowCount }, out, others) => k.cellFloats(cells, rowCount, out, others);
    case 'bool':
      return ({ cells, rowCount }, out, others) => k.cellBooleans(cells, rowCount, out, others);
    case 'date':
      return ({ cells, rowCount }, out, others) => k.cellDates(cells, rowCount, out, others);
    case 'timestamp':
    case 'timestamptz': {
      const isUtc = /^(utc|gmt|etc\/utc)$/i.test(formats.timeZone);
      const zones = type.name === 'timestamp' ? 0 : isUtc ? 2 : 1;
      return ({ cells, rowCount }, out, others) =>
        k.cellTimestamps(cells, rowCount, zones, out, others);
    }
    default:
      return undefined;
  }
}

function numberMaker(type: SqlType, formats: FormatSettings, read: ReadCells): MakeColumn {
  const layout = layoutOf(type.name);
  return (_, run, validity, arena) => {
    const { rowCount } = run;
    const values = arena.allocate(
      layout === 'bit' ? Math.ceil(rowCount / 8) : rowCount * valueBytes(layout),
    );
    const others = arena.allocate(rowCount * 4);
    const count = read(run, values, others);
    if (layout !== 'varlen' && count > 0) {
      const write = fixedWriter(type.name, layout);
      for (const row of heap().u32.slice(others >>> 2, (others >>> 2) + count)) {
        write(values, row, parseText(type, must(cellText(run, row), 'a field'), formats));
      }
    }
    return { type, length: rowCount, validity, values, offsets: 0, encoding: 'plain' };
  };
}

/** undefined: NULL. */
function cellText({ cells }: CellRun, row: number): string | undefined {
  const { u32, bytes } = heap();
  const start = u32[(cells >>> 2) + row * 2] as number;
  return start === nullStart
    ? undefined
    : bytes.utf8Slice(start, u32[(cells >>> 2) + row * 2 + 1] as number);
}

/** Values of variable length are kept in their stored form, so that known texts are only copied. */
function parsedMaker(type: SqlType, formats: FormatSettings): MakeColumn {
  const isVarlen = layoutOf(type.name) === 'varlen';
  const known = new Map<string, Datum>();
  const parse = (text: string): Datum => {
    const value = parseText(type, text, formats);
    return isVarlen ? storageBytes(type, value) : value;
  };
  return (_, run, __, arena) => {
    const builder = new ColumnBuilder(type, arena, run.rowCount);
    for (let row = 0; row < run.rowCount; row++) {
      const text = cellText(run, row);
      if (text === undefined) {
        builder.appendNull();
        continue;
      }
      let value = known.get(text);
      if (value === undefined) {
        value = parse(text);
        if (known.size >= knownTextsMax) known.clear();
        known.set(text, value);
      }
      if (isVarlen) builder.appendBytes(value as Uint8Array);
      else builder.append(value);
    }
    return builder.finish();
  };
}
