/**
 * Where long work within one pull lets its query be stopped, and other queries have the thread.
 *
 *     sort 40 M rows ──slice──▶ checkpoint ──slice──▶ checkpoint …      57014 thrown from one
 *
 * A thread runs one query's work at a time; QueryScope says whose it is at every pull.
 */

let check: (() => void) | undefined;
let ticks = 0;

/** Some milliseconds of the simplest work on one row. */
const sliceRows = 1 << 18;
const sliceBytes = 1 << 22;
const ticksBetween = 1024;

/** From now on checkpoints belong to the query of `next`; undefined: to none. */
export function setCheckpoint(next: (() => void) | undefined): void {
  check = next;
}

/** Errors: 57014 when the query is to stop. */
export function checkpoint(): void {
  check?.();
}

/** As `checkpoint`, for loops over single values: one call in many looks. */
export function tick(): void {
  ticks = (ticks + 1) % ticksBetween;
  if (ticks === 0) check?.();
}

/** Rows 0 … count-1 in slices, each of a multiple of 64 rows but the last. */
export function inSlices(count: number, work: (from: number, count: number) => void): void {
  slices(count, sliceRows, work);
}

/** As `inSlices`, over bytes that are copied or filled. */
export function inByteSlices(byteSize: number, work: (from: number, size: number) => void): void {
  slices(byteSize, sliceBytes, work);
}

function slices(count: number, size: number, work: (from: number, count: number) => void): void {
  if (count <= size) {
    work(0, count);
    return;
  }
  for (let from = 0; from < count; from += size) {
    check?.();
    work(from, Math.min(size, count - from));
  }
}
