/**
 * to_char() of numbers.
 *
 * Digits fill the template's places from the left; places that the number has not are blank, or
 * zero from the first `0` on; the sign stands before the first digit unless placed elsewhere.
 * A number with more digits than places shows as `#`.
 */
import type { Numeric } from './datum.ts';
import { ordinalSuffix } from './date-template.ts';
import { absolute, formatNumeric, multiplyNumeric, powerOfTen, roundNumeric } from './numeric.ts';
import { numericToInteger } from './numeric-convert.ts';
import { parseNumberTemplate, type NumberNode, type NumberTemplate } from './number-template.ts';
import { roundEven } from './interval-parse.ts';

/** to_char(numeric, template), also for integers. */
export function numericToChar(value: Numeric, text: string): string {
  const template = parseNumberTemplate(text);
  if (template.isRoman) return fillRoman(template, romanOf(value));
  if (template.isScientific) return scientificNumeric(value, template.after);
  if (value.special !== undefined) return writeDigits(template, value.special);
  const shifted = template.isShifted
    ? multiplyNumeric(value, { digits: powerOfTen(template.shift), scale: 0 })
    : value;
  return writeDigits(template, formatNumeric(roundNumeric(shifted, template.after)));
}

/** to_char(float, template): 15 or 6 significant digits. */
export function floatToChar(value: number, text: string, significant: 15 | 6): string {
  const template = parseNumberTemplate(text);
  if (template.isRoman) {
    return fillRoman(template, Number.isFinite(value) ? roman(roundEven(value)) : roman(0));
  }
  if (template.isScientific) return scientificFloat(value, template.after);
  const shifted = template.isShifted ? value * 10 ** template.shift : value;
  const isFinite = Number.isFinite(shifted);
  const wholeDigits = isFinite ? exactFixed(Math.abs(shifted), 0).length : String(shifted).length;
  let { after } = template;
  if (wholeDigits >= significant) after = 0;
  else if (wholeDigits + after > significant) after = significant - wholeDigits;
  const digits = isFinite ? exactFixed(shifted, after) : String(shifted);
  return writeDigits({ ...template, after }, digits);
}

/** C's %.*f, also above 1e21. */
function exactFixed(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size < 1e21) return sign + fixedHalfEven(size, digits);
  return sign + BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
}

/** toFixed, but an exact half goes to the even digit as in C. */
function fixedHalfEven(size: number, digits: number): string {
  const long = size.toFixed(Math.min(100, digits + 40));
  const cut = long.indexOf('.') + 1 + digits;
  if (!/^50*$/.test(long.slice(cut))) return size.toFixed(digits);
  const even = digits === 0 ? long.slice(0, cut - 1) : long.slice(0, cut);
  return /[02468]$/.test(even) ? even : size.toFixed(digits);
}

function widthOf(template: NumberTemplate): number {
  return template.before + (template.isShifted ? template.shift : 0);
}

function digitsOverflow(template: NumberTemplate): string {
  const tail = template.after > 0 || template.hasPoint ? `.${'#'.repeat(template.after)}` : '';
  return '#'.repeat(widthOf(template)) + tail;
}

function writeDigits(template: NumberTemplate, text: string): string {
  const isNegative = text.startsWith('-');
  const digits = isNegative ? text.slice(1) : text;
  const wholeLength = digits.split('.')[0]?.length ?? 0;
  const width = widthOf(template);
  const blanks = Math.max(0, width - wholeLength);
  const shown = wholeLength > width ? digitsOverflow(template) : digits;
  return new NumberWriter({ ...template, before: width }, shown, isNegative, blanks).write();
}

class NumberWriter {
  readonly #template: NumberTemplate;
  readonly #digits: string;
  readonly #isNegative: boolean;
  readonly #blanks: number;
  readonly #zeroStart: number;
  readonly #count: number;
  readonly #sign: 'none' | 'before' | 'after';
  readonly #isBracketed: boolean;
  /** Last digit that FM keeps; undefined when all are kept. */
  readonly #lastKept: number | undefined;
  #output = '';
  #signWritten: boolean;
  #place = 0;
  #next = 0;
  #isInside = false;

