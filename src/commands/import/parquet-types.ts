/**
 * Parquet types as SQL types, and hyparquet's values as datums.
 *
 * hyparquet makes a JavaScript number of every decimal, so decimals lose their annotation before
 * pages are read, and are made here out of the stored digits.
 */
import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { Datum } from '../../types/datum.ts';
import type { ScalarTypeName, SqlType, TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';

export interface ParquetColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Not for NULL. */
  readonly convert: (value: never) => Datum;
}

type Convert = (value: never) => Datum;

interface Leaf {
  readonly name: ScalarTypeName;
  readonly convert: Convert;
}

const same: Convert = (value: Datum) => value;
const toNumber: Convert = (value: number | bigint) => Number(value);
const toBigint: Convert = (value: number | bigint) => BigInt(value);

export function parquetColumn(tree: SchemaTree): ParquetColumn {
  const { name } = tree.element;
  if (tree.children.length === 0) {
    const leaf = leafOf(tree.element);
    if (tree.element.repetition_type === 'REPEATED') return listColumn(name, leaf);
    return { name, type: sqlType(leaf.name), convert: leaf.convert };
  }
  const item = listItem(tree);
  return item === undefined ? jsonColumn(name) : listColumn(name, leafOf(item));
}

/** The element of a list of plain values, with or without the usual level between. */
function listItem({ element, children }: SchemaTree): SchemaElement | undefined {
  const isList = element.converted_type === 'LIST' || element.logical_type?.type === 'LIST';
  const [only] = children;
  if (!isList || only === undefined) return undefined;
  if (only.children.length === 0) return only.element;
  const [item, ...others] = only.children;
  return item?.children.length === 0 && others.length === 0 ? item.element : undefined;
}

function listColumn(name: string, leaf: Leaf): ParquetColumn {
  const type: TypeName = `_${leaf.name}`;
  return {
    name,
    type: sqlType(type),
    convert: (values: ArrayLike<unknown>) => ({
      element: leaf.name,
      dimensions: values.length === 0 ? [] : [{ length: values.length, lowerBound: 1 }],
      values: Array.from(values, (value) =>
        value === null || value === undefined ? null : leaf.convert(value as never),
      ),
    }),
  };
}

/** Structs and maps. */
function jsonColumn(name: string): ParquetColumn {
  const type = sqlType('jsonb');
  const plain = (_: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    return typeof value === 'bigint' ? jsonInteger(value) : value;
  };
  return { name, type, convert: (value: unknown) => parseText(type, JSON.stringify(value, plain)) };
}

function jsonInteger(value: bigint): number | string {
  return BigInt.asIntN(53, value) === value ? Number(value) : String(value);
}

function leafOf(element: SchemaElement): Leaf {
  const decimal = decimalScale(element);
  if (decimal !== undefined) return { name: 'numeric', convert: decimalOf(decimal) };
  const annotated = annotatedLeaf(element);
  if (annotated !== undefined) return annotated;
  switch (element.type) {
    case 'BOOLEAN':
      return { name: 'bool', convert: same };
    case 'INT32':
      return { name: 'int4', convert: toNumber };
    case 'INT64':
      return { name: 'int8', convert: toBigint };
    case 'INT96':
      return { name: 'timestamp', convert: same };
    case 'FLOAT':
      return { name: 'float4', convert: same };
    case 'DOUBLE':
      return { name: 'float8', convert: same };
    default:
      return { name: 'bytea', convert: same };
  }
}

/** undefined: the annotation changes nothing. */
function annotatedLeaf({
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): Leaf | undefined {
  if (converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING') {
    return { name: 'text', convert: textOf };
  }
  if (converted === 'JSON' || logical?.type === 'JSON') return jsonLeaf;
  if (logical?.type === 'UUID') return { name: 'uuid', convert: same };
  if (converted === 'DATE') return { name: 'date', convert: toNumber };
  if (logical?.type === 'TIMESTAMP') {
    return { name: logical.isAdjustedToUTC ? 'timestamptz' : 'timestamp', convert: same };
  }
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') {
    return { name: 'timestamptz', convert: same };
  }
  if (logical?.type === 'TIME' || converted?.startsWith('TIME_')) {
    const unit =
      logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
    return { name: 'time', convert: timeOf(unit) };
  }
  if (logical?.type === 'FLOAT16') return { name: 'float4', convert: same };
  if (converted === 'INT_8' || converted === 'INT_16' || converted === 'UINT_8') {
    return { name: 'int2', convert: toNumber };
  }
  if (converted === 'UINT_32') return { name: 'int8', convert: toBigint };
  if (converted === 'UINT_64') return { name: 'numeric', convert: decimalOf(0) };
  return undefined;
}

const jsonb = sqlType('jsonb');
const jsonLeaf: Leaf = { name: 'jsonb', convert: (value: string) => parseText(jsonb, value) };

function textOf(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
}

function timeOf(unit: string): Convert {
  if (unit === 'MILLIS') return (value: number) => BigInt(value) * 1000n;
  return unit === 'NANOS' ? (value: bigint) => value / 1000n : same;
}

/** The scale of a decimal; undefined: it is none. */
export function decimalScale(element: SchemaElement): number | undefined {
  const { converted_type: converted, logical_type: logical } = element;
  if (logical?.type === 'DECIMAL') return logical.scale;
  return converted === 'DECIMAL' ? (element.scale ?? 0) : undefined;
}

/** Bytes are the digits in two's complement, the highest first. */
function decimalOf(scale: number): Convert {
  return (value: number | bigint | Uint8Array) => {
    if (!(value instanceof Uint8Array)) return { digits: BigInt(value), scale };
    const hex = Buffer.from(value).toString('hex');
    return {
      digits: BigInt.asIntN(value.length * 8, BigInt(`0x${hex === '' ? '0' : hex}`)),
      scale,
    };
  };
}
