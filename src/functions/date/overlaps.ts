/** OVERLAPS: whether two periods, of two ends or of a start and a length, have a time in common. */
import { compareValues } from '../../types/compare.ts';
import type { Datum, Interval } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { addToTimestamp, addToTimestampTz } from '../../types/timestamp-arithmetic.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { addToTime } from './operators.ts';
import { sessionZone } from './session-zone.ts';

type Time = Datum | null;

/** The earlier end first; an unknown end last. Undefined: both are unknown. */
function ordered(type: TypeName, a: Time, b: Time): readonly [Datum, Time] | undefined {
  if (a === null) return b === null ? undefined : [b, null];
  if (b === null || compareValues(type, a, b) <= 0) return [a, b];
  return [b, a];
}

/** As SQL has it, with unknown ends: PostgreSQL's overlaps_timestamp(). */
function overlaps(type: TypeName, ends: readonly [Time, Time, Time, Time]): boolean | null {
  const one = ordered(type, ends[0], ends[1]);
  const other = ordered(type, ends[2], ends[3]);
  if (one === undefined || other === undefined) return null;
  const order = compareValues(type, one[0], other[0]);
  if (order === 0) return one[1] === null || other[1] === null ? null : true;
  const [first, second] = order < 0 ? [one, other] : [other, one];
  if (first[1] === null) return null;
  if (compareValues(type, second[0], first[1]) < 0) return true;
  return second[1] === null ? null : false;
}

type Add = (context: EvaluationContext, start: bigint, length: Interval) => bigint;

const additions: readonly (readonly [TypeName, Add])[] = [
  ['timestamp', (_, start, length) => addToTimestamp(start, length)],
  [
    'timestamptz',
    (context, start, length) => addToTimestampTz(start, length, sessionZone(context)),
  ],
  ['time', (_, start, length) => addToTime(start, length)],
];

const lenient = { strict: false, volatility: 'stable' } as const;

function ofType(type: TypeName, add: Add | undefined) {
  const forms = add === undefined ? [[false, false]] : pairs;
  return forms.map(([isLength = false, isOtherLength = false]) => {
    const endOf = (isOne: boolean): TypeName => (isOne ? 'interval' : type);
    const signature = `${type}, ${endOf(isLength)}, ${type}, ${endOf(isOtherLength)} → bool`;
    const end = (context: EvaluationContext, start: Time, last: Time, isOne: boolean): Time => {
      if (!isOne || add === undefined) return last;
      return start === null || last === null
        ? null
        : add(context, start as bigint, last as Interval);
    };
    return contextual(
      signature,
      (context, start: Time, last: Time, otherStart: Time, otherLast: Time) =>
        overlaps(type, [
          start,
          end(context, start, last, isLength),
          otherStart,
          end(context, otherStart, otherLast, isOtherLength),
        ]),
      lenient,
    );
  });
}

const pairs: readonly (readonly boolean[])[] = [
  [false, false],
  [true, true],
  [false, true],
  [true, false],
];

export const overlapsFunction: FunctionRecord = family('date and time')(
  'overlaps',
  {
    text: 'whether two periods have a time in common',
    example: ["overlaps(time '10:00', time '12:00', time '11:00', time '13:00')", 't'],
  },
  ...additions.flatMap(([type, add]) => ofType(type, add)),
  ...ofType('timetz', undefined),
);
