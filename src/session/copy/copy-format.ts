/** How COPY data is written: the statement's options with PostgreSQL's defaults in place. */
import { SqlError } from '../../errors/sql-error.ts';
import type { EncodingName } from '../../types/encodings/encoding-names.ts';

export interface CopyFormat {
  readonly format: 'text' | 'csv' | 'binary';
  /** One byte. */
  readonly delimiter: string;
  readonly nullText: string;
  readonly header: 'none' | 'line' | 'match';
  /** undefined: the client's. */
  readonly encoding: EncodingName | undefined;
  /** CSV: one byte each. */
  readonly quote: string;
  readonly escape: string;
  /** CSV, by column index: always quoted on output. */
  readonly forceQuote: ReadonlySet<number>;
  /** CSV, by column index: the null text is data even when not quoted. */
  readonly forceNotNull: ReadonlySet<number>;
  /** CSV, by column index: the null text is NULL even when quoted. */
  readonly forceNull: ReadonlySet<number>;
}

/** What error messages call the place: `COPY logs, line 3, column a: "x"`. */
export interface CopyTarget {
  readonly relation: string;
  readonly columns: readonly string[];
}

export interface CopyRow<V> {
  /** Number of the row's last line, from 1; of the row itself in binary. */
  readonly line: number;
  readonly values: readonly (V | null)[];
}

const none: ReadonlySet<number> = new Set();
const shownCharactersMax = 100;

/** The defaults of a format, overridden by what the statement says. */
export function copyFormat(
  format: CopyFormat['format'],
  options: Partial<Omit<CopyFormat, 'format'>> = {},
): CopyFormat {
  const quote = options.quote ?? '"';
  return {
    format,
    delimiter: options.delimiter ?? (format === 'csv' ? ',' : '\t'),
    nullText: options.nullText ?? (format === 'csv' ? '' : '\\N'),
    header: options.header ?? 'none',
    encoding: options.encoding,
    quote,
    escape: options.escape ?? quote,
    forceQuote: options.forceQuote ?? none,
    forceNotNull: options.forceNotNull ?? none,
    forceNull: options.forceNull ?? none,
  };
}

export function lineContext({ relation }: CopyTarget, line: number, text?: string): string {
  const place = `COPY ${relation}, line ${line}`;
  return text === undefined ? place : `${place}: "${shorten(text)}"`;
}

/** `value` undefined: binary data, which is not shown. */
export function columnContext(
  target: CopyTarget,
  line: number,
  column: number,
  value: string | null | undefined,
): string {
  const place = `${lineContext(target, line)}, column ${target.columns[column] ?? ''}`;
  if (value === undefined) return place;
  return value === null ? `${place}: null input` : `${place}: "${shorten(value)}"`;
}

export function badCopyData(message: string, where: string, hint?: string): SqlError {
  const fields = hint === undefined ? { where } : { where, hint };
  return new SqlError('bad_copy_file_format', message, fields);
}

function shorten(text: string): string {
  return text.length <= shownCharactersMax ? text : `${text.slice(0, shownCharactersMax)}...`;
}
