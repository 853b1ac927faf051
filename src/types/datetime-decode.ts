/**
 * Date/time input fields to civil date, clock and zone, by PostgreSQL's liberal rules.
 *
 * Every field claims parts (year, month, day, clock, zone); claiming a part twice is an error,
 * which is what tells `10:00 11:00` from a date. Numbers take their meaning from what is still
 * unclaimed and, for short ones, from DateStyle's order.
 */
import { SqlError } from '../errors/sql-error.ts';
import { civilFromDays, daysFromCivil, daysInMonth, julianOfEpoch } from './calendar.ts';
import { fractionMicros, parseOffset } from './clock-text.ts';
import { cutFields, findWord, type Field, type Moment, type Word } from './datetime-fields.ts';
import {
  clock,
  day,
  eraPart,
  halfPart,
  momentPart,
  month,
  summerPart,
  weekdayPart,
  wholeDate,
  year,
  zonePart,
  type DecodedTime,
  type DecodeOptions,
} from './datetime-parts.ts';
import { findTimeZone, type TimeZone } from './time-zone.ts';
import { findAbbreviation } from './zone-abbreviations.ts';

export function decodeDateTime(text: string, options: DecodeOptions): DecodedTime {
  const decoder = new Decoder(text, options);
  const fields = cutFields(text);
  if (fields === undefined || fields.length === 0) throw decoder.badFormat();
  return decoder.decode(fields);
}

class Decoder {
  readonly #text: string;
  readonly #options: DecodeOptions;
  #claimed = 0;
  #year = 0;
  #month = 0;
  #day = 0;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #micros = 0;
  #offset: number | undefined;
  #zone: TimeZone | undefined;
  #moment: Moment | undefined;
  #isBc = false;
  #isPm: boolean | undefined;
  #isTwoDigits = false;
  #isJulian = false;
  #hasTextMonth = false;
  #label: string | undefined;

  constructor(text: string, options: DecodeOptions) {
    this.#text = text;
    this.#options = options;
  }

  badFormat(): SqlError {
    const { typeName } = this.#options;
    const message = `invalid input syntax for type ${typeName}: "${this.#text}"`;
    return new SqlError('invalid_datetime_format', message);
  }

