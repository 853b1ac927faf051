/** Signatures of assembly/extreme.ts: smallest, largest and bit folds by group. */

/** `largest` 1: max, 0: min. */
export type ExtremeKernel = (
  records: number,
  groups: number,
  values: number,
  validity: number,
  rows: number,
  count: number,
  largest: number,
) => void;

export type MergeExtremeKernel = (
  records: number,
  groups: number,
  states: number,
  offsets: number,
  rows: number,
  count: number,
  largest: number,
) => void;

export interface ExtremeKernels {
  readonly extremeI16: ExtremeKernel;
  readonly extremeI32: ExtremeKernel;
  readonly extremeU32: ExtremeKernel;
  readonly extremeI64: ExtremeKernel;
  readonly extremeBits: ExtremeKernel;
  readonly mergeIntegerExtremes: MergeExtremeKernel;
  readonly extremeF32: ExtremeKernel;
  readonly extremeF64: ExtremeKernel;
  readonly mergeFloatExtremes: MergeExtremeKernel;
  /** bit_and (0), bit_or (1), bit_xor (2) of integers of `width` bytes. */
  foldIntegers(
    records: number,
    groups: number,
    values: number,
    width: number,
    validity: number,
    rows: number,
    count: number,
    operation: number,
  ): void;
  readonly mergeFolds: MergeExtremeKernel;
}
