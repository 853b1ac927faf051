/** Units that date_trunc, extract and date_part name, as PostgreSQL spells and shortens them. */
import { SqlError } from '../errors/sql-error.ts';

export type TimeUnit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium'
  | 'epoch'
  | 'dow'
  | 'isodow'
  | 'doy'
  | 'isoyear'
  | 'julian'
  | 'timezone'
  | 'timezone_hour'
  | 'timezone_minute';

const spellings: Readonly<Record<TimeUnit, string>> = {
  microsecond: 'us usec usecs useconds microsecond microseconds microsecon',
  millisecond: 'ms msec msecs mseconds millisecond milliseconds millisecon',
  second: 's sec secs second seconds',
  minute: 'm min mins minute minutes',
  hour: 'h hr hrs hour hours',
  day: 'd day days',
  week: 'w week weeks',
  month: 'mon mons month months',
  quarter: 'qtr quarter',
  year: 'y yr yrs year years',
  decade: 'dec decs decade decades',
  century: 'c cent century centuries',
  millennium: 'mil mils millennium millennia',
  epoch: 'epoch',
  dow: 'dow',
  isodow: 'isodow',
  doy: 'doy',
  isoyear: 'isoyear',
  julian: 'j jd julian',
  timezone: 'timezone',
  timezone_hour: 'timezone_h timezone_hour',
  timezone_minute: 'timezone_m timezone_minute',
};

const units = new Map<string, TimeUnit>(
  Object.entries(spellings).flatMap(([unit, words]) =>
    words.split(' ').map((word) => [word, unit as TimeUnit] as const),
  ),
);

/** Errors: 22023 `unit "x" not recognized for type …`. */
export function parseUnit(text: string, typeName: string): TimeUnit {
  const word = text.toLowerCase();
  const unit = units.get(word) ?? units.get(word.slice(0, 10));
  if (unit !== undefined) return unit;
  throw new SqlError(
    'invalid_parameter_value',
    `unit "${word}" not recognized for type ${typeName}`,
  );
}

/** Words that only extract knows; date_trunc and intervals do not recognize them. */
const fieldOnly = new Set<TimeUnit>(['epoch', 'dow', 'isodow', 'doy', 'isoyear', 'julian']);

/** A unit of spans of time. Errors: 22023. */
export function parseSpanUnit(text: string, typeName: string): TimeUnit {
  const unit = parseUnit(text, typeName);
  if (!fieldOnly.has(unit)) return unit;
  const message = `unit "${text.toLowerCase()}" not recognized for type ${typeName}`;
  throw new SqlError('invalid_parameter_value', message);
}

export function unsupportedUnit(text: string, typeName: string): SqlError {
  return new SqlError(
    'feature_not_supported',
    `unit "${text.toLowerCase()}" not supported for type ${typeName}`,
  );
}
