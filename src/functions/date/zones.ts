/** AT TIME ZONE and age. */
import { floorModulo, microsPerDay } from '../../types/calendar.ts';
import type { Interval, TimeTz } from '../../types/datum.ts';
import { instantOfLocal, localOfInstant, offsetAtInstant } from '../../types/instant.ts';
import { ageOf } from '../../types/timestamp-arithmetic.ts';
import type { TimeZone } from '../../types/time-zone.ts';
import { contextual, family, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { sessionZone, zoneOfInterval, zoneOfText } from './session-zone.ts';

const define = family('date and time');
const stable = { volatility: 'stable' } as const;

/** The same instant on another zone's clock. */
function moveTimeTz({ micros, zoneSeconds }: TimeTz, zone: TimeZone, now: bigint): TimeTz {
  const west = 0 - offsetAtInstant(now, zone);
  const moved = micros + BigInt(zoneSeconds - west) * 1_000_000n;
  return { micros: floorModulo(moved, microsPerDay), zoneSeconds: west };
}

function age(context: EvaluationContext, left: bigint, right: bigint): Interval {
  const zone = sessionZone(context);
  return ageOf(localOfInstant(left, zone), localOfInstant(right, zone));
}

/** Local midnight of the current date. */
function today(context: EvaluationContext): bigint {
  const local = localOfInstant(context.transactionMicros, sessionZone(context));
  return local - floorModulo(local, microsPerDay);
}

export const zoneFunctions: readonly FunctionRecord[] = [
  define(
    'timezone',
    {
      text: 'AT TIME ZONE: an instant as local time, or local time as an instant',
      example: [
        "timezone('America/Denver', timestamptz '2001-02-16 20:38:40+00')",
        '2001-02-16 13:38:40',
      ],
    },
    scalar('text, timestamptz → timestamp', (zone: string, micros: bigint) =>
      localOfInstant(micros, zoneOfText(zone)),
    ),
    scalar('text, timestamp → timestamptz', (zone: string, micros: bigint) =>
      instantOfLocal(micros, zoneOfText(zone)),
    ),
    contextual('text, timetz → timetz', (context, zone: string, value: TimeTz) =>
      moveTimeTz(value, zoneOfText(zone), context.transactionMicros),
    ),
    scalar('interval, timestamptz → timestamp', (zone: Interval, micros: bigint) =>
      localOfInstant(micros, zoneOfInterval(zone)),
    ),
    scalar('interval, timestamp → timestamptz', (zone: Interval, micros: bigint) =>
      instantOfLocal(micros, zoneOfInterval(zone)),
    ),
    scalar('interval, timetz → timetz', (zone: Interval, value: TimeTz) =>
      moveTimeTz(value, zoneOfInterval(zone), 0n),
    ),
  ),
  define(
    'at_time_zone',
    { text: 'the time moved to the clock of a zone' },
    scalar(
      'timestamptz, text → timestamp',
      (micros: bigint, zone: string) => localOfInstant(micros, zoneOfText(zone)),
      stable,
    ),
    scalar(
      'timestamp, text → timestamp',
      (micros: bigint, zone: string) => localOfInstant(micros, zoneOfText(zone)),
      stable,
    ),
  ),
  define(
    'age',
    {
      text: 'difference in years, months and days; to midnight of today with one argument',
      example: ["age(timestamp '2001-04-10', timestamp '1957-06-13')", '43 years 9 mons 27 days'],
    },
    scalar('timestamp, timestamp → interval', ageOf),
    contextual('timestamptz, timestamptz → interval', age),
    contextual('timestamp → interval', (context, micros: bigint) => ageOf(today(context), micros)),
    contextual('timestamptz → interval', (context, micros: bigint) =>
      ageOf(today(context), localOfInstant(micros, sessionZone(context))),
    ),
  ),
];
