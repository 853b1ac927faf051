/** sum and avg of numeric: exact, with the largest scale of the input; NaN and infinities kept. */
import { addNumeric, divideNumeric, numericFromInt } from '../../types/numeric.ts';
import type { Numeric } from '../../types/datum.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

interface SumState {
  readonly sum: Numeric;
  readonly rowCount: number;
}

type FinishSum = ValueFold<SumState>['finish'];

export const numericSum: CreateAccumulator = ({ type }) =>
  new ValueAccumulator(
    sumFold((state) => state?.sum ?? null),
    type,
  );

export const numericAverage: CreateAccumulator = ({ type }) =>
  new ValueAccumulator(
    sumFold((state) =>
      state === undefined ? null : divideNumeric(state.sum, numericFromInt(state.rowCount)),
    ),
    type,
  );

function sumFold(finish: FinishSum): ValueFold<SumState> {
  return {
    add: (state, [value]) => {
      if (value === null) return state;
      const number = value as Numeric;
      if (state === undefined) return { sum: number, rowCount: 1 };
      return { sum: addNumeric(state.sum, number), rowCount: state.rowCount + 1 };
    },
    merge: (a, b) => ({ sum: addNumeric(a.sum, b.sum), rowCount: a.rowCount + b.rowCount }),
    finish,
  };
}
