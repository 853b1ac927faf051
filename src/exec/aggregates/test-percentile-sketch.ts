/**
 * The plain twin of percentile kernels: reads a sketch's bytes
 * (kernels/assembly/percentile-layout.ts).
 */
import { SqlError } from '../../errors/sql-error.ts';

const exactValuesMax = 256;
const version = 3;
const headBytes = 25;

export interface PercentileSketch {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  /** All values while there are at most 256, else empty. */
  readonly values: readonly number[];
  /** Pairs by ascending bucket; empty while `values` are kept. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
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
  const pageCount = bytes.readUInt32LE(headBytes);
  const buckets: (readonly [number, number])[] = [];
  let at = headBytes + 4;
  for (let i = 0; i < pageCount; i++) {
    if (at + 3 > bytes.length) throw notSketch();
    const page = bytes.readUInt16LE(at);
    const width = bytes.readUInt8(at + 2);
    at += 3;
    if (at + width * 128 > bytes.length) throw notSketch();
    for (let index = 0; index < 128; index++) {
      const count = bytes.readUIntLE(at + index * width, width);
      if (count > 0) buckets.push([page * 128 + index, count]);
    }
    at += width * 128;
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
      'numeric_value_out_of_range',
      `percentile value ${fraction} is not between 0 and 1`,
    );
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
  const ordered = BigInt(bucket) << 45n;
  const isPositive = ordered >> 63n === 1n;
  word.setBigUint64(0, BigInt.asUintN(64, isPositive ? ordered ^ (1n << 63n) : ~ordered));
  return word.getFloat64(0);
}
