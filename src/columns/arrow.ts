/**
 * Columns as Apache Arrow vectors, for users of the library. Values are copied out of the shared
 * memory, so that they outlive the query.
 *
 *     bool Bool · int2/4/8 Int16/32/64 · float4/8 Float32/64 · date Date(day) · time Time(µs)
 *     timestamp, timestamptz Timestamp(µs) · bytea Binary · text[] and other arrays List
 *     text types, json, jsonb, uuid, numeric, interval and all others Utf8, as PostgreSQL prints them
 */
import {
  Binary,
  Bool,
  DateDay,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  Uint32,
  Utf8,
  vectorFromArray,
  type Data,
  type DataType,
} from 'apache-arrow';
import { heap } from '../memory/heap.ts';
import type { Arena } from '../memory/arena.ts';
import { formatText } from '../types/type-text.ts';
import type { FormatSettings } from '../types/format-settings.ts';
import type { Datum, SqlArray } from '../types/datum.ts';
import type { SqlType, TypeName } from '../types/sql-type.ts';
import { layoutOf, typeRecord, valueBytes } from '../types/type-table.ts';
import type { Column, PlainColumn } from './column.ts';
import { materialize } from './materialize.ts';
import { columnReader } from './read.ts';

const directTypes: Partial<Record<TypeName, DataType>> = {
  bool: new Bool(),
  int2: new Int16(),
  int4: new Int32(),
  int8: new Int64(),
  float4: new Float32(),
  float8: new Float64(),
  oid: new Uint32(),
  date: new DateDay(),
  time: new TimeMicrosecond(),
  timestamp: new TimestampMicrosecond(),
  timestamptz: new TimestampMicrosecond('UTC'),
};

const textNames = new Set<TypeName>(['text', 'varchar', 'name', 'json', 'jsonb', 'numeric']);

/** The Arrow type that `arrowBatch` gives a column of this SQL type. */
export function arrowType(type: SqlType): DataType {
  const direct = directTypes[type.name];
  if (direct !== undefined) return direct;
  if (type.name === 'bytea') return new Binary();
  const { element } = typeRecord(type.name);
  if (element === undefined) return new Utf8();
  return new List(new Field('item', arrowType({ name: element, typmod: -1 }), true));
}

export function arrowSchema(
  fields: readonly { readonly name: string; readonly type: SqlType }[],
): Schema {
  return new Schema(fields.map(({ name, type }) => new Field(name, arrowType(type), true)));
}

/** One Arrow batch of `rowCount` dense rows; `arena` is scratch. */
export function arrowBatch(
  schema: Schema,
  columns: readonly Column[],
  rows: { readonly rowCount: number; readonly arena: Arena; readonly formats: FormatSettings },
): RecordBatch {
  const children = columns.map((column) => arrowData(column, rows));
  const struct = makeData({
    type: new Struct(schema.fields),
    length: rows.rowCount,
    nullCount: 0,
    children,
  });
  return new RecordBatch(schema, struct);
}

type RowsOut = Parameters<typeof arrowBatch>[2];

function arrowData(column: Column, rows: RowsOut): Data {
  const type = arrowType(column.type);
  const plain = materialize(column, rows.arena);
  if (directTypes[column.type.name] !== undefined) return fixedData(plain, type, rows.rowCount);
  if (type instanceof Utf8 && textNames.has(column.type.name)) return textData(plain, type, rows);
  if (type instanceof Binary) return textData(plain, type, rows);
  return convertedData(plain, type, rows);
}

/** `bytes` bytes of the shared memory, copied into memory of their own. */
function copied(pointer: number, bytes: number): Uint8Array {
  return new Uint8Array(heap().u8.subarray(pointer, pointer + bytes));
}

function validityOf({ validity }: PlainColumn, rowCount: number): { nullBitmap?: Uint8Array } {
  return validity === 0 ? {} : { nullBitmap: copied(validity, Math.ceil(rowCount / 8)) };
}

const arrays: Readonly<Record<string, (buffer: ArrayBufferLike) => ArrayBufferView>> = {
  bit: (buffer) => new Uint8Array(buffer),
  i16: (buffer) => new Int16Array(buffer),
  i32: (buffer) => new Int32Array(buffer),
  i64: (buffer) => new BigInt64Array(buffer),
  f32: (buffer) => new Float32Array(buffer),
  f64: (buffer) => new Float64Array(buffer),
};

function fixedData(column: PlainColumn, type: DataType, length: number): Data {
  const layout = layoutOf(column.type.name);
  const bytes = layout === 'bit' ? Math.ceil(length / 8) : length * valueBytes(layout);
  const view = arrays[layout]?.(copied(column.values, bytes).buffer);
  const data = column.type.name === 'oid' ? new Uint32Array((view as Int32Array).buffer) : view;
  return makeData({ type, length, ...validityOf(column, length), data } as never);
}

function textData(column: PlainColumn, type: DataType, { rowCount }: RowsOut): Data {
  const offsets = copied(column.offsets, (rowCount + 1) * 4);
  const valueOffsets = new Int32Array(offsets.buffer);
  const first = valueOffsets[0] ?? 0;
  const end = valueOffsets[rowCount] ?? 0;
  const data = copied(column.values + first, end - first);
  for (let i = 0; i <= rowCount; i++) valueOffsets[i] = (valueOffsets[i] ?? 0) - first;
  return makeData({
    type,
    length: rowCount,
    ...validityOf(column, rowCount),
    valueOffsets,
    data,
  } as never);
}

/** Lists and printed values, one at a time. */
function convertedData(column: PlainColumn, type: DataType, rows: RowsOut): Data {
  const read = columnReader(column);
  const values = Array.from({ length: rows.rowCount }, (_, row) => read(row));
  const converted = values.map((value) => {
    if (value === null) return null;
    return type instanceof List
      ? (value as SqlArray).values.map((each) => listItem(type, each, column.type, rows.formats))
      : formatText(column.type, value, rows.formats);
  });
  return vectorFromArray(converted as never[], type).data[0] as unknown as Data;
}

function listItem(
  type: List,
  value: Datum | null,
  arrayType: SqlType,
  formats: FormatSettings,
): unknown {
  if (value === null || !(type.children[0]?.type instanceof Utf8)) return value;
  const { element = 'text' } = typeRecord(arrayType.name);
  return formatText({ name: element, typmod: -1 }, value, formats);
}
