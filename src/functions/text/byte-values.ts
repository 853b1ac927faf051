/** Bytes and bits of bytea values. */
import { SqlError } from '../../errors/sql-error.ts';

function outOfRange(index: number | bigint, last: number): SqlError {
  return new SqlError('array_subscript_error', `index ${index} out of valid range, 0..${last}`);
}

export function byteAt(value: Uint8Array, index: number): number {
  const byte = value[index];
  if (byte === undefined) throw outOfRange(index, value.length - 1);
  return byte;
}

export function withByte(value: Uint8Array, index: number, byte: number): Uint8Array {
  byteAt(value, index);
  const copy = new Uint8Array(value);
  copy[index] = byte;
  return copy;
}

/** Bits count from the lowest of the first byte. */
export function bitAt(value: Uint8Array, index: bigint): number {
  const byte = value[Number(index >> 3n)];
  if (byte === undefined) throw outOfRange(index, value.length * 8 - 1);
  return (byte >> Number(index & 7n)) & 1;
}

export function withBit(value: Uint8Array, index: bigint, bit: number): Uint8Array {
  if (bit !== 0 && bit !== 1) {
    throw new SqlError('invalid_parameter_value', 'new bit must be 0 or 1');
  }
  bitAt(value, index);
  const copy = new Uint8Array(value);
  const at = Number(index >> 3n);
  const mask = 1 << Number(index & 7n);
  copy[at] = bit === 1 ? (copy[at] ?? 0) | mask : (copy[at] ?? 0) & ~mask;
  return copy;
}

export function bitCount(value: Uint8Array): bigint {
  let count = 0;
  for (const byte of value) for (let rest = byte; rest > 0; rest &= rest - 1) count += 1;
  return BigInt(count);
}

export function trimBytes(
  value: Uint8Array,
  set: Uint8Array,
  side: 'both' | 'left' | 'right',
): Uint8Array {
  let from = 0;
  let to = value.length;
  if (side !== 'right') while (from < to && set.includes(value[from] ?? -1)) from++;
  if (side !== 'left') while (to > from && set.includes(value[to - 1] ?? -1)) to--;
  return value.slice(from, to);
}

/** substring(bytes, start, length), 1-based. Errors: 22011 for a negative length. */
export function sliceBytes(value: Uint8Array, start: number, length?: number): Uint8Array {
  if (length === undefined) return value.slice(Math.max(0, start - 1));
  if (length < 0) throw new SqlError('substring_error', 'negative substring length not allowed');
  return value.slice(Math.max(0, start - 1), Math.max(0, start - 1 + length));
}

export function overlayBytes(
  value: Uint8Array,
  other: Uint8Array,
  start: number,
  count = other.length,
): Uint8Array {
  if (start <= 0) throw new SqlError('substring_error', 'negative substring length not allowed');
  const head = value.subarray(0, start - 1);
  return new Uint8Array(Buffer.concat([head, other, value.subarray(start - 1 + count)]));
}
