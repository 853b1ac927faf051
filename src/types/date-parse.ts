/**
 * to_timestamp() and to_date(): text read by a template.
 *
 * Outside FX mode blanks are skipped before fields, and a separator of the template matches one
 * separator or blank of the text, or none. A number field takes the digits that are there when
 * what follows cannot be a digit, and exactly its own width otherwise.
 */
import { SqlError } from '../errors/sql-error.ts';
import {
  isDigitField,
  isSeparator,
  parseTemplate,
  type TemplateField,
  type TemplateNode,
} from './date-template.ts';
import { dayNames, monthNames } from './datetime-fields.ts';
import { assembleDate, type AssembledTime, type ParsedParts } from './date-assemble.ts';

function invalid(message: string, detail?: string, hint?: string): SqlError {
  return new SqlError('invalid_datetime_format', message, {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Local civil time and, where the template reads one, the zone's offset. */
export function parseByTemplate(text: string, template: string): AssembledTime {
  const nodes = parseTemplate(template);
  const reader = new TemplateReader(text, nodes);
  return assembleDate(reader.read(), text);
}

type Numbers = { -readonly [K in keyof ParsedParts]?: ParsedParts[K] };

const romanMonths = ['XII', 'XI', 'X', 'IX', 'VIII', 'VII', 'VI', 'V', 'IV', 'III', 'II', 'I'];

class TemplateReader {
  readonly #text: string;
  readonly #nodes: readonly TemplateNode[];
  readonly #isFixed: boolean;
  readonly #parts: Numbers = {};
  #position = 0;
  #skipped = 0;

  constructor(text: string, nodes: readonly TemplateNode[]) {
    this.#text = text;
    this.#nodes = nodes;
    this.#isFixed = nodes.some((node) => node.kind === 'field' && node.name === 'FX');
  }

  read(): ParsedParts {
    this.#nodes.forEach((node, index) => {
      if (this.#position >= this.#text.length) return;
      this.#node(node, index);
    });
    return this.#parts;
  }

  #node(node: TemplateNode, index: number): void {
    const isLoose = !this.#isFixed;
    if (isLoose && (node.kind === 'field' || index === 0)) this.#skipBlanks();
    if (node.kind === 'space' || node.kind === 'separator') {
      if (!isLoose) this.#position += this.#character().length;
      else {
        this.#skipped -= 1;
        const next = this.#character();
        if (/^\s$/.test(next) || isSeparator(next)) {
          this.#position += next.length;
          this.#skipped += 1;
        }
      }
      return;
    }
    if (node.kind === 'text') {
      if (isLoose && this.#skipped > 0) this.#skipped -= 1;
      else this.#position += this.#character().length;
      return;
    }
    if (node.kind !== 'field') return;
    this.#field(node, index);
    if (!isLoose) return;
    this.#skipped = 0;
    this.#skipBlanks();
  }

  #character(): string {
    const code = this.#text.codePointAt(this.#position);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #skipBlanks(): void {
    while (/^\s/.test(this.#text.charAt(this.#position))) {
      this.#position += 1;
      this.#skipped += 1;
    }
  }

  #set(part: keyof ParsedParts, value: number, field: TemplateField): void {
    const known = this.#parts[part];
    if (known !== undefined && known !== value) {
      throw invalid(
        `conflicting values for "${field.written}" field in formatting string`,
        'This value contradicts a previous setting for the same field type.',
      );
    }
    this.#parts[part] = value;
  }

  #field(field: TemplateField, index: number): void {
    const isIso = field.name.startsWith('I');
    const isGregorian = /^(?:Y|W$|WW$|DDD|DD$|MM|MON|D$|J$|Q$|CC$|RM)/.test(field.name);
    if (isIso || isGregorian) this.#setMode(isIso ? 1 : 0);
    if (this.#name(field) || this.#zone(field, index)) return;
    this.#numberField(field, index);
  }

  #setMode(isIso: number): void {
    const known = this.#parts.isIso;
    if (known !== undefined && known !== isIso) {
      throw invalid(
        'invalid combination of date conventions',
        undefined,
        'Do not mix Gregorian and ISO week date conventions in a formatting template.',
      );
    }
    this.#parts.isIso = isIso;
  }

  /** Names of months, days, halves and eras. */
  #name(field: TemplateField): boolean {
    switch (field.name) {
      case 'AM':
      case 'PM':
      case 'A.M.':
      case 'P.M.': {
        const words = field.name.includes('.') ? ['a.m.', 'p.m.'] : ['am', 'pm'];
        this.#set('isPm', this.#oneOf(words, field), field);
        this.#parts.isTwelveHour = 1;
        return true;
      }
      case 'AD':
      case 'BC':
      case 'A.D.':
      case 'B.C.': {
        const words = field.name.includes('.') ? ['a.d.', 'b.c.'] : ['ad', 'bc'];
        this.#set('isBc', this.#oneOf(words, field), field);
        return true;
      }
      case 'MONTH':
        this.#set('month', this.#oneOf(monthNames, field) + 1, field);
        return true;
      case 'MON':
        this.#set('month', this.#oneOf(monthNames.map(short), field) + 1, field);
        return true;
      case 'DAY':
        this.#set('weekday', this.#oneOf(dayNames, field) + 1, field);
        return true;
      case 'DY':
        this.#set('weekday', this.#oneOf(dayNames.map(short), field) + 1, field);
        return true;
      case 'RM': {
        const at = this.#oneOf(romanMonths, field);
        this.#set('month', 12 - at, field);
        return true;
      }
      default:
        return false;
    }
  }

  #oneOf(words: readonly string[], field: TemplateField): number {
    const rest = this.#text.slice(this.#position).toLowerCase();
    const index = words.findIndex((word) => rest.startsWith(word.toLowerCase()));
    if (index < 0) {
      const shown = /^[^\s]*/.exec(this.#text.slice(this.#position))?.[0] ?? '';
      throw invalid(
        `invalid value "${shown}" for "${field.written}"`,
        'The given value did not match any of the allowed values for this field.',
      );
    }
    this.#position += words[index]?.length ?? 0;
    return index;
  }

  #zone(field: TemplateField, index: number): boolean {
    switch (field.name) {
      case 'TZ':
      case 'OF':
        throw unsupportedField(field);
      case 'TZH': {
        const sign = this.#text.charAt(this.#position);
        const isSigned = sign === '+' || sign === '-' || sign === ' ';
        if (isSigned) this.#position += 1;
        const before = this.#text.charAt(this.#position - 1);
        const isNegative = isSigned ? sign === '-' : this.#skipped > 0 && before === '-';
        this.#parts.zoneSign = isNegative ? -1 : 1;
        this.#set('zoneHour', this.#integer(field, index, 2)[0], field);
        return true;
      }
      case 'TZM':
        this.#parts.zoneSign ??= 1;
        this.#set('zoneMinute', this.#integer(field, index, 2)[0], field);
        return true;
      case 'FX':
        return true;
      default:
        return false;
    }
  }

  #numberField(field: TemplateField, index: number): void {
    switch (field.name) {
      case 'MS':
        return this.#fraction(field, index, 'millis', 3);
      case 'US':
        return this.#fraction(field, index, 'micros', 6);
      case 'FF1':
      case 'FF2':
      case 'FF3':
      case 'FF4':
      case 'FF5':
      case 'FF6':
        this.#parts.secondDigits = Number(field.name.slice(2));
        return this.#fraction(field, index, 'micros', this.#parts.secondDigits);
      case 'Y,YYY':
        return this.#thousands(field);
      case 'YYY':
      case 'YY':
      case 'Y':
      case 'IYY':
      case 'IY':
      case 'I': {
        const [value, length] = this.#integer(field, index);
        this.#set('year', length < 4 ? fullYear(value) : value, field);
        this.#parts.yearDigits = field.name.length;
        return this.#ordinal(field);
      }
      case 'Q':
        this.#integer(field, index);
        return this.#ordinal(field);
    }
    const part = numberParts[field.name];
    if (part === undefined) return;
    const width = field.name === 'HH12' || field.name === 'HH24' ? 2 : field.name.length;
    const [value] = this.#integer(field, index, width);
    if (field.name === 'HH' || field.name === 'HH12') this.#parts.isTwelveHour = 1;
    if (field.name === 'YYYY' || field.name === 'IYYY') this.#parts.yearDigits = 4;
    const isoDay = value === 7 ? 1 : value + 1;
    this.#set(part, field.name === 'ID' ? isoDay : value, field);
    this.#ordinal(field);
  }

  #ordinal(field: TemplateField): void {
    if (field.ordinal !== undefined) this.#position += 2;
  }

  #fraction(field: TemplateField, index: number, part: 'millis' | 'micros', width: number): void {
    const [value, length] = this.#integer(field, index, width);
    const full = part === 'millis' ? 3 : 6;
    this.#set(part, value * 10 ** Math.max(0, full - length), field);
    this.#ordinal(field);
  }

  #thousands(field: TemplateField): void {
    const match = /^(-?\d+),(\d{3})/.exec(this.#text.slice(this.#position));
    if (match === null) throw invalid('invalid input string for "Y,YYY"');
    this.#set('year', Number(match[1]) * 1000 + Number(match[2]), field);
    this.#parts.yearDigits = 4;
    this.#position += match[0].length;
    this.#ordinal(field);
  }

  /** The integer and how many characters it took. */
  #integer(
    field: TemplateField,
    index: number,
    width = field.name.length,
  ): readonly [number, number] {
    this.#skipBlanksQuietly();
    const rest = this.#text.slice(this.#position);
    const piece = [...rest].slice(0, width).join('');
    if (field.isFill || this.#isFollowedByText(field, index)) {
      const digits = /^[+-]?\d+/.exec(rest)?.[0];
      if (digits === undefined) throw notInteger(piece, field);
      this.#position += digits.length;
      return [checkedInteger(digits, field), digits.length];
    }
    if (piece.length < width) throw tooShort(piece.length, width, field);
    const digits = /^[+-]?\d+/.exec(piece)?.[0];
    if (digits === undefined) throw notInteger(piece, field);
    if (digits.length < width) {
      throw invalid(
        `invalid value "${piece}" for "${field.written}"`,
        `Field requires ${width} characters, but only ${digits.length} could be parsed.`,
        fixedWidthHint,
      );
    }
    this.#position += width;
    return [checkedInteger(digits, field), width];
  }

  #skipBlanksQuietly(): void {
    while (/^\s/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }

  /** True when no digit can follow the field. */
  #isFollowedByText(field: TemplateField, index: number): boolean {
    if (field.ordinal !== undefined) return true;
    const next = this.#nodes[index + 1];
    if (next === undefined) return true;
    if (next.kind === 'field') return !isDigitField(next);
    return !/^\d$/.test(next.text);
  }
}

