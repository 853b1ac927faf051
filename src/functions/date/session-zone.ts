/** The session's zone, and what a text or an interval names as a zone. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Interval } from '../../types/datum.ts';
import { formatInterval } from '../../types/interval-codec.ts';
import { fixedZone, timeZone, zoneOfText, type TimeZone } from '../../types/time-zone.ts';
import { defaultFormats } from '../../types/format-settings.ts';
import type { EvaluationContext } from '../function-record.ts';

export function sessionZone(context: EvaluationContext): TimeZone {
  return timeZone(context.timeZone);
}

/** The zone that make_timestamptz() names: `+5`, `-3:30`, EST, Europe/Berlin. Errors: 22023. */
export function namedZone(text: string): TimeZone {
  if (/^\d/.test(text)) {
    const message = `invalid input syntax for type numeric time zone: "${text}"`;
    const hint = 'Numeric time zones must have "-" or "+" as first character.';
    throw new SqlError('invalid_parameter_value', message, { hint });
  }
  const match = /^([+-])(\d+)(?::(\d*)(?::(\d*))?)?$/.exec(text);
  if (match === null) return zoneOfText(text);
  const [, sign, first = '', minutes, seconds] = match;
  const isRun = minutes === undefined && first.length > 2;
  const hour = Number(isRun ? first.slice(0, -2) : first);
  const minute = Number(isRun ? first.slice(-2) : (minutes ?? ''));
  const second = Number(seconds ?? '');
  if (hour > 15 || minute > 59 || second > 59) {
    throw new SqlError('invalid_parameter_value', `numeric time zone "${text}" out of range`);
  }
  const size = (hour * 60 + minute) * 60 + second;
  return fixedZone(text, sign === '-' ? -size : size);
}

/** A zone by the interval it lies east of UTC. */
export function zoneOfInterval(span: Interval): TimeZone {
  if (span.months !== 0 || span.days !== 0) {
    throw new SqlError(
      'invalid_parameter_value',
      `interval time zone "${formatInterval(span, defaultFormats)}" must not include months or days`,
    );
  }
  return fixedZone('interval', Number(span.micros / 1_000_000n));
}

export { zoneOfText };
