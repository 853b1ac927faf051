/**
 * Interval input: PostgreSQL's `1 day 02:03`, SQL's `1-2 3 4:05`, ISO 8601's `P1Y2MT3S`.
 *
 * Fields are read from right to left, because a unit follows its number. Fractions flow down:
 * of years to months, of months to 30-day days, of days and weeks to µs.
 */
import { SqlError } from '../errors/sql-error.ts';
import { fractionMicros } from './clock-text.ts';
import type { Interval } from './datum.ts';
import { cutFields, type Field } from './datetime-fields.ts';
import { parseIsoInterval } from './interval-iso.ts';

export interface IntervalFields {
  /** Each of them and months alone have 32 bits, as well as both in months. */
  years: number;
  months: number;
  days: number;
  micros: bigint;
}

type Unit =
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
  | 'ago'
  | 'ignored';

const unitWords: Readonly<Record<Unit, string>> = {
  microsecond: 'us usec usecs useconds microsecond microseconds microsecon',
  millisecond: 'ms msec msecs mseconds millisecond milliseconds millisecon',
  second: 's sec secs second seconds',
  minute: 'm min mins minute minutes',
  hour: 'h hr hrs hour hours',
  day: 'd day days',
  week: 'w week weeks',
  month: 'mon mons month months',
  quarter: '',
  year: 'y yr yrs year years',
  decade: 'dec decs decade decades',
  century: 'c cent century centuries',
  millennium: 'mil mils millennium millennia',
  ago: 'ago',
  ignored: '@',
};

const units = new Map<string, Unit>(
  Object.entries(unitWords).flatMap(([unit, words]) =>
    words
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => [word, unit as Unit] as const),
  ),
);

/** Bits of the units that an interval typmod lists (`interval day to second`). */
export const intervalRanges = {
  month: 1 << 1,
  year: 1 << 2,
  day: 1 << 3,
  hour: 1 << 10,
  minute: 1 << 11,
  second: 1 << 12,
} as const;

export const intervalFullRange = 0x7fff;

export function intervalOverflow(text: string): SqlError {
  return new SqlError('interval_field_overflow', `interval field value out of range: "${text}"`);
}

function badInterval(text: string): SqlError {
  return new SqlError(
    'invalid_datetime_format',
    `invalid input syntax for type interval: "${text}"`,
  );
}

/**
 * interval_in. `range` are the units of the typmod, which give a bare number its unit.
 * `isSqlStyle`: IntervalStyle sql_standard, where a leading minus holds for all fields.
 */
export function parseInterval(
  text: string,
  range: number = intervalFullRange,
  isSqlStyle = false,
): Interval {
  const fields = cutFields(text);
  const parser = new IntervalParser(text, range);
  let result = fields === undefined ? undefined : parser.parse(fields, isSqlStyle);
  result ??= parseIsoInterval(text.trim());
  if (result === undefined) throw badInterval(text);
  const { years, months, days, micros } = result;
  const isOver = [years, months, days].some((each) => !isInt32(each));
  if (isOver || micros !== BigInt.asIntN(64, micros)) throw intervalOverflow(text);
  const all = years * 12 + months;
  if (!isInt32(all)) {
    throw new SqlError('datetime_field_overflow', 'interval out of range');
  }
  return { months: all + 0, days: days + 0, micros };
}

function isInt32(value: number): boolean {
  return value >= -0x8000_0000 && value <= 0x7fff_ffff;
}

const microsOfUnit = { second: 1_000_000n, minute: 60_000_000n, hour: 3_600_000_000n } as const;
const yearsOfUnit = { year: 1, decade: 10, century: 100, millennium: 1000 } as const;

/** A number of one unit added to the fields. */
export function addUnits(
  fields: IntervalFields,
  unit: keyof typeof microsOfUnit | keyof typeof yearsOfUnit | 'day' | 'week' | 'month',
  whole: bigint,
  fraction: number,
): void {
  const count = Number(whole);
  switch (unit) {
    case 'second':
    case 'minute':
    case 'hour': {
      const scale = microsOfUnit[unit];
      fields.micros += whole * scale + roundedMicros(fraction * Number(scale));
      return;
    }
    case 'day':
      fields.days += count;
      fields.micros += roundedMicros(fraction * 86_400_000_000);
      return;
    case 'week':
      fields.days += count * 7;
      return addFractionDays(fields, fraction * 7);
    case 'month':
      fields.months += count;
      return addFractionDays(fields, fraction * 30);
    default: {
      const scale = yearsOfUnit[unit];
      fields.years += count * scale;
      fields.months += roundEven(fraction * scale * 12);
    }
  }
}

function addFractionDays(fields: IntervalFields, days: number): void {
  const whole = Math.trunc(days);
  fields.days += whole;
  fields.micros += roundedMicros((days - whole) * 86_400_000_000);
}

/** C's rint. */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function roundedMicros(micros: number): bigint {
  const whole = Math.trunc(micros);
  const rest = micros - whole;
  if (rest > 0.5) return BigInt(whole + 1);
  return BigInt(rest < -0.5 ? whole - 1 : whole);
}

const clockUnits = ['hour', 'minute', 'second', 'millisecond', 'microsecond'] as const;

class IntervalParser {
  readonly #text: string;
  readonly #range: number;
  readonly #fields: IntervalFields = { years: 0, months: 0, days: 0, micros: 0n };
  readonly #claimed = new Set<string>();
  #unit: Unit | undefined;
  #isAgo = false;
  #forceNegative = false;

