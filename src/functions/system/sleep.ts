/** pg_sleep: holds its thread in slices, between which it looks whether the statement goes on. */
import type { EvaluationContext } from '../function-record.ts';

const sliceMs = 20;
const cell = new Int32Array(new SharedArrayBuffer(4));

export function sleepFor(context: EvaluationContext, seconds: number): string {
  const until = performance.now() + Math.max(0, seconds) * 1000;
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    context.checkCancelled?.();
    Atomics.wait(cell, 0, 0, Math.min(left, sliceMs));
  }
  return '';
}

/** From the start of the statement, as the clock runs. */
export function sleepUntil(context: EvaluationContext, micros: bigint): string {
  return sleepFor(context, Number(micros - BigInt(Date.now()) * 1000n) / 1e6);
}
