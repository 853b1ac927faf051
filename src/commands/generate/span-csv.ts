/** Generated spans as CSV lines, the same values as in the columns. */
import type { ColumnDefinition } from '../../catalog/table.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { facts, isLogRow, type Fact, type HexFact, type NumberFact } from './span-facts.ts';
import type { SpanRows } from './span-rows.ts';

/** The text of one row's field. */
type Field = (rows: SpanRows, row: number) => string;

export class SpanCsv {
  readonly header: string;
  /** Filled columns, each with the commas before it. */
  readonly #fields: readonly { readonly before: string; readonly field: Field }[];
  readonly #end: string;

  constructor(columns: readonly ColumnDefinition[]) {
    this.header = `${columns.map(({ name }) => name).join(',')}\n`;
    const fields: { before: string; field: Field }[] = [];
    let before = '';
    for (const [index, { name, type }] of columns.entries()) {
      if (index > 0) before += ',';
      const fact = facts[name];
      if (fact === undefined) continue;
      fields.push({ before, field: fieldOf(fact, type) });
      before = '';
    }
    this.#fields = fields;
    this.#end = `${before}\n`;
  }

  /** Lines of rows [from, to). */
  lines(rows: SpanRows, from: number, to: number): string {
    let text = '';
    for (let row = from; row < to; row++) {
      for (const { before, field } of this.#fields) text += before + field(rows, row);
      text += this.#end;
    }
    return text;
  }
}

function fieldOf(fact: Fact, type: SqlType): Field {
  switch (fact.kind) {
    case 'table': {
      const texts = fact.values.map((value) => tableText(value));
      const { code } = fact;
      return (rows, row) => texts[rows[code][row] as number] ?? '';
    }
    case 'hex':
      return hexField(fact);
    case 'name': {
      const { prefix, of } = fact;
      return (rows, row) => (isLogRow(rows, row) ? '' : prefix + String(rows[of][row]));
    }
    case 'number':
      return numberField(fact, type);
  }
}

function tableText(value: string | number | boolean | readonly string[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'number') return String(value);
  return quoted(typeof value === 'string' ? value : arrayText(value));
}

function arrayText(items: readonly string[]): string {
  const plain = /^[^\s"\\{},]+$/;
  const texts = items.map((item) =>
    plain.test(item) ? item : `"${item.replace(/["\\]/g, '\\$&')}"`,
  );
  return `{${texts.join(',')}}`;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

const halves = Array.from({ length: 65_536 }, (_, half) => half.toString(16).padStart(4, '0'));

function hexField({ parts }: HexFact): Field {
  return (rows, row) => {
    let text = '';
    for (const { of, words } of parts) {
      if (of === 'parent' && ((rows.outcome[row] as number) & 1) === 0) return '';
      const from = row * (of === 'trace' ? 4 : 2);
      for (let word = from; word < from + words; word++) {
        const value = rows[of][word] as number;
        text += (halves[value >>> 16] as string) + (halves[value & 0xffff] as string);
      }
    }
    return text;
  };
}

function numberField(fact: NumberFact, type: SqlType): Field {
  const format = formatOf(type);
  return (rows, row) => {
    if (fact.spansOnly === true && isLogRow(rows, row)) return '';
    const value = fact.value(rows, row);
    return value === 0 && fact.zeroIsNull === true ? '' : format(value);
  };
}

function formatOf(type: SqlType): (value: number) => string {
  if (type.name === 'timestamptz') return timestampFormat();
  if (type.name !== 'date') return String;
  return (days) => new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** PostgreSQL's text in UTC; most values fall into the minute of the one before. */
function timestampFormat(): (micros: number) => string {
  let minute = -1;
  let prefix = '';
  return (micros) => {
    const here = Math.floor(micros / 60_000_000);
    if (here !== minute) {
      minute = here;
      prefix = new Date(here * 60_000).toISOString().slice(0, 17).replace('T', ' ');
    }
    const rest = micros - here * 60_000_000;
    const second = Math.floor(rest / 1_000_000);
    const fraction = String(rest - second * 1_000_000)
      .padStart(6, '0')
      .replace(/0+$/, '');
    const tail = fraction === '' ? '+00' : `.${fraction}+00`;
    return `${prefix}${second < 10 ? '0' : ''}${second}${tail}`;
  };
}
