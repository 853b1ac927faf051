/** to_number(): text read by a template; separators and currency are passed over. */
import { SqlError } from '../errors/sql-error.ts';
import type { Numeric } from './datum.ts';
import { divideNumeric, parseNumeric, powerOfTen, roundNumeric } from './numeric.ts';
import { parseNumberTemplate, type NumberTemplate } from './number-template.ts';

/** Errors: 22P02 when no number was read. NULL for an empty template. */
export function parseNumberByTemplate(text: string, format: string): Numeric | null {
  if (format === '') return null;
  const template = parseNumberTemplate(format);
  if (template.isRoman) throw outputOnly('RN');
  if (template.isScientific) throw outputOnly('EEEE');
  const reader = new NumberReader(text, template);
  const digits = reader.read();
  const value = parseNumeric(digits);
  const precise = roundNumeric(value, Math.min(value.scale, template.after));
  const rounded = template.hasPoint || value.scale === 0 ? precise : roundNumeric(value, 0);
  if (!template.isShifted) return rounded;
  return divideNumeric(rounded, { digits: powerOfTen(template.shift), scale: 0 });
}

function outputOnly(pattern: string): SqlError {
  return new SqlError('feature_not_supported', `"${pattern}" not supported for input`);
}

class NumberReader {
  readonly #text: string;
  readonly #template: NumberTemplate;
  #position = 0;
  #sign = '';
  #digits = '';
  #after = 0;
  #hasPoint = false;

  constructor(text: string, template: NumberTemplate) {
    this.#text = text;
    this.#template = template;
  }

  read(): string {
    for (const node of this.#template.nodes) {
      if (this.#position >= this.#text.length) break;
      if (node.kind === 'text') {
        this.#skipText();
        continue;
      }
      this.#pattern(node.name);
    }
    this.#trailingSign();
    if (!/\d/.test(this.#digits)) {
      throw new SqlError(
        'invalid_text_representation',
        `invalid input syntax for type numeric: "${this.#sign === '' ? ' ' : this.#sign}"`,
      );
    }
    return this.#sign + this.#digits;
  }

  #peek(): string {
    return this.#text[this.#position] ?? '';
  }

  /** A character of the template passes over one that is no part of a number. */
  #skipText(): void {
    if (!/[-+0-9.,]/.test(this.#peek())) this.#position += 1;
  }

  #pattern(name: string): void {
    switch (name) {
      case '9':
      case '0':
        return this.#digit();
      case '.':
      case 'D':
        return this.#point();
      case ',':
      case 'G':
        if (this.#peek() === ',') this.#position += 1;
        return;
      case 'L':
        if (!/[-+0-9.,<]/.test(this.#peek())) this.#position += 1;
        return;
      case 'S':
      case 'MI':
      case 'PL':
      case 'SG':
        return this.#readSign();
      case 'TH':
      case 'th':
        for (let i = 0; i < 2 && /[a-z]/i.test(this.#peek()); i += 1) this.#position += 1;
        return;
      default:
        return;
    }
  }

  #readSign(): void {
    const next = this.#peek();
    if (next === ' ') this.#position += 1;
    if ((next !== '-' && next !== '+') || this.#sign !== '') return;
    this.#sign = next === '-' ? '-' : '';
    this.#position += 1;
  }

  #leadingSign(): void {
    if (/\d/.test(this.#digits)) return;
    while (this.#peek() === ' ') this.#position += 1;
    const next = this.#peek();
    if (next === '<' && this.#template.isBracketed) {
      this.#sign = '-';
      this.#position += 1;
    } else if ((next === '-' || next === '+') && this.#sign === '') {
      this.#sign = next === '-' ? '-' : '';
      this.#position += 1;
    }
  }

  #digit(): void {
    this.#leadingSign();
    const next = this.#peek();
    if (/\d/.test(next)) {
      if (this.#hasPoint ? this.#after >= this.#template.after : false) return;
      this.#digits += next;
      if (this.#hasPoint) this.#after += 1;
      this.#position += 1;
    } else if (next === '.' && !this.#hasPoint && this.#template.hasPoint) this.#point();
    else if (this.#digits !== '' && /[a-z]/i.test(next)) this.#position += 1;
  }

  #point(): void {
    this.#leadingSign();
    if (this.#hasPoint || this.#peek() !== '.') return;
    this.#hasPoint = true;
    this.#digits += '.';
    this.#position += 1;
  }

  #trailingSign(): void {
    const rest = this.#text.slice(this.#position);
    const takesSign = this.#template.sign !== 'none' || this.#template.hasMinus;
    if (takesSign && this.#sign === '' && rest.startsWith('-')) this.#sign = '-';
  }
}