  #overflow(hint?: string): SqlError {
    return new SqlError(
      'datetime_field_overflow',
      `date/time field value out of range: "${this.#text}"`,
      hint === undefined ? {} : { hint },
    );
  }

  decode(fields: readonly Field[]): DecodedTime {
    fields.forEach((field, i) => this.#field(field, i, fields));
    if (this.#label !== undefined) throw this.badFormat();
    this.#checkDate();
    this.#checkHour();
    const isMoment = this.#has(momentPart);
    const needsDate = !this.#options.timeOnly && !this.#has(wholeDate) && !isMoment;
    const needsClock = this.#options.timeOnly && !this.#has(clock);
    if (needsDate || needsClock) throw this.badFormat();
    const isDated = this.#has(wholeDate) && !isMoment;
    const needsDay = this.#zone !== undefined && this.#zone.fixedOffset === undefined;
    if (this.#options.timeOnly && needsDay && !isDated) throw this.badFormat();
    return {
      date: isDated ? { year: this.#year, month: this.#month, day: this.#day } : undefined,
      hasClock: this.#has(clock),
      hour: this.#hour,
      minute: this.#minute,
      second: this.#second,
      micros: this.#micros,
      offset: this.#offset,
      zone: this.#zone,
      moment: this.#moment,
    };
  }

  #has(parts: number): boolean {
    return (this.#claimed & parts) === parts;
  }

  #claim(parts: number): void {
    if ((this.#claimed & parts) !== 0) throw this.badFormat();
    this.#claimed |= parts;
  }

  /** Parts that count as present for choosing a meaning; time input expects no date. */
  #present(): number {
    return this.#options.timeOnly ? this.#claimed | wholeDate : this.#claimed;
  }

  #field(field: Field, index: number, fields: readonly Field[]): void {
    switch (field.kind) {
      case 'date':
        return this.#dateField(field.text, index, fields);
      case 'time':
        if (this.#label !== undefined && this.#label !== 'time') throw this.badFormat();
        this.#label = undefined;
        return this.#clockField(field.text);
      case 'zone':
        this.#claim(zonePart);
        this.#offset = this.#offsetOf(field.text);
        return undefined;
      case 'number':
        if (this.#label !== undefined) return this.#labelled(field.text);
        return this.#numberField(field.text, index, fields);
      case 'text':
      case 'special':
        return this.#wordField(field.text, index, fields);
    }
  }

  #dateField(text: string, index: number, fields: readonly Field[]): void {
    if (this.#label === 'julian') {
      const match = /^(\d+)(-.*)$/.exec(text);
      if (match === null) throw this.badFormat();
      this.#julian(match[1] ?? '');
      this.#claim(zonePart);
      this.#offset = this.#offsetOf(match[2] ?? '');
      return;
    }
    const acceptsDate =
      !this.#options.timeOnly || (index === 0 && fields.length >= 2 && this.#timeFollows(fields));
    if (acceptsDate && this.#label === undefined && !this.#has(month | day)) {
      return this.#civil(text);
    }
    if (/^\d/.test(text)) return this.#clockWithZone(text);
    if (this.#label !== undefined) throw this.badFormat();
    this.#namedZone(text);
  }

  #timeFollows(fields: readonly Field[]): boolean {
    return fields.at(-1)?.kind === 'date' || fields[1]?.kind === 'time';
  }

  /** `040506-08`: digits of a clock run together with a zone. */
  #clockWithZone(text: string): void {
    const dash = text.indexOf('-');
    if ((this.#label !== undefined && this.#label !== 'time') || dash < 0) throw this.badFormat();
    this.#label = undefined;
    if (this.#has(clock)) throw this.badFormat();
    this.#offset = this.#offsetOf(text.slice(dash));
    this.#runTogether(text.slice(0, dash), this.#present());
    this.#claim(zonePart);
  }

  #namedZone(text: string): void {
    const zone = findTimeZone(text);
    if (zone === undefined) {
      if (!/[^a-z\u0080-\uffff]/.test(text.slice(1))) throw this.badFormat();
      throw new SqlError('invalid_parameter_value', `time zone "${text}" not recognized`);
    }
    this.#claim(zonePart);
    this.#zone = zone;
  }

  /** `2024-01-05`, `05/jan/2024`: up to three pieces, a month's name first of all. */
  #civil(text: string): void {
    if ((this.#claimed & ~(zonePart | wholeDate)) !== 0) throw this.badFormat();
    const pieces = text.match(/\d+|[a-z]+/g) ?? [];
    if (pieces.length > 3 || pieces.length === 0) throw this.badFormat();
    const numbers: string[] = [];
    for (const piece of pieces) {
      if (/^\d/.test(piece)) numbers.push(piece);
      else {
        const word = findWord(piece);
        if (word?.kind === 'ignored') continue;
        if (word?.kind !== 'month') throw this.badFormat();
        this.#claim(month);
        this.#month = word.value;
        this.#hasTextMonth = true;
      }
    }
    for (const number of numbers) this.#number(number, this.#claimed);
    if (!this.#has(wholeDate)) throw this.badFormat();
  }

  #numberField(text: string, index: number, fields: readonly Field[]): void {
    const dot = text.indexOf('.');
    const { timeOnly } = this.#options;
    const isDate = timeOnly
      ? index === 0 && fields.length >= 2 && fields.at(-1)?.kind === 'date'
      : !this.#has(wholeDate);
    if (dot >= 0 && isDate) return this.#civil(text);
    if (dot > 2) return this.#runTogether(text, this.#present());
    const isLong = timeOnly ? text.length > 4 : text.length >= 6;
    if (isLong && dot < 0 && (!this.#has(wholeDate) || !this.#has(clock))) {
      return this.#runTogether(text, this.#present());
    }
    this.#number(text, this.#present());
  }

  #number(text: string, present: number): void {
    const dot = text.indexOf('.');
    if (dot >= 0) {
      if (dot > 2) return this.#runTogether(text, present | wholeDate);
      this.#micros = fractionMicros(text.slice(dot));
    }
    const value = Number(dot < 0 ? text : text.slice(0, dot));
    if (value > 2147483647) throw this.#overflow();
    const length = text.length;
    if (length === 3 && (present & wholeDate) === year && value >= 1 && value <= 366) {
      return this.#ordinalDay(value);
    }
    this.#assign(this.#meaningOf(length, present), value, text, present);
  }

  #ordinalDay(value: number): void {
    this.#claim(month | day);
    this.#fixYear();
    const date = civilFromDays(daysFromCivil(this.#year, 1, 1) + value - 1);
    this.#year = date.year;
    this.#month = date.month;
    this.#day = date.day;
  }

  /** Which part a number is, from the parts present. */
  #meaningOf(length: number, present: number): number {
    const { order } = this.#options;
    const textual = this.#hasTextMonth;
    switch (present & wholeDate) {
      case 0:
        if (length >= 3 || order === 'YMD') return year;
        return order === 'DMY' ? day : month;
      case year:
      case day:
        return month;
      case month:
        return textual && (length >= 3 || order === 'YMD') ? year : day;
      case year | month:
        return day;
      case month | day:
        return year;
      case wholeDate:
        return clock;
      default:
        throw this.badFormat();
    }
  }

  #assign(part: number, value: number, text: string, present: number): void {
    if (part === clock) return this.#runTogether(text, present);
    const isYearFirst =
      part === day && (present & wholeDate) === (year | month) && this.#hasTextMonth;
    if (isYearFirst && text.length >= 3 && this.#isTwoDigits) {
      this.#claim(day);
      this.#day = this.#year;
      this.#year = value;
      this.#isTwoDigits = false;
      return;
    }
    this.#claim(part);
    if (part === year) {
      this.#year = value;
      this.#isTwoDigits = text.length <= 2;
    } else if (part === month) this.#month = value;
    else this.#day = value;
  }

  /** `20240105`, `040506.789`: digits without separators. */
  #runTogether(text: string, present: number): void {
    const dot = text.indexOf('.');
    const digits = dot < 0 ? text : text.slice(0, dot);
    const { length } = digits;
    if (dot >= 0) this.#micros = fractionMicros(text.slice(dot));
    else if ((present & wholeDate) !== wholeDate && length >= 6) {
      this.#claim(wholeDate);
      this.#day = Number(digits.slice(-2));
      this.#month = Number(digits.slice(-4, -2));
      this.#year = Number(digits.slice(0, -4));
      this.#isTwoDigits = length === 6;
      return;
    }
    if ((present & clock) !== 0 || (length !== 6 && length !== 4)) throw this.badFormat();
    this.#claim(clock);
    this.#hour = Number(digits.slice(0, 2));
    this.#minute = Number(digits.slice(2, 4));
    this.#second = length === 6 ? Number(digits.slice(4)) : 0;
    this.#checkClock();
  }

  #clockField(text: string): void {
    const match = /^(\d+):(\d+)(?::(\d+))?(\.\d*)?$/.exec(text);
    if (match === null) throw this.badFormat();
    this.#claim(clock);
    const numbers = [match[1], match[2], match[3] ?? '0'].map(Number);
    const [first = 0, second = 0, third = 0] = numbers;
    const isMinutes = match[3] === undefined && match[4] !== undefined;
    [this.#hour, this.#minute, this.#second] = isMinutes
      ? [0, first, second]
      : [first, second, third];
    this.#micros = fractionMicros(match[4] ?? '');
    this.#checkClock();
  }

  #checkClock(): void {
    const { max } = Math;
    const isOver = this.#minute > 59 || this.#second > 60;
    if (isOver || max(this.#hour, this.#minute, this.#second) > 2147483647) throw this.#overflow();
    const seconds = (this.#hour * 60 + this.#minute) * 60 + this.#second;
    const isPastMidnight = seconds > 86_400 || (seconds === 86_400 && this.#micros > 0);
    if (isPastMidnight) throw this.#overflow();
  }

  #offsetOf(text: string): number {
    const offset = parseOffset(text, this.#text);
    if (offset === undefined) throw this.badFormat();
    return offset;
  }

  /** A number after `y`, `m`, `d`, `h`, `mm`, `s`, `j` or `t`. */
  #labelled(text: string): void {
    const label = this.#label;
    this.#label = undefined;
    if (label === 'time') return this.#runTogether(text, this.#claimed | wholeDate);
    if (label === 'julian') return this.#julian(text);
    const value = Number(text);
    if (!Number.isInteger(value) && label !== 'second') throw this.badFormat();
    if (label === 'year') {
      this.#claim(year);
      this.#year = value;
    } else if (label === 'month' && this.#has(month) && this.#hour > 0) this.#minute = value;
    else if (label === 'month') {
      this.#claim(month);
      this.#month = value;
    } else if (label === 'day') {
      this.#claim(day);
      this.#day = value;
    } else if (label === 'hour') {
      this.#claimed |= clock;
      this.#hour = value;
    } else if (label === 'minute') {
      this.#claimed |= clock;
      this.#minute = value;
    } else {
      this.#claimed |= clock;
      this.#second = Math.floor(value);
      this.#micros = fractionMicros(/\.\d*$/.exec(text)?.[0] ?? '');
    }
    this.#checkClock();
  }

  #julian(text: string): void {
    this.#label = undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value > 2147483493) throw this.#overflow();
    this.#claim(wholeDate);
    this.#isJulian = true;
    const date = civilFromDays(Math.floor(value) - julianOfEpoch);
    this.#year = date.year;
    this.#month = date.month;
    this.#day = date.day;
    if (!text.includes('.')) return;
    this.#claim(clock);
    const micros = Math.round((value - Math.floor(value)) * 86_400_000_000);
    this.#hour = Math.floor(micros / 3_600_000_000);
    this.#minute = Math.floor(micros / 60_000_000) % 60;
    this.#second = Math.floor(micros / 1_000_000) % 60;
    this.#micros = micros % 1_000_000;
  }

  #wordField(text: string, index: number, fields: readonly Field[]): void {
    const abbreviation = findAbbreviation(text);
    if (abbreviation !== undefined) {
      this.#claim(zonePart);
      this.#offset = abbreviation.offsetSeconds;
      return;
    }
    const word = findWord(text);
    if (word === undefined) return this.#namedZone(text);
    const isDatePart = word.kind === 'month' || word.kind === 'weekday';
    if (isDatePart && this.#options.timeOnly) throw this.badFormat();
    this.#word(word, fields[index + 1]);
  }

  #word(word: Word, next: Field | undefined): void {
    switch (word.kind) {
      case 'ignored':
        return;
      case 'month':
        return this.#monthWord(word.value);
      case 'weekday':
        return this.#claim(weekdayPart);
      case 'era':
        this.#claim(eraPart);
        this.#isBc = word.isBc;
        return;
      case 'half':
        this.#claim(halfPart);
        this.#isPm = word.isPm;
        return;
      case 'summerTime':
        this.#claim(summerPart);
        if (this.#offset !== undefined) this.#offset += 3600;
        return;
      case 'label':
        this.#label = word.unit;
        return;
      case 'isoTime': {
        const isTime = next?.kind === 'time' || next?.kind === 'number' || next?.kind === 'date';
        const isDated = this.#options.timeOnly || this.#has(wholeDate);
        if (!isDated || !isTime) throw this.badFormat();
        this.#label = 'time';
        return;
      }
      case 'moment':
        return this.#momentWord(word.moment);
    }
  }

  /** A month's name turns a number that was taken for the month into the day. */
  #monthWord(value: number): void {
    const canSwap = this.#has(month) && !this.#hasTextMonth && !this.#has(day);
    if (canSwap && this.#month >= 1 && this.#month <= 31) {
      this.#claim(day);
      this.#day = this.#month;
    } else this.#claim(month);
    this.#hasTextMonth = true;
    this.#month = value;
  }

  #momentWord(moment: Moment): void {
    if (moment === 'zulu') {
      this.#claim(clock | zonePart);
      this.#offset = 0;
      return;
    }
    this.#moment = moment;
    const isDay = moment === 'today' || moment === 'tomorrow' || moment === 'yesterday';
    if (moment === 'now') this.#claim(wholeDate | clock | zonePart | momentPart);
    else this.#claim(isDay ? wholeDate | momentPart : momentPart);
  }

  #fixYear(): void {
    if (this.#isBc) {
      if (this.#year <= 0) throw this.#overflow();
      this.#year = 1 - this.#year;
    } else if (this.#isTwoDigits) {
      if (this.#year < 70) this.#year += 2000;
      else if (this.#year < 100) this.#year += 1900;
    } else if (this.#year <= 0) throw this.#overflow();
    this.#isTwoDigits = false;
  }

  #checkDate(): void {
    if ((this.#claimed & wholeDate) === 0 || this.#isJulian || this.#has(momentPart)) return;
    if (this.#has(year)) this.#fixYear();
    const hint = 'Perhaps you need a different "datestyle" setting.';
    if (this.#has(month) && (this.#month < 1 || this.#month > 12)) throw this.#overflow(hint);
    if (this.#has(day) && (this.#day < 1 || this.#day > 31)) throw this.#overflow(hint);
    if (this.#has(wholeDate) && this.#day > daysInMonth(this.#year, this.#month)) {
      throw this.#overflow();
    }
  }

  #checkHour(): void {
    if (this.#isPm === undefined) return;
    if (this.#hour > 12) throw this.#overflow();
    if (!this.#isPm && this.#hour === 12) this.#hour = 0;
    else if (this.#isPm && this.#hour !== 12) this.#hour += 12;
  }
}