  constructor(template: NumberTemplate, digits: string, isNegative: boolean, blanks: number) {
    this.#template = template;
    this.#digits = digits;
    this.#isNegative = isNegative;
    this.#blanks = blanks;
    this.#zeroStart = template.hasZero ? template.zeroStart - 1 : template.zeroStart;
    const hasOwnSign = template.hasPlus || template.hasMinus;
    this.#isBracketed = template.isBracketed && (isNegative || !template.isFill);
    const isSilent = !isNegative && template.isFill && template.sign === 'none';
    this.#signWritten = hasOwnSign ? !(template.hasPlus && !template.hasMinus) : isSilent;
    if (hasOwnSign && template.hasPlus && !template.hasMinus) this.#signWritten = false;
    const isAtEnd = template.sign === 'before' && template.before === template.signAt;
    this.#sign = isAtEnd ? 'after' : template.sign;
    this.#lastKept = template.isFill && template.hasPoint ? this.#lastRelevant() : undefined;
    const extra = !this.#signWritten && blanks === 0 ? 1 : 0;
    this.#count = template.after + template.before - 1 + extra;
  }

  /** Index of the last fraction digit that is not zero, or of the point. */
  #lastRelevant(): number | undefined {
    const point = this.#digits.indexOf('.');
    if (point < 0) return undefined;
    let last = point;
    for (let i = point + 1; i < this.#digits.length; i += 1) {
      if (this.#digits[i] !== '0') last = i;
    }
    const { zeroEnd } = this.#template;
    if (zeroEnd > this.#blanks) {
      last = Math.max(last, Math.min(this.#digits.length - 1, zeroEnd - this.#blanks));
    }
    return last;
  }

  write(): string {
    for (const node of this.#template.nodes) this.#node(node);
    return this.#output;
  }

  #node(node: NumberNode): void {
    if (node.kind === 'text') {
      this.#output += node.text;
      return;
    }
    const { isFill } = this.#template;
    switch (node.name) {
      case '9':
      case '0':
      case '.':
      case 'D':
        return this.#digitPlace(node.name);
      case ',':
      case 'G':
        if (this.#isInside) this.#output += ',';
        else if (!isFill) this.#output += ' ';
        return;
      case 'L':
        this.#output += ' ';
        return;
      case 'MI':
        this.#output += this.#isNegative ? '-' : isFill ? '' : ' ';
        return;
      case 'PL':
        this.#output += this.#isNegative ? (isFill ? '' : ' ') : '+';
        return;
      case 'SG':
        this.#output += this.#isNegative ? '-' : '+';
        return;
      case 'TH':
      case 'th':
        if (this.#digits.startsWith('#') || this.#isNegative || this.#template.hasPoint) return;
        this.#output += ordinalSuffix(this.#digits, node.name);
        return;
      default:
        return;
    }
  }

  /** The blank before the point of `.1` under `9.9`. */
  #isBlankBeforePoint(): boolean {
    const { hasZero, after } = this.#template;
    return !hasZero && this.#next === 0 && this.#digits.startsWith('0') && after !== 0;
  }

  #keepsOnlyPoint(): boolean {
    return this.#lastKept !== undefined && this.#digits[this.#lastKept] === '.';
  }

  #writeSign(): void {
    if (this.#sign === 'before') {
      this.#output += this.#isNegative ? '-' : '+';
      this.#signWritten = true;
    } else if (this.#sign === 'none' && this.#isBracketed) {
      this.#output += this.#isNegative ? '<' : ' ';
      this.#signWritten = true;
    } else if (this.#sign === 'none') {
      if (this.#isNegative) this.#output += '-';
      else if (!this.#template.isFill) this.#output += ' ';
      this.#signWritten = true;
    }
  }

  #digitPlace(name: '9' | '0' | '.' | 'D'): void {
    this.#isInside = false;
    const { hasZero, isFill } = this.#template;
    const isReached = this.#place >= this.#blanks || (hasZero && this.#zeroStart === this.#place);
    const isVisible = !this.#isBlankBeforePoint() || this.#keepsOnlyPoint();
    if (!this.#signWritten && isReached && isVisible) this.#writeSign();
    if (this.#place < this.#blanks && (!hasZero || this.#zeroStart > this.#place)) {
      if (!isFill) this.#output += ' ';
    } else if (hasZero && this.#place < this.#blanks) {
      this.#output += '0';
      this.#isInside = true;
    } else this.#writeDigit(name);
    this.#closeSign();
    this.#place += 1;
  }

  #writeDigit(name: '9' | '0' | '.' | 'D'): void {
    const { isFill } = this.#template;
    const digit = this.#digits[this.#next];
    if (digit === '.') {
      if (!this.#keepsOnlyPoint() || isFill) this.#output += '.';
    } else if (this.#lastKept !== undefined && this.#next > this.#lastKept && name !== '0') {
      // FM leaves out the zeros at the end of the fraction.
    } else if (this.#isBlankBeforePoint()) {
      if (!isFill) this.#output += ' ';
      else if (this.#keepsOnlyPoint()) this.#output += '0';
    } else if (digit !== undefined) {
      this.#output += digit;
      this.#isInside = true;
    }
    if (digit !== undefined) this.#next += 1;
  }

  /** After the last place: a closing bracket or a trailing sign. */
  #closeSign(): void {
    let end = this.#count + (this.#blanks > 0 ? 1 : 0) + (this.#template.hasPoint ? 1 : 0);
    if (this.#lastKept !== undefined && this.#lastKept === this.#next) end = this.#place;
    if (this.#place + 1 !== end) return;
    if (this.#signWritten && this.#isBracketed) this.#output += this.#isNegative ? '>' : ' ';
    else if (this.#sign === 'after') this.#output += this.#isNegative ? '-' : '+';
  }
}

const romanDigits: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function romanOf(value: Numeric): string {
  return roman(Number(numericToInteger(value, 'integer')));
}

function roman(value: number): string {
  if (value < 1 || value > 3999) return '#'.repeat(15);
  let rest = value;
  let text = '';
  for (const [size, letters] of romanDigits) {
    while (rest >= size) {
      text += letters;
      rest -= size;
    }
  }
  return text;
}

function fillRoman(template: NumberTemplate, text: string): string {
  let output = '';
  for (const node of template.nodes) {
    if (node.kind === 'text') output += node.text;
    else if (node.name === 'RN' || node.name === 'rn') {
      const styled = node.name === 'rn' ? text.toLowerCase() : text;
      output += template.isFill ? styled : styled.padStart(15);
    }
  }
  return output;
}

function notScientific(digits: number): string {
  return ` #.${'#'.repeat(digits)}####`;
}

/** ` 1.23e+04`: one digit before the point. */
function scientificNumeric(value: Numeric, digits: number): string {
  if (value.special !== undefined) return notScientific(digits);
  const sign = value.digits < 0n ? '-' : ' ';
  const text = absolute(value.digits).toString();
  const exponent = value.digits === 0n ? 0 : text.length - 1 - value.scale;
  // As in PostgreSQL 15, rounding up to 10.00 does not move the exponent.
  const mantissa = roundNumeric({ digits: absolute(value.digits), scale: text.length - 1 }, digits);
  return sign + formatNumeric(mantissa) + exponentText(exponent);
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function scientificFloat(value: number, digits: number): string {
  if (!Number.isFinite(value)) return notScientific(digits);
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential(digits).split('e');
  const sign = value < 0 || Object.is(value, -0) ? '-' : ' ';
  return sign + mantissa + exponentText(Number(exponent));
}
