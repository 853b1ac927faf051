/** Arrow IPC files and streams, one record batch at a time, by apache-arrow. */
import { createReadStream } from 'node:fs';
import {
  DataType,
  RecordBatchReader,
  type Field,
  type RecordBatch,
  type Vector,
} from 'apache-arrow';
import { ConfigError } from '../../config.ts';
import type { Datum } from '../../types/datum.ts';
import type { ScalarTypeName, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { batchOf, importBatchRows, type FileColumn, type FileSource } from './file-source.ts';

interface ArrowColumn extends FileColumn {
  readonly reader: (vector: Vector) => (row: number) => Datum | null;
}

/** Errors: ConfigError when it is no Arrow file, or has a column of a type that is not offered. */
export async function openArrow(path: string): Promise<FileSource> {
  const reader = await openReader(path);
  const columns = reader.schema.fields.map(arrowColumn);
  return {
    columns,
    rowCount: undefined,
    batches: async function* (arena) {
      for await (const batch of reader as AsyncIterable<RecordBatch>) {
        const readers = columns.map(({ reader: make }, index) => make(columnOf(batch, index)));
        for (let from = 0; from < batch.numRows; from += importBatchRows) {
          const count = Math.min(importBatchRows, batch.numRows - from);
          arena.reset();
          yield batchOf(
            columns,
            count,
            (column, row) => readers[column]?.(from + row) ?? null,
            arena,
          );
        }
      }
    },
  };
}

async function openReader(path: string) {
  try {
    const reader = await RecordBatchReader.from(createReadStream(path));
    return await reader.open();
  } catch (error) {
    throw new ConfigError(`"${path}" is not an Arrow IPC file: ${(error as Error).message}`);
  }
}

function columnOf(batch: RecordBatch, index: number): Vector {
  const vector = batch.getChildAt(index);
  if (vector === null) throw new ConfigError(`the file has a batch without column ${index + 1}`);
  return vector;
}

interface Conversion {
  readonly name: ScalarTypeName;
  readonly convert: (value: never) => Datum;
}

const same = (value: Datum): Datum => value;

function arrowColumn({ name, type }: Field): ArrowColumn {
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const item = conversionOf(type.children[0]?.type as DataType, name);
    const listName: TypeName = `_${item.name}`;
    return {
      name,
      type: sqlType(listName),
      reader: (vector) => (row) => {
        const items = vector.get(row) as Vector | null;
        if (items === null) return null;
        const values = Array.from(items, (each) =>
          each === null ? null : item.convert(each as never),
        );
        const dimensions = values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }];
        return { element: item.name, dimensions, values };
      },
    };
  }
  const unit = timeUnit(type);
  if (unit !== undefined) return timeColumn(name, type, unit);
  const { name: typeName, convert } = conversionOf(type, name);
  return {
    name,
    type: sqlType(typeName),
    reader: (vector) => (row) => {
      const value = vector.get(row) as never;
      return value === null ? null : convert(value);
    },
  };
}

/** Units of Arrow's TimeUnit: s, ms, µs, ns; undefined: the type has none. */
function timeUnit(type: DataType): number | undefined {
  return DataType.isTimestamp(type) || DataType.isTime(type) ? type.unit : undefined;
}

/** `get` makes milliseconds of times, so their stored integers are read instead. */
function timeColumn(name: string, type: DataType, unit: number): ArrowColumn {
  const toMicros = (value: bigint): bigint =>
    unit === 0
      ? value * 1_000_000n
      : unit === 1
        ? value * 1000n
        : unit === 2
          ? value
          : value / 1000n;
  const zoned = DataType.isTimestamp(type) && typeof type.timezone === 'string';
  const typeName = DataType.isTime(type) ? 'time' : zoned ? 'timestamptz' : 'timestamp';
  return {
    name,
    type: sqlType(typeName),
    reader: (vector) => {
      const data = vector.data[0];
      return (row) => {
        if (data === undefined || !data.getValid(row)) return null;
        return toMicros(BigInt((data.values as BigInt64Array | Int32Array)[row] ?? 0));
      };
    },
  };
}

function conversionOf(type: DataType, column: string): Conversion {
  if (DataType.isDictionary(type)) return conversionOf(type.dictionary, column);
  if (DataType.isBool(type)) return { name: 'bool', convert: same };
  if (DataType.isInt(type)) return integerOf(type.bitWidth, type.isSigned);
  if (DataType.isFloat(type))
    return { name: type.precision === 2 ? 'float8' : 'float4', convert: same };
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { name: 'text', convert: same };
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) {
    return { name: 'bytea', convert: same };
  }
  if (DataType.isDate(type)) {
    return { name: 'date', convert: (millis: number) => Math.floor(Number(millis) / 86_400_000) };
  }
  if (DataType.isDecimal(type)) {
    const { scale } = type;
    return {
      name: 'numeric',
      convert: (words: Uint32Array) => ({ digits: digitsOf(words), scale }),
    };
  }
  throw new ConfigError(
    `column "${column}" has the Arrow type ${type}, which import does not know`,
  );
}

function integerOf(bits: number, signed: boolean): Conversion {
  if (bits === 64 && !signed) {
    return { name: 'numeric', convert: (value: bigint) => ({ digits: value, scale: 0 }) };
  }
  if (bits === 64 || (bits === 32 && !signed)) {
    return { name: 'int8', convert: (value: bigint | number) => BigInt(value) };
  }
  return { name: bits === 32 || (bits === 16 && !signed) ? 'int4' : 'int2', convert: same };
}

/** Little-endian words in two's complement. */
function digitsOf(words: Uint32Array): bigint {
  let digits = 0n;
  for (const word of Array.from(words).toReversed()) digits = (digits << 32n) | BigInt(word);
  return BigInt.asIntN(words.length * 32, digits);
}