  constructor(text: string, range: number) {
    this.#text = text;
    this.#range = range;
  }

  /** Undefined when the text is no interval of this form. */
  parse(fields: readonly Field[], isSqlStyle: boolean): IntervalFields | undefined {
    const isSigned = (field: Field): boolean => /^[+-]/.test(field.text);
    this.#forceNegative =
      isSqlStyle && fields[0]?.text.startsWith('-') === true && !fields.slice(1).some(isSigned);
    for (const field of fields.toReversed()) {
      if (!this.#field(field)) return undefined;
    }
    if (this.#claimed.size === 0) return undefined;
    const { years, months, days, micros } = this.#fields;
    if (!this.#isAgo) return this.#fields;
    return { years: -years, months: -months, days: -days, micros: -micros };
  }

  #claim(part: string): boolean {
    if (this.#claimed.has(part)) return false;
    this.#claimed.add(part);
    return true;
  }

  #field(field: Field): boolean {
    switch (field.kind) {
      case 'time':
        return this.#clock(field.text, this.#forceNegative);
      case 'zone':
        if (field.text.includes(':') && isClock(field.text.slice(1))) {
          return this.#clock(field.text.slice(1), field.text.startsWith('-'));
        }
        return this.#number(field.text);
      case 'date':
      case 'number':
        return this.#number(field.text);
      case 'text':
      case 'special':
        return this.#word(field.text);
    }
  }

  #word(text: string): boolean {
    const unit = units.get(text.slice(0, 12)) ?? units.get(text.slice(0, 10));
    if (unit === undefined) return false;
    if (unit === 'ignored') return true;
    if (unit === 'ago') {
      this.#isAgo = true;
      this.#unit = undefined;
      return true;
    }
    this.#unit = unit;
    return true;
  }

  /** `hh:mm[:ss[.f]]`, or `mm:ss` where the typmod says so. */
  #clock(text: string, isNegative: boolean): boolean {
    const match = /^(\d+):(\d+)(?::(\d+))?(\.\d*)?$/.exec(text);
    if (match === null) return false;
    let hours = BigInt(match[1] ?? 0);
    let minutes = BigInt(match[2] ?? 0);
    let seconds = BigInt(match[3] ?? 0);
    const { minute, second } = intervalRanges;
    const isMinutes = this.#range === (minute | second) || match[4] !== undefined;
    if (match[3] === undefined && isMinutes) [hours, minutes, seconds] = [0n, hours, minutes];
    if (minutes > 59n || seconds > 60n) {
      throw intervalOverflow(this.#text);
    }
    if (!clockUnits.every((unit) => this.#claim(unit))) return false;
    const whole = (hours * 60n + minutes) * 60n + seconds;
    const micros = whole * 1_000_000n + BigInt(fractionMicros(match[4] ?? ''));
    this.#fields.micros += isNegative ? -micros : micros;
    this.#unit = 'day';
    return true;
  }

  #number(text: string): boolean {
    const match = /^([+-]?\d*)(?:-(\d+)|(\.\d*))?$/.exec(text);
    if (match === null || (match[1] ?? '') + (match[3] ?? '') === '') return false;
    const isNegative = text.startsWith('-');
    let whole = BigInt((match[1] ?? '').replace(/^\+/, '').replace(/^-?$/, '0'));
    let fraction = match[3] === undefined || match[3] === '.' ? 0 : Number(`0${match[3]}`);
    if (whole !== BigInt.asIntN(64, whole)) throw intervalOverflow(this.#text);
    if (isNegative) fraction = -fraction;
    let unit = this.#unit ?? this.#usualUnit();
    if (match[2] !== undefined) {
      const months = Number(match[2]);
      if (months > 11) throw intervalOverflow(this.#text);
      whole = whole * 12n + BigInt(isNegative ? -months : months);
      unit = 'month';
    }
    if (this.#forceNegative) {
      whole = whole > 0n ? -whole : whole;
      fraction = -Math.abs(fraction);
    }
    this.#unit = unit === 'hour' ? 'day' : unit;
    return this.#add(unit, whole, fraction);
  }

  #add(unit: Unit, whole: bigint, fraction: number): boolean {
    if (!this.#claim(unit)) return false;
    switch (unit) {
      case 'ago':
      case 'ignored':
      case 'quarter':
        return false;
      case 'microsecond':
        this.#fields.micros += whole + BigInt(roundEven(fraction));
        return true;
      case 'millisecond':
        this.#fields.micros += whole * 1000n + BigInt(roundEven(fraction * 1000));
        return true;
      case 'second':
        if (fraction !== 0 && !(this.#claim('millisecond') && this.#claim('microsecond'))) {
          return false;
        }
    }
    addUnits(this.#fields, unit, whole, fraction);
    return true;
  }

  /** The unit of a bare number: the typmod's smallest, else seconds. */
  #usualUnit(): Unit {
    const range = this.#range;
    if (range === intervalFullRange) return 'second';
    for (const unit of ['second', 'minute', 'hour', 'day', 'month', 'year'] as const) {
      if ((range & intervalRanges[unit]) !== 0) return unit;
    }
    return 'second';
  }
}

function isClock(text: string): boolean {
  return /^\d+:\d+(?::\d+)?(?:\.\d*)?$/.test(text);
}
