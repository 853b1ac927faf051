/**
 * Spans of the generator, one typed array per fact; strings are codes of the tables in world.ts.
 * The arrays are filled again for every yield of the generator.
 */

/** Rows at most: a batch's. */
export const spanRowsMax = 16_384;

export class SpanRows {
  count = 0;
  /** µs since 1970. */
  readonly start = new Float64Array(spanRowsMax);
  /** µs; that of the span around it for a log record. */
  readonly duration = new Float64Array(spanRowsMax);
  /** Index into `operations`. */
  readonly operation = new Uint16Array(spanRowsMax);
  /** `operation` × 2, + 1 for a log record. */
  readonly subject = new Uint16Array(spanRowsMax);
  /** Index into `instances`. */
  readonly instance = new Uint16Array(spanRowsMax);
  readonly project = new Uint16Array(spanRowsMax);
  /** ((error + 1) × 2 + log) × 4 + server × 2 + has a parent; error -1 is none. */
  readonly outcome = new Uint16Array(spanRowsMax);
  /** 0: not an HTTP request. */
  readonly httpStatus = new Uint16Array(spanRowsMax);
  readonly user = new Uint32Array(spanRowsMax);
  readonly session = new Uint32Array(spanRowsMax);
  /** Four words a row. */
  readonly trace = new Uint32Array(spanRowsMax * 4);
  /** Two words a row. */
  readonly span = new Uint32Array(spanRowsMax * 2);
  /** Two words a row, zero without a parent. */
  readonly parent = new Uint32Array(spanRowsMax * 2);
}

export const outcomeCount = 7 * 8;

export interface Outcome {
  readonly error: number;
  readonly isLog: boolean;
  readonly isServer: boolean;
  readonly hasParent: boolean;
}

export function outcomeOf(code: number): Outcome {
  return {
    error: (code >> 3) - 1,
    isLog: (code & 4) !== 0,
    isServer: (code & 2) !== 0,
    hasParent: (code & 1) !== 0,
  };
}
