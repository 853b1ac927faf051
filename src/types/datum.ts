/**
 * One SQL value as JavaScript holds it: in constants, parameters, and functions over single values.
 *
 *   bool boolean · int2 int4 float4 float8 oid reg* xid cid number · int8 xid8 money pg_lsn bigint
 *   text types, json, jsonb, uuid, other string-like types: string
 *   numeric Numeric · bytea Uint8Array
 *   date: number, days since 1970-01-01 · time: bigint µs · timestamp(tz): bigint µs since 1970 UTC
 *   interval Interval · timetz TimeTz
 *   arrays SqlArray · record RecordValue · ranges RangeValue · multiranges MultirangeValue
 *
 * Every form is plain data, so it can be sent to a worker.
 */
import type { MultirangeTypeName, RangeTypeName, TypeName } from './sql-type.ts';

/** digits × 10^-scale, or NaN and the infinities; `scale` is the displayed scale, 0 … 16383. */
export interface Numeric {
  readonly digits: bigint;
  readonly scale: number;
  readonly special?: 'NaN' | 'Infinity' | '-Infinity';
}

export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
}

export interface TimeTz {
  readonly micros: bigint;
  /** Seconds west of UTC. */
  readonly zoneSeconds: number;
}

export interface SqlArray {
  readonly element: TypeName;
  /** Empty for the empty array. */
  readonly dimensions: readonly { readonly length: number; readonly lowerBound: number }[];
  /** Row-major elements. */
  readonly values: readonly (Datum | null)[];
}

export interface RecordValue {
  readonly fields: readonly {
    readonly type: TypeName;
    readonly value: Datum | null;
    readonly name?: string;
  }[];
}

export interface RangeValue {
  readonly type: RangeTypeName;
  readonly isEmpty: boolean;
  /** null: infinite, or of the empty range. */
  readonly lower: Datum | null;
  readonly upper: Datum | null;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
}

export interface MultirangeValue {
  readonly type: MultirangeTypeName;
  /** In order; not empty, and apart from each other. */
  readonly ranges: readonly RangeValue[];
}

export type Datum =
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Numeric
  | Interval
  | TimeTz
  | SqlArray
  | RecordValue
  | RangeValue
  | MultirangeValue;
