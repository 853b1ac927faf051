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
