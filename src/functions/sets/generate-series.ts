/** generate_series: numbers and moments from a start to a stop, by steps. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Interval, Numeric } from '../../types/datum.ts';
import { compareIntervals } from '../../types/interval-arithmetic.ts';
import { addNumeric, compareNumeric, numericOne, numericZero } from '../../types/numeric.ts';
import { addToTimestamp, addToTimestampTz } from '../../types/timestamp-arithmetic.ts';
import { sessionZone } from '../date/session-zone.ts';
import type { EvaluationContext } from '../function-record.ts';

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

function zeroStep(): SqlError {
  return invalid('step size cannot equal zero');
}

type Row<T> = readonly [T];

export function* intSeries(
  _context: EvaluationContext,
  start: number,
  stop: number,
  step = 1,
): Generator<Row<number>> {
  if (step === 0) throw zeroStep();
  for (let value = start; step > 0 ? value <= stop : value >= stop; value += step) yield [value];
}

export function* bigintSeries(
  _context: EvaluationContext,
  start: bigint,
  stop: bigint,
  step = 1n,
): Generator<Row<bigint>> {
  if (step === 0n) throw zeroStep();
  for (let value = start; step > 0n ? value <= stop : value >= stop; value += step) yield [value];
}

function checkNumeric(value: Numeric, what: string): void {
  if (value.special === undefined) return;
  throw invalid(`${what} cannot be ${value.special === 'NaN' ? 'NaN' : 'infinity'}`);
}

export function* numericSeries(
  _context: EvaluationContext,
  start: Numeric,
  stop: Numeric,
  step: Numeric = numericOne,
): Generator<Row<Numeric>> {
  checkNumeric(start, 'start value');
  checkNumeric(stop, 'stop value');
  checkNumeric(step, 'step size');
  const direction = compareNumeric(step, numericZero);
  if (direction === 0) throw zeroStep();
  let value = start;
  while (compareNumeric(value, stop) * Math.sign(direction) <= 0) {
    yield [value];
    value = addNumeric(value, step);
  }
}

const noTime: Interval = { months: 0, days: 0, micros: 0n };

/** Each value is the one before plus the step: months end where the month before ended. */
function* moments(
  start: bigint,
  stop: bigint,
  step: Interval,
  next: (micros: bigint) => bigint,
): Generator<Row<bigint>> {
  const direction = compareIntervals(step, noTime);
  if (direction === 0) throw zeroStep();
  for (let value = start; direction > 0 ? value <= stop : value >= stop; value = next(value))
    yield [value];
}

export function timestampSeries(
  _context: EvaluationContext,
  start: bigint,
  stop: bigint,
  step: Interval,
): Generator<Row<bigint>> {
  return moments(start, stop, step, (micros) => addToTimestamp(micros, step));
}

export function timestampTzSeries(
  context: EvaluationContext,
  start: bigint,
  stop: bigint,
  step: Interval,
): Generator<Row<bigint>> {
  const zone = sessionZone(context);
  return moments(start, stop, step, (micros) => addToTimestampTz(micros, step, zone));
}
