/**
 * Datums of fixed-width types as they lie in memory: one writer and one reader per layout.
 *
 *   b16  uuid: 16 bytes, network order
 *        interval: i64 µs, i32 days, i32 months
 *        timetz: i64 µs, i32 zone seconds west positive, i32 unused
 */
import { unreachable } from '../errors/assert.ts';
import { heap } from '../memory/heap.ts';
import type { Datum, Interval, TimeTz } from '../types/datum.ts';
import type { Layout, TypeName } from '../types/sql-type.ts';

export type ValueWriter = (values: number, row: number, value: Datum) => void;
export type ValueReader = (values: number, row: number) => Datum;

type FixedLayout = Exclude<Layout, 'varlen'>;

/** Types of layout i32 whose values are unsigned. */
export function isUnsigned(type: TypeName): boolean {
  return type === 'oid' || type === 'xid' || type === 'cid' || type.startsWith('reg');
}

export function fixedWriter(type: TypeName, layout: FixedLayout): ValueWriter {
  const h = heap();
  switch (layout) {
    case 'bit':
      return writeBit;
    case 'i16':
      return (values, row, value) => void (h.i16[(values >>> 1) + row] = value as number);
    case 'i32':
      return (values, row, value) => void (h.i32[(values >>> 2) + row] = value as number);
    case 'i64':
      return (values, row, value) => void (h.i64[values / 8 + row] = value as bigint);
    case 'f32':
      return (values, row, value) => void (h.f32[(values >>> 2) + row] = value as number);
    case 'f64':
      return (values, row, value) => void (h.f64[values / 8 + row] = value as number);
    case 'b16':
      return wideWriter(type);
    default:
      return unreachable(layout);
  }
}

function writeBit(values: number, row: number, value: Datum): void {
  const { u8 } = heap();
  const at = values + (row >>> 3);
  const mask = 1 << (row & 7);
  u8[at] = value === true ? (u8[at] as number) | mask : (u8[at] as number) & ~mask;
}

function wideWriter(type: TypeName): ValueWriter {
  const h = heap();
  if (type === 'uuid') {
    return (values, row, value) => {
      h.bytes.write((value as string).replaceAll('-', ''), values + row * 16, 16, 'hex');
    };
  }
  if (type === 'interval') {
    return (values, row, value) => {
      const { micros, days, months } = value as Interval;
      const at = values + row * 16;
      h.i64[at / 8] = micros;
      h.i32[(at >>> 2) + 2] = days;
      h.i32[(at >>> 2) + 3] = months;
    };
  }
  return (values, row, value) => {
    const { micros, zoneSeconds } = value as TimeTz;
    const at = values + row * 16;
    h.i64[at / 8] = micros;
    h.i32[(at >>> 2) + 2] = zoneSeconds;
    h.i32[(at >>> 2) + 3] = 0;
  };
}

export function fixedReader(type: TypeName, layout: FixedLayout): ValueReader {
  const h = heap();
  switch (layout) {
    case 'bit':
      return (values, row) => (((h.u8[values + (row >>> 3)] as number) >>> (row & 7)) & 1) === 1;
    case 'i16':
      return (values, row) => h.i16[(values >>> 1) + row] as number;
    case 'i32':
      return isUnsigned(type)
        ? (values, row) => h.u32[(values >>> 2) + row] as number
        : (values, row) => h.i32[(values >>> 2) + row] as number;
    case 'i64':
      return type === 'xid8' || type === 'pg_lsn'
        ? (values, row) => h.u64[values / 8 + row] as bigint
        : (values, row) => h.i64[values / 8 + row] as bigint;
    case 'f32':
      return (values, row) => h.f32[(values >>> 2) + row] as number;
    case 'f64':
      return (values, row) => h.f64[values / 8 + row] as number;
    case 'b16':
      return wideReader(type);
    default:
      return unreachable(layout);
  }
}

function wideReader(type: TypeName): ValueReader {
  const h = heap();
  if (type === 'uuid') {
    return (values, row) => {
      const at = values + row * 16;
      const hex = h.bytes.hexSlice(at, at + 16);
      const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
      return `${parts.join('-')}-${hex.slice(20)}`;
    };
  }
  if (type === 'interval') {
    return (values, row): Interval => {
      const at = values + row * 16;
      return {
        months: h.i32[(at >>> 2) + 3] as number,
        days: h.i32[(at >>> 2) + 2] as number,
        micros: h.i64[at / 8] as bigint,
      };
    };
  }
  return (values, row): TimeTz => {
    const at = values + row * 16;
    return { micros: h.i64[at / 8] as bigint, zoneSeconds: h.i32[(at >>> 2) + 2] as number };
  };
}
