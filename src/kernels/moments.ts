/** Signatures of assembly/moments.ts: sums and sums of squares by group. */
import type { MergeKernel } from './accumulate.ts';

/** Values of `width` bytes; `groups`, `validity` and `rows` may be 0. */
export type MomentsKernel = (
  records: number,
  groups: number,
  values: number,
  width: number,
  validity: number,
  rows: number,
  count: number,
) => void;

export interface MomentKernels {
  /** Records: f64 n, f64 sum, f64 squared deviations. */
  readonly momentsOfFloats: MomentsKernel;
  readonly mergeFloatMoments: MergeKernel;
  /** Records: i64 n, i128 sum, i192 sum of squares. */
  readonly momentsOfIntegers: MomentsKernel;
  readonly mergeIntegerMoments: MergeKernel;
}
