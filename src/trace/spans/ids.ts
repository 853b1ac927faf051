/** Random ids, drawn from a pool so that one costs well under a microsecond. */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(8192);
let used = pool.length;

function take(byteSize: number): string {
  if (used + byteSize > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('hex', used, used + byteSize);
  used += byteSize;
  return zeros.startsWith(text) ? take(byteSize) : text;
}

const zeros = '0'.repeat(32);

/** 32 hexadecimal digits, not all zero. */
export function newTraceId(): string {
  return take(16);
}

/** 16 hexadecimal digits, not all zero. */
export function newSpanId(): string {
  return take(8);
}
