/**
 * COPY FROM text and CSV: bytes in, rows of text values out.
 *
 *     bytes ─▶ lines (copy-lines) ─▶ fields (text-fields, csv-fields) ─▶ rows, checked for width
 *
 * It knows every rule and every error. Rows of the usual kind are cut by field-cutter instead.
 */
import { isText, notText } from '../../types/utf8.ts';
import {
  badCopyData,
  lineContext,
  type CopyFormat,
  type CopyRow,
  type CopyTarget,
} from './copy-format.ts';
import { CopyLines, type CopyLine } from './copy-lines.ts';
import { splitCsvLine } from './csv-fields.ts';
import { splitTextLine } from './text-fields.ts';

export interface CopyParser<V> {
  /**
   * The rows that these bytes complete; all have to be taken before the next bytes. Errors come
   * behind the rows before them: 22P04, 22021, with the line as context.
   */
  push(bytes: Uint8Array): Iterable<CopyRow<V>>;
  /** The rows left at the end of the data. */
  finish(): Iterable<CopyRow<V>>;
}

/** For the text and csv formats. */
export function createCopyParser(format: CopyFormat, target: CopyTarget): LineParser {
  return new LineParser(format, target);
}

export class LineParser implements CopyParser<string> {
  readonly #format: CopyFormat;
  readonly #target: CopyTarget;
  readonly #lines: CopyLines;
  #headerDue: boolean;

  constructor(format: CopyFormat, target: CopyTarget) {
    this.#format = format;
    this.#target = target;
    this.#lines = new CopyLines(format, target);
    this.#headerDue = format.header !== 'none';
  }

  push(bytes: Uint8Array): Iterable<CopyRow<string>> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#parse(this.#lines.push(chunk));
  }

  finish(): Iterable<CopyRow<string>> {
    return this.#parse(this.#lines.finish());
  }

  /** The line end when the next byte begins a row: rows may be cut elsewhere then. */
  get fresh(): 'nl' | 'crnl' | undefined {
    return this.#headerDue ? undefined : this.#lines.fresh;
  }

  /** True when no bytes that follow can be cut elsewhere. */
  get hasOtherEnds(): boolean {
    return this.#lines.hasOtherEnds;
  }

  /** Lines so far. */
  get lineCount(): number {
    return this.#lines.lineCount;
  }

  /** Lines that were cut elsewhere. */
  skip(lineCount: number): void {
    this.#lines.skip(lineCount);
  }

  *#parse(lines: Iterable<CopyLine>): Generator<CopyRow<string>> {
    for (const line of lines) {
      if (this.#headerDue) this.#takeHeader(line);
      else yield this.#checked(line.number, this.#split(line), line.bytes);
    }
  }

  #split({ bytes, number }: CopyLine): (string | null)[] {
    const where = (): string => lineContext(this.#target, number, bytes.toString('utf8'));
    if (!isText(bytes)) throw notText(bytes, { where: lineContext(this.#target, number) });
    if (this.#format.format === 'text') return splitTextLine(bytes, this.#format, where);
    const values = splitCsvLine(bytes, this.#format);
    if (values !== undefined) return values;
    throw badCopyData('unterminated CSV quoted field', where());
  }

  /** Errors: 22P04 for too many or too few fields. */
  #checked(line: number, values: (string | null)[], source: string | Buffer): CopyRow<string> {
    const { columns } = this.#target;
    if (values.length === columns.length) return { line, values };
    const where = lineContext(this.#target, line, source.toString());
    throw badCopyData(
      values.length > columns.length
        ? 'extra data after last expected column'
        : `missing data for column "${columns[values.length]}"`,
      where,
    );
  }

  /** Errors: 22P04 when names are to match and do not. */
  #takeHeader(line: CopyLine): void {
    this.#headerDue = false;
    if (this.#format.header !== 'match') return;
    const names = this.#split(line);
    const { columns } = this.#target;
    const where = lineContext(this.#target, line.number, line.bytes.toString('utf8'));
    if (names.length !== columns.length) {
      throw badCopyData(
        `wrong number of fields in header line: got ${names.length}, expected ${columns.length}`,
        where,
      );
    }
    for (const [index, name] of names.entries()) {
      if (name === columns[index]) continue;
      const got = name === null ? `null value ("${this.#format.nullText}")` : `"${name}"`;
      throw badCopyData(
        `column name mismatch in header line field ${index + 1}: ` +
          `got ${got}, expected "${columns[index]}"`,
        where,
      );
    }
  }
}