const fixedWidthHint = 'If your source string is not fixed-width, try using the "FM" modifier.';

function tooShort(found: number, width: number, field: TemplateField): SqlError {
  return invalid(
    `source string too short for "${field.written}" formatting field`,
    `Field requires ${width} characters, but only ${found} remain.`,
    fixedWidthHint,
  );
}

function notInteger(piece: string, field: TemplateField): SqlError {
  return invalid(`invalid value "${piece}" for "${field.written}"`, 'Value must be an integer.');
}

function checkedInteger(digits: string, field: TemplateField): number {
  const value = Number(digits);
  if (Math.abs(value) <= 2147483647) return value === 0 ? 0 : value;
  throw new SqlError(
    'datetime_field_overflow',
    `value for "${field.written}" in source string is out of range`,
    { detail: 'Value must be in the range -2147483648 to 2147483647.' },
  );
}

function unsupportedField(field: TemplateField): SqlError {
  return new SqlError(
    'feature_not_supported',
    `formatting field "${field.written}" is only supported in to_char`,
  );
}

function short(name: string): string {
  return name.slice(0, 3);
}

/** Short years lie near 2020. */
function fullYear(year: number): number {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

const numberParts: Readonly<Record<string, keyof ParsedParts | undefined>> = {
  HH: 'hour',
  HH12: 'hour',
  HH24: 'hour',
  MI: 'minute',
  SS: 'second',
  SSSS: 'secondOfDay',
  SSSSS: 'secondOfDay',
  YYYY: 'year',
  IYYY: 'year',
  MM: 'month',
  DD: 'day',
  DDD: 'ordinalDay',
  IDDD: 'ordinalDay',
  D: 'weekday',
  ID: 'weekday',
  WW: 'week',
  IW: 'week',
  W: 'weekOfMonth',
  CC: 'century',
  J: 'julian',
};
