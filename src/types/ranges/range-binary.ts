/**
 * Binary form of ranges and multiranges (range_send, multirange_send).
 *
 *     range        uint8 flags: 1 empty, 2 and 4 lower and upper inclusive, 8 and 16 infinite;
 *                  per finite bound: int32 byte length and its bytes
 *     multirange   int32 ranges, per range int32 byte length and its bytes
 */
import { SqlError } from '../../errors/sql-error.ts';
import { ByteReader } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { Datum, MultirangeValue, RangeValue } from '../datum.ts';
import type { MultirangeTypeName, RangeTypeName } from '../sql-type.ts';
import { makeMultirange } from './multirange-value.ts';
import { rangeOf } from './range-types.ts';
import { emptyRange, makeRange } from './range-value.ts';

const flags = { empty: 1, lowerInclusive: 2, upperInclusive: 4, noLower: 8, noUpper: 16 } as const;

export function encodeRange(range: RangeValue, encode: (value: Datum) => Uint8Array): Uint8Array {
  const { isEmpty, lower, upper, lowerInclusive, upperInclusive } = range;
  const writer = new ByteWriter();
  if (isEmpty) return writer.uint8(flags.empty).finish();
  writer.uint8(
    (lowerInclusive ? flags.lowerInclusive : 0) |
      (upperInclusive ? flags.upperInclusive : 0) |
      (lower === null ? flags.noLower : 0) |
      (upper === null ? flags.noUpper : 0),
  );
  for (const value of [lower, upper]) if (value !== null) writer.sizedBytes(encode(value));
  return writer.finish();
}

/** Errors: 08P01, 22P03, and those of the bounds. */
export function decodeRange(
  type: RangeTypeName,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Datum,
): RangeValue {
  const reader = new ByteReader(bytes);
  const set = reader.uint8();
  const bound = (infinite: number): Datum | null =>
    (set & (infinite | flags.empty)) === 0 ? decode(reader.bytes(reader.int32())) : null;
  const lower = bound(flags.noLower);
  const upper = bound(flags.noUpper);
  reader.end();
  if ((set & flags.empty) !== 0) return emptyRange(type);
  return makeRange(
    type,
    { value: lower, isInclusive: (set & flags.lowerInclusive) !== 0, isLower: true },
    { value: upper, isInclusive: (set & flags.upperInclusive) !== 0, isLower: false },
  );
}

export function encodeMultirange(
  { ranges }: MultirangeValue,
  encode: (value: Datum) => Uint8Array,
): Uint8Array {
  const writer = new ByteWriter().int32(ranges.length);
  for (const range of ranges) writer.sizedBytes(encodeRange(range, encode));
  return writer.finish();
}

export function decodeMultirange(
  type: MultirangeTypeName,
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Datum,
): MultirangeValue {
  const reader = new ByteReader(bytes);
  const count = reader.int32();
  if (count < 0) {
    throw new SqlError('invalid_binary_representation', 'incorrect binary data format');
  }
  const range = rangeOf(type);
  const ranges: RangeValue[] = [];
  while (ranges.length < count) {
    ranges.push(decodeRange(range, reader.bytes(reader.int32()), decode));
  }
  reader.end();
  return makeMultirange(type, ranges);
}
