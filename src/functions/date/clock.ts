/** The clock: start of the transaction, of the statement, and the present moment. */
import { formatFraction, two } from '../../types/clock-text.ts';
import { dayOfWeek } from '../../types/calendar.ts';
import { dayNames, monthNames } from '../../types/datetime-fields.ts';
import { civilTimeOf, localOfInstant, secondsOf } from '../../types/instant.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { sessionZone } from './session-zone.ts';

const define = family('date and time');

/** µs since 1970; finer than Date where the platform's timer is. */
function presentMicros(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
}

function timeOfDayText(context: EvaluationContext): string {
  const micros = presentMicros();
  const zone = sessionZone(context);
  const time = civilTimeOf(localOfInstant(micros, zone));
  const weekday = (dayNames[dayOfWeek(time.days)] ?? '').slice(0, 3);
  const month = (monthNames[time.month - 1] ?? '').slice(0, 3);
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const fraction = formatFraction(time.micros).padEnd(7, '0').replace(/^0/, '.');
  const name = zone.abbreviationAt(secondsOf(micros));
  return `${weekday} ${month} ${two(time.day)} ${clock}${fraction} ${time.year} ${name}`;
}

export const clockFunctions: readonly FunctionRecord[] = [
  define(
    'now transaction_timestamp',
    { text: 'start of the current transaction, the same all through it' },
    contextual(' → timestamptz', (context) => context.transactionMicros),
  ),
  define(
    'statement_timestamp',
    { text: 'start of the current statement' },
    contextual(' → timestamptz', (context) => context.statementMicros),
  ),
  define(
    'clock_timestamp',
    { text: 'the present moment, which moves on during a statement' },
    contextual(' → timestamptz', presentMicros, { volatility: 'volatile' }),
  ),
  define(
    'timeofday',
    { text: 'the present moment as text' },
    contextual(' → text', timeOfDayText, { volatility: 'volatile' }),
  ),
];
