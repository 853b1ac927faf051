/**
 * The options of a COPY statement, checked in PostgreSQL's order and words (ProcessCopyOptions).
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { findEncoding, type EncodingName } from '../../types/encodings/encoding-names.ts';
import { copyFormat, type CopyFormat } from './copy-format.ts';

interface OptionNode {
  readonly DefElem?: {
    readonly defname?: string;
    readonly arg?: OptionValue;
    readonly location?: number;
  };
}

interface OptionValue {
  readonly String?: { readonly sval?: string };
  readonly Boolean?: { readonly boolval?: boolean };
  readonly Integer?: { readonly ival?: number };
  readonly List?: { readonly items?: readonly OptionValue[] };
  readonly A_Star?: unknown;
}

export interface CopySubject {
  readonly isFrom: boolean;
  /** Names of the columns that are copied, in their order. */
  readonly columns: readonly string[];
  /** The table's name and all its columns; absent for a query. */
  readonly table?: { readonly name: string; readonly columns: readonly string[] };
  readonly positionOf: (location: number) => number;
}

type Fields = { -readonly [K in keyof Omit<CopyFormat, 'format'>]?: CopyFormat[K] };

/** Errors: 42601, 22023, 0A000, 42703, 42P10. */
export function copyOptions(options: unknown, subject: CopySubject): CopyFormat {
  const given = readOptions(options, subject);
  const format = given.format ?? 'text';
  check(format, given.fields, subject.isFrom);
  return copyFormat(format, given.fields);
}

interface Read {
  format?: CopyFormat['format'];
  readonly fields: Fields;
}

function readOptions(options: unknown, subject: CopySubject): Read {
  const read: Read = { fields: {} };
  const seen = new Set<string>();
  for (const { DefElem } of (options ?? []) as readonly OptionNode[]) {
    const { defname: name = '', arg, location = -1 } = DefElem ?? {};
    const position = subject.positionOf(location);
    if (seen.has(name)) {
      throw new SqlError('syntax_error', 'conflicting or redundant options', { position });
    }
    seen.add(name);
    readOption(name, { arg, position, subject }, read);
  }
  return read;
}

interface Given {
  readonly arg: OptionValue | undefined;
  readonly position: number;
  readonly subject: CopySubject;
}

type ReadOption = (given: Given, read: Read, name: string) => void;

const readers: Readonly<Record<string, ReadOption>> = {
  format: (given, read, name) => (read.format = formatOf(textOf(given, name), given)),
  delimiter: (given, { fields }, name) => (fields.delimiter = textOf(given, name)),
  null: (given, { fields }, name) => (fields.nullText = textOf(given, name)),
  header: (given, { fields }) => (fields.header = headerOf(given)),
  quote: (given, { fields }, name) => (fields.quote = textOf(given, name)),
  escape: (given, { fields }, name) => (fields.escape = textOf(given, name)),
  force_quote: (given, { fields }, name) => (fields.forceQuote = columnSet(given, name)),
  force_not_null: (given, { fields }, name) => (fields.forceNotNull = columnSet(given, name)),
  force_null: (given, { fields }, name) => (fields.forceNull = columnSet(given, name)),
  encoding: (given, { fields }, name) => (fields.encoding = encodingOf(textOf(given, name), given)),
  /* Rows are as cold as they get either way. */
  freeze: () => undefined,
};

function readOption(name: string, given: Given, read: Read): void {
  const reader = readers[name];
  if (reader !== undefined) reader(given, read, name);
  else {
    const { position } = given;
    throw new SqlError('syntax_error', `option "${name}" not recognized`, { position });
  }
}

/** Errors: 42601 without a value. */
function textOf({ arg }: Given, name: string): string {
  if (arg === undefined) throw new SqlError('syntax_error', `${name} requires a parameter`);
  return arg.String?.sval ?? (arg.Integer === undefined ? '' : String(arg.Integer.ival ?? 0));
}

function formatOf(text: string, { position }: Given): CopyFormat['format'] {
  if (text === 'text' || text === 'csv' || text === 'binary') return text;
  const message = `COPY format "${text}" not recognized`;
  throw new SqlError('invalid_parameter_value', message, { position });
}

const headers: Readonly<Record<string, CopyFormat['header']>> = {
  true: 'line',
  on: 'line',
  false: 'none',
  off: 'none',
  match: 'match',
};

function headerOf({ arg, subject }: Given): CopyFormat['header'] {
  if (arg === undefined) return 'line';
  if (arg.Boolean !== undefined) return arg.Boolean.boolval === true ? 'line' : 'none';
  if (arg.Integer !== undefined && (arg.Integer.ival ?? 0) <= 1) {
    return arg.Integer.ival === 1 ? 'line' : 'none';
  }
  const header = headers[(arg.String?.sval ?? '').toLowerCase()];
  if (header === undefined) {
    throw new SqlError('syntax_error', 'header requires a Boolean value or "match"');
  }
  if (header === 'match' && !subject.isFrom) {
    const message = 'cannot use "match" with HEADER in COPY TO';
    throw new SqlError('feature_not_supported', message);
  }
  return header;
}

