/**
 * A percentile sketch as bytes: what percentile_agg returns and approx_percentile reads.
 *
 *     u8   1, the version
 *     u64  n, values seen
 *     f64  smallest, f64 largest value
 *     n <= 32:  n × f64, the values
 *     else:     u32 bucket count, then per bucket in ascending order two LEB128 numbers: the
 *               distance from the bucket before, and the count of values in it
 *
 * A bucket is the top 20 bits of a float8's order-preserving form (kernels/assembly/sketch.ts),
 * 0.4 % wide; so is the error of an answer. With few values the answer is exact.
 */
import { SqlError } from '../../errors/sql-error.ts';

export const exactValuesMax = 32;
const version = 1;
const headBytes = 25;

export interface PercentileSketch {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  /** All values while there are at most 32, else empty. */
  readonly values: readonly number[];
  /** Pairs by ascending bucket; empty while `values` are kept. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
}

export function encodePercentileSketch(sketch: PercentileSketch): Uint8Array {
  const { n, min, max, values, buckets } = sketch;
  const bytes = Buffer.alloc(headBytes + values.length * 8 + 4 + buckets.length * 14);
  bytes.writeUInt8(version, 0);
  bytes.writeBigUInt64LE(BigInt(n), 1);
  bytes.writeDoubleLE(min, 9);
  bytes.writeDoubleLE(max, 17);
  let at = headBytes;
  if (n <= exactValuesMax) {
    for (const value of values) at = bytes.writeDoubleLE(value, at);
    return new Uint8Array(bytes.subarray(0, at));
  }
  at = bytes.writeUInt32LE(buckets.length, at);
  let before = 0;
  for (const [bucket, count] of buckets) {
    at = writeNumber(bytes, at, bucket - before);
    at = writeNumber(bytes, at, count);
    before = bucket;
  }
  return new Uint8Array(bytes.subarray(0, at));
}

function writeNumber(bytes: Buffer, from: number, value: number): number {
  let at = from;
  let rest = value;
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  bytes[at++] = rest;
  return at;
}

/** Errors: 22023 for bytes that are not a sketch. */
export function decodePercentileSketch(source: Uint8Array): PercentileSketch {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (bytes.length < headBytes || bytes[0] !== version) throw notSketch();
  const n = Number(bytes.readBigUInt64LE(1));
  const min = bytes.readDoubleLE(9);
  const max = bytes.readDoubleLE(17);
  if (n <= exactValuesMax) {
    if (bytes.length !== headBytes + n * 8) throw notSketch();
    const values = Array.from({ length: n }, (_, i) => bytes.readDoubleLE(headBytes + i * 8));
    return { n, min, max, values, buckets: [] };
  }
  return { n, min, max, values: [], buckets: readBuckets(bytes) };
}

function readBuckets(bytes: Buffer): (readonly [number, number])[] {
  if (bytes.length < headBytes + 4) throw notSketch();
  const bucketCount = bytes.readUInt32LE(headBytes);
  if (bucketCount * 2 > bytes.length - headBytes - 4) throw notSketch();
  let at = headBytes + 4;
  const readNumber = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw notSketch();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const buckets: (readonly [number, number])[] = [];
  let bucket = 0;
  for (let i = 0; i < bucketCount; i++) {
    bucket += readNumber();
    buckets.push([bucket, readNumber()]);
  }
  return buckets;
}

function notSketch(): SqlError {
  return new SqlError('invalid_parameter_value', 'value is not a percentile sketch');
}

/**
 * The value at a fraction 0 … 1 of the sketched values in order; null for an empty sketch.
 * Errors: 22003 for a fraction outside.
 */
export function percentileOf(fraction: number, sketch: PercentileSketch): number | null {
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new SqlError(
      'numeric_value_out_of_range', `percentile value ${fraction} is not between 0 and 1`);
  }
  const { n, min, max, values } = sketch;
  if (n === 0) return null;
  if (fraction === 0) return min;
  if (fraction === 1) return max;
  const rank = fraction * (n - 1);
  const sorted = values.toSorted((a, b) => a - b);
  const valueAt = (place: number): number => sorted[place] ?? bucketed(sketch, place);
  const low = valueAt(Math.floor(rank));
  const high = valueAt(Math.ceil(rank));
  return low + (rank - Math.floor(rank)) * (high - low);
}

/** An estimate of the value at a place in the order: values lie evenly in their bucket. */
function bucketed({ min, max, buckets }: PercentileSketch, place: number): number {
  let before = 0;
  for (const [bucket, count] of buckets) {
    if (place < before + count) {
      const low = Math.max(min, bucketStart(bucket));
      const high = Math.min(max, bucketStart(bucket + 1));
      return low + (high - low) * ((place - before + 0.5) / count);
    }
    before += count;
  }
  return max;
}

const word = new DataView(new ArrayBuffer(8));

/** The smallest float8 of a bucket. */
function bucketStart(bucket: number): number {
  const ordered = BigInt(bucket) << 44n;
  const isPositive = ordered >> 63n === 1n;
  word.setBigUint64(0, BigInt.asUintN(64, isPositive ? ordered ^ (1n << 63n) : ~ordered));
  return word.getFloat64(0);
}
