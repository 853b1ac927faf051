/**
 * The segment file: columns that one read each brings into shared memory, then a directory.
 *
 *     byte 0     "TFSEGMT1", zeros up to byte 64
 *     byte 64    columns, each at a multiple of 64: validity, values, offsets, dictionary values,
 *                dictionary offsets, each at a multiple of 64; then value filters
 *     …          the directory: JSON, UTF-8
 *     last 16    u32 length of the directory, u32 its CRC-32, "TFSEGEND"
 *
 * Numbers are little-endian. Places within a column are relative to its first byte; -1 = absent.
 */
import { crc32 } from 'node:zlib';
import { SqlError } from '../errors/sql-error.ts';
import type { ZoneMap } from '../catalog/table.ts';
import type { Datum } from '../types/datum.ts';

export const segmentHeaderBytes = 64;
const trailerBytes = 16;
const headMagic = 'TFSEGMT1';
const tailMagic = 'TFSEGEND';

/** Where a column's buffers are. */
export interface StoredColumn {
  readonly encoding: 'plain' | 'dictionary' | 'hex';
  /** Place and size in the file. */
  readonly at: number;
  readonly byteSize: number;
  readonly crc: number;
  readonly validity: number;
  readonly values: number;
  readonly offsets: number;
  readonly codeBytes?: 1 | 2;
  readonly hexBytes?: number;
  readonly dictionary?: {
    readonly length: number;
    readonly values: number;
    readonly offsets: number;
  };
}

export interface SegmentDirectory {
  readonly rowCount: number;
  /** By column position; null: every row is NULL. */
  readonly columns: readonly (StoredColumn | null)[];
  readonly zones: readonly ZoneMap[];
  /** By column position: bytes of value filters (value-filter.ts), laid out like columns. */
  readonly filters?: readonly (StoredColumn | null)[];
}

/** What one read each brings into memory: the columns, then their filters. */
export function storedParts(directory: SegmentDirectory): readonly (StoredColumn | null)[] {
  return [...directory.columns, ...(directory.filters ?? [])];
}

type StoredDatum =
  number | string | boolean | { readonly int: string } | { readonly float: string };

export interface StoredZone {
  readonly nulls: number;
  readonly min?: StoredDatum;
  readonly max?: StoredDatum;
  readonly distinct?: number;
}

function storeDatum(value: Datum): StoredDatum {
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value;
  }
  if (typeof value === 'number') return { float: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  throw new TypeError('a zone map holds plain values only');
}

function restoreDatum(value: StoredDatum): Datum {
  if (typeof value !== 'object') return value;
  return 'int' in value ? BigInt(value.int) : Number(value.float);
}

export function storeZone(zone: ZoneMap): StoredZone {
  return {
    nulls: zone.nullCount,
    ...(zone.min === undefined ? {} : { min: storeDatum(zone.min) }),
    ...(zone.max === undefined ? {} : { max: storeDatum(zone.max) }),
    ...(zone.distinct === undefined ? {} : { distinct: zone.distinct }),
  };
}

export function restoreZone(zone: StoredZone): ZoneMap {
  return {
    nullCount: zone.nulls,
    ...(zone.min === undefined ? {} : { min: restoreDatum(zone.min) }),
    ...(zone.max === undefined ? {} : { max: restoreDatum(zone.max) }),
    ...(zone.distinct === undefined ? {} : { distinct: zone.distinct }),
  };
}

export function encodeSegmentHeader(): Uint8Array {
  const header = Buffer.alloc(segmentHeaderBytes);
  header.write(headMagic, 'latin1');
  return header;
}

/** Directory and trailer: the bytes after the last column. */
export function encodeDirectory(directory: SegmentDirectory): Uint8Array {
  const { zones, ...rest } = directory;
  const body = Buffer.from(JSON.stringify({ ...rest, zones: zones.map(storeZone) }));
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(body.length, 0);
  trailer.writeUInt32LE(crc32(body), 4);
  trailer.write(tailMagic, 8, 'latin1');
  return Buffer.concat([body, trailer]);
}

/** XX001: a file of the store does not hold what was written. */
export function damaged(path: string, what: string): SqlError {
  return new SqlError('data_corrupted', `${what} in file "${path}"`, {
    hint: 'Restore the file from a backup.',
  });
}

/** Reads bytes [at, at + byteSize) of a segment file. */
export type ReadRange = (at: number, byteSize: number) => Uint8Array;

/** Errors: XX001. */
export function decodeDirectory(
  path: string,
  fileBytes: number,
  read: ReadRange,
): SegmentDirectory {
  if (fileBytes < segmentHeaderBytes + trailerBytes) throw damaged(path, 'missing directory');
  const trailer = Buffer.from(read(fileBytes - trailerBytes, trailerBytes));
  const byteSize = trailer.readUInt32LE(0);
  const start = fileBytes - trailerBytes - byteSize;
  const hasMagic = trailer.toString('latin1', 8, 16) === tailMagic;
  if (!hasMagic || start < segmentHeaderBytes) throw damaged(path, 'missing directory');
  const body = read(start, byteSize);
  if (crc32(body) !== trailer.readUInt32LE(4)) throw damaged(path, 'checksum mismatch');
  const stored = JSON.parse(Buffer.from(body).toString('utf8')) as {
    rowCount: number;
    columns: (StoredColumn | null)[];
    zones: StoredZone[];
    filters?: (StoredColumn | null)[];
  };
  return { ...stored, zones: stored.zones.map(restoreZone) };
}