function encodingOf(text: string, { position }: Given): EncodingName {
  const name = findEncoding(text);
  if (name !== undefined) return name;
  const message = 'argument to option "encoding" must be a valid encoding name';
  throw new SqlError('invalid_parameter_value', message, { position });
}

/** FORCE_QUOTE and its like. Errors: 42703, 42P10, 42601. */
function columnSet({ arg, position, subject }: Given, option: string): ReadonlySet<number> {
  const { columns, table } = subject;
  if (arg?.A_Star !== undefined) return new Set(columns.keys());
  if (arg?.List === undefined) {
    const message = `argument to option "${option}" must be a list of column names`;
    throw new SqlError('invalid_parameter_value', message, { position });
  }
  const found = new Set<number>();
  for (const { String: name } of arg.List.items ?? []) {
    const index = columns.indexOf(name?.sval ?? '');
    if (index < 0) throw unusable(name?.sval ?? '', option, table);
    if (found.has(index)) throw specifiedTwice(name?.sval ?? '');
    found.add(index);
  }
  return found;
}

function unusable(name: string, option: string, table: CopySubject['table']): SqlError {
  if (table?.columns.includes(name) === true) {
    const words = `${option.toUpperCase()} column "${name}" not referenced by COPY`;
    return new SqlError('invalid_column_reference', words);
  }
  const of = table === undefined ? '' : ` of relation "${table.name}"`;
  return new SqlError('undefined_column', `column "${name}"${of} does not exist`);
}

export function specifiedTwice(name: string): SqlError {
  return new SqlError('duplicate_column', `column "${name}" specified more than once`);
}

/** One rule: when it is broken, with what SQLSTATE, and the words. */
type Rule = readonly [isBroken: boolean, state: SqlStateName, message: string];

function check(format: CopyFormat['format'], fields: Fields, isFrom: boolean): void {
  const isCsv = format === 'csv';
  const isBinary = format === 'binary';
  const { quote, escape, forceQuote, forceNotNull, forceNull } = fields;
  const { delimiter, nullText, header } = copyFormat(format, fields);
  const csvOnly = (value: unknown, what: string): Rule => [
    !isCsv && value !== undefined,
    'feature_not_supported',
    `COPY ${what} available only in CSV mode`,
  ];
  const oneByte = (value: string | undefined, what: string): Rule => [
    value !== undefined && Buffer.byteLength(value) !== 1,
    'feature_not_supported',
    `COPY ${what} must be a single one-byte character`,
  ];
  const direction = (value: unknown, from: boolean, what: string): Rule => [
    value !== undefined && isFrom !== from,
    'feature_not_supported',
    `COPY ${what} only available using COPY ${from ? 'FROM' : 'TO'}`,
  ];
  const invalid = 'invalid_parameter_value';
  const rules: readonly Rule[] = [
    [isBinary && fields.delimiter !== undefined, 'syntax_error', inBinary('DELIMITER')],
    [isBinary && fields.nullText !== undefined, 'syntax_error', inBinary('NULL')],
    oneByte(delimiter, 'delimiter'),
    [/[\r\n]/.test(delimiter), invalid, 'COPY delimiter cannot be newline or carriage return'],
    [
      /[\r\n]/.test(nullText),
      invalid,
      'COPY null representation cannot use newline or carriage return',
    ],
    [!isCsv && /[\\.a-z0-9]/.test(delimiter), invalid, `COPY delimiter cannot be "${delimiter}"`],
    [isBinary && header !== 'none', 'feature_not_supported', inBinary('HEADER')],
    csvOnly(quote, 'quote'),
    oneByte(quote, 'quote'),
    [isCsv && delimiter === (quote ?? '"'), invalid, 'COPY delimiter and quote must be different'],
    csvOnly(escape, 'escape'),
    oneByte(escape, 'escape'),
    csvOnly(forceQuote, 'force quote'),
    direction(forceQuote, false, 'force quote'),
    csvOnly(forceNotNull, 'force not null'),
    direction(forceNotNull, true, 'force not null'),
    csvOnly(forceNull, 'force null'),
    direction(forceNull, true, 'force null'),
    [
      nullText.includes(delimiter),
      'feature_not_supported',
      'COPY delimiter must not appear in the NULL specification',
    ],
    [
      isCsv && nullText.includes(quote ?? '"'),
      'feature_not_supported',
      'CSV quote character must not appear in the NULL specification',
    ],
  ];
  for (const [isBroken, state, message] of rules) {
    if (isBroken) throw new SqlError(state, message);
  }
}

function inBinary(what: string): string {
  return `cannot specify ${what} in BINARY mode`;
}
