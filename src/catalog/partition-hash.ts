/**
 * PostgreSQL's hash of partition keys (partbounds.c): rows lie in the same partitions as there. Each
 * value is hashed with one seed, and the hashes are combined.
 */
import { SqlError } from '../errors/sql-error.ts';
import { foldedInt8, hashBytesExtended, hashWordExtended } from '../functions/system/hash.ts';
import type { Datum } from '../types/datum.ts';
import {
  dateInfinity,
  dateMinusInfinity,
  timestampInfinity,
  timestampMinusInfinity,
} from '../types/instant.ts';
import type { TypeName } from '../types/sql-type.ts';

const salt = 0x7a5b22367996dcfdn;
const mask = 0xffff_ffff_ffff_ffffn;

function hashWord(value: number): bigint {
  return hashWordExtended(value, salt);
}

function hashLong(value: bigint): bigint {
  return hashWord(foldedInt8(value));
}

function hashBytes(bytes: Uint8Array): bigint {
  return hashBytesExtended(bytes, salt);
}

/** PostgreSQL counts microseconds and days from 2000; its infinities are ours. */
const epochMicros = 946_684_800_000_000n;
const epochDays = 10_957;

function hashMicros(micros: bigint): bigint {
  const isInfinite = micros === timestampInfinity || micros === timestampMinusInfinity;
  return hashLong(isInfinite ? micros : micros - epochMicros);
}

function hashDays(days: number): bigint {
  const isInfinite = days === dateInfinity || days === dateMinusInfinity;
  return hashWord(isInfinite ? days : days - epochDays);
}

const hashes: Readonly<Partial<Record<TypeName, (value: Datum) => bigint>>> = {
  bool: (value) => hashWord(Number(value)),
  int2: (value) => hashWord(Number(value)),
  int4: (value) => hashWord(Number(value)),
  int8: (value) => hashLong(BigInt(value as bigint)),
  date: (value) => hashDays(Number(value)),
  timestamp: (value) => hashMicros(value as bigint),
  timestamptz: (value) => hashMicros(value as bigint),
  text: (value) => hashBytes(Buffer.from(String(value))),
  varchar: (value) => hashBytes(Buffer.from(String(value))),
  uuid: (value) => hashBytes(Buffer.from(String(value).replaceAll('-', ''), 'hex')),
};

/** Errors: 0A000. */
export function requireHash(type: TypeName): void {
  if (hashes[type] !== undefined) return;
  const message = `PARTITION BY HASH of type ${type} is not supported`;
  throw new SqlError('feature_not_supported', message);
}

/** As an unsigned number of 64 bits. */
export function partitionHash(
  types: readonly TypeName[],
  values: readonly (Datum | null)[],
): bigint {
  let whole = 0n;
  for (const [at, type] of types.entries()) {
    const value = values[at] ?? null;
    const hash = hashes[type];
    if (value === null || hash === undefined) continue;
    const step = hash(value) + 0x49a0f4dd15e5a8e3n + ((whole << 54n) & mask) + (whole >> 7n);
    whole ^= step & mask;
  }
  return whole;
}
