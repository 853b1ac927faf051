/**
 * Aggregates over window frames.
 *
 * A frame that only grows is folded once; any other is folded anew where it differs from that of
 * the row before. Common aggregates fold plain values; the others run the accumulators that
 * grouping runs, over the rows of the frame.
 */
import { columnReader } from '../../columns/read.ts';
import type { Column } from '../../columns/column.ts';
import { heap } from '../../memory/heap.ts';
import { Arena } from '../../memory/arena.ts';
import { argumentType } from '../../expr/argument-type.ts';
import type { WindowCall } from '../../plan/physical.ts';
import type { Datum } from '../../types/datum.ts';
import { createAccumulator } from '../aggregates/accumulators.ts';
import { tick } from '../checkpoint.ts';
import type { OperatorContext } from '../operator.ts';
import type { Excludes, FrameOf } from './partition.ts';
import { makeValueFold } from './value-folds.ts';

type Reader = (row: number) => Datum | null;

/** The rows of one frame, folded in order. */
export interface RowFold {
  reset(): void;
  add(row: number): void;
  result(): Datum | null;
  /** Gives its memory back. */
  free(): void;
}

export interface FrameInput {
  readonly filter: Reader | undefined;
  readonly frame: FrameOf;
  readonly excludes: Excludes | undefined;
}

export function aggregateOver(fold: RowFold, { filter, frame, excludes }: FrameInput): Reader {
  let from = -1;
  let to = -1;
  let last: Datum | null = null;
  fold.reset();
  return (row) => {
    const [start, end] = frame(row);
    const grows = start === from && end >= to && excludes === undefined;
    if (grows && end === to) return last;
    if (!grows) fold.reset();
    for (let at = grows ? to : start; at < end; at++) {
      tick();
      if (excludes?.(row, at) === true) continue;
      if (filter === undefined || filter(at) === true) fold.add(at);
    }
    from = start;
    to = Math.max(start, end);
    last = fold.result();
    return last;
  };
}

/** Errors: 0A000 for an aggregate that knows not the types. */
export function rowFold(
  call: WindowCall,
  args: readonly Column[],
  context: OperatorContext,
): RowFold {
  const types = call.args.map((arg) => arg.type.name);
  const make = makeValueFold(call.name, types);
  if (make === undefined) return new AccumulatedRows(call, args, context);
  const readers = args.map((column) => columnReader(column));
  let fold = make();
  return {
    reset: () => void (fold = make()),
    add: (row) => fold.add(readers.map((read) => read(row))),
    result: () => fold.result(),
    free: () => undefined,
  };
}

/** Runs an accumulator over one group: the rows that were added. */
class AccumulatedRows implements RowFold {
  readonly #call: WindowCall;
  readonly #args: readonly Column[];
  readonly #context: OperatorContext;
  /** State of the accumulator of one frame. */
  readonly #state: Arena;
  #accumulator: ReturnType<typeof createAccumulator> | undefined;
  #pending: number[] = [];

  constructor(call: WindowCall, args: readonly Column[], context: OperatorContext) {
    this.#call = call;
    this.#args = args;
    this.#context = context;
    this.#state = new Arena(context.query.budget);
  }

  reset(): void {
    this.#accumulator = undefined;
    this.#pending = [];
  }

  add(row: number): void {
    this.#pending.push(row);
  }

  result(): Datum | null {
    const { scratch } = this.#context;
    scratch.reset();
    const accumulator = (this.#accumulator ??= this.#make());
    const rowCount = this.#pending.length;
    if (rowCount > 0) {
      const selection = scratch.allocate(rowCount * 4);
      heap().u32.set(this.#pending, selection >>> 2);
      const physicalRows = this.#args[0]?.length ?? rowCount;
      const rows = { physicalRows, rowCount, selection };
      accumulator.update({ groups: 0, groupCount: 1, rows, args: this.#args });
      this.#pending = [];
    }
    return columnReader(accumulator.finish({ from: 0, count: 1, groupCount: 1 }, scratch))(0);
  }

  #make(): ReturnType<typeof createAccumulator> {
    const { scratch, evaluation } = this.#context;
    this.#state.reset();
    return createAccumulator(this.#call.name, {
      args: this.#call.args.map(argumentType),
      type: this.#call.type,
      state: this.#state,
      scratch,
      evaluation,
    });
  }

  free(): void {
    this.#state.free();
  }
}
