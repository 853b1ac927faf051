/** What date/time input decodes to, and the parts that its fields claim. */
import type { CivilDate } from './calendar.ts';
import type { Moment } from './datetime-fields.ts';
import type { DateOrder } from './format-settings.ts';
import type { TimeZone } from './time-zone.ts';

export interface DecodedTime {
  /** Astronomical year; undefined when the input names no date. */
  readonly date: CivilDate | undefined;
  readonly hasClock: boolean;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  /** Seconds east of UTC, where the input names an offset or abbreviation. */
  readonly offset: number | undefined;
  readonly zone: TimeZone | undefined;
  readonly moment: Moment | undefined;
}

export interface DecodeOptions {
  readonly typeName: string;
  readonly order: DateOrder;
  /** Input of time and timetz: numbers are clock times, dates are optional. */
  readonly timeOnly: boolean;
}

/** Bits of the parts; a field claims one or more. */
export const year = 1;
export const month = 2;
export const day = 4;
export const clock = 8;
export const zonePart = 16;
export const summerPart = 32;
export const eraPart = 64;
export const halfPart = 128;
export const weekdayPart = 256;
export const momentPart = 512;
export const wholeDate = year | month | day;
