/** sum and avg of interval; the mean divides as PostgreSQL's interval_div does. */
import type { Interval } from '../../types/datum.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

interface SpanState {
  readonly sum: Interval;
  readonly rowCount: number;
}

const secondsPerDay = 86_400;

export const intervalSum: CreateAccumulator = ({ type }) =>
  new ValueAccumulator(
    spanFold((state) => state.sum),
    type,
  );

export const intervalAverage: CreateAccumulator = ({ type }) =>
  new ValueAccumulator(
    spanFold(({ sum, rowCount }) => divideInterval(sum, rowCount)),
    type,
  );

function spanFold(finish: (state: SpanState) => Interval): ValueFold<SpanState> {
  return {
    add: (state, [value]) => {
      if (value === null) return state;
      const span = value as Interval;
      if (state === undefined) return { sum: span, rowCount: 1 };
      return { sum: addIntervals(state.sum, span), rowCount: state.rowCount + 1 };
    },
    merge: (a, b) => ({ sum: addIntervals(a.sum, b.sum), rowCount: a.rowCount + b.rowCount }),
    finish: (state) => (state === undefined ? null : finish(state)),
  };
}

function addIntervals(a: Interval, b: Interval): Interval {
  return { months: a.months + b.months, days: a.days + b.days, micros: a.micros + b.micros };
}

/** PostgreSQL src/backend/utils/adt/timestamp.c, interval_div. */
function divideInterval(span: Interval, divisor: number): Interval {
  return cascade(span.months / divisor, span.days / divisor, Number(span.micros) / divisor);
}

/** PostgreSQL src/backend/utils/adt/timestamp.c, interval_mul. */
export function scaleInterval(span: Interval, factor: number): Interval {
  return cascade(span.months * factor, span.days * factor, Number(span.micros) * factor);
}

/** Fractions of months go to days, fractions of days to the time. */
function cascade(exactMonths: number, exactDays: number, exactMicros: number): Interval {
  const months = Math.trunc(exactMonths);
  let days = Math.trunc(exactDays);
  const monthDays = roundMicros((exactMonths - months) * 30);
  const wholeDays = Math.trunc(monthDays);
  let seconds = roundMicros((exactDays - days + monthDays - wholeDays) * secondsPerDay);
  if (Math.abs(seconds) >= secondsPerDay) {
    const carried = Math.trunc(seconds / secondsPerDay);
    days += carried;
    seconds -= carried * secondsPerDay;
  }
  const micros = roundEven(exactMicros + seconds * 1e6);
  return { months, days: days + wholeDays, micros: BigInt(micros) };
}

function roundMicros(value: number): number {
  return roundEven(value * 1e6) / 1e6;
}

/** C's rint: halves go to the even neighbour. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
