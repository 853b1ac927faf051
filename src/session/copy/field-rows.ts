/** Rows of COPY's fields, one by one, into columns; errors name the line and the column. */
import { SqlError } from '../../errors/sql-error.ts';
import { must } from '../../errors/assert.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { convertBinary } from '../../types/encodings/binary-texts.ts';
import { decodeBinary } from '../../types/type-binary.ts';
import { parseText } from '../../types/type-text.ts';
import { columnContext, type CopyRow } from './copy-format.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { SqlSession } from '../sql-session.ts';
import type { CopyTask } from './copy-load.ts';
import { DomainCheck } from './domain-check.ts';

/** Text of the text formats, bytes of the binary one. */
export type Field = string | Buffer;

export class FieldRows {
  readonly #task: CopyTask;
  readonly #formats: FormatSettings;
  readonly #arena: Arena;
  readonly #columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly #domains: readonly (DomainCheck | undefined)[];
  #builders: readonly ColumnBuilder[] = [];
  #rowCount = 0;

  constructor(session: SqlSession, task: CopyTask, arena: Arena) {
    this.#task = task;
    this.#formats = sessionFormats(session);
    this.#arena = arena;
    this.#columns = task.positions.map((position) =>
      must(task.definition.columns[position], 'a column'),
    );
    this.#domains = this.#columns.map(({ type }) => DomainCheck.of(session, type));
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Forgets the rows; the arena was emptied. */
  begin(): void {
    this.#rowCount = 0;
    this.#builders = [];
  }

  append({ line, values }: CopyRow<Field>): void {
    if (this.#rowCount === 0) {
      this.#builders = this.#columns.map(({ type }) => new ColumnBuilder(type, this.#arena));
    }
    for (let index = 0; index < values.length; index++) {
      const field = values[index] ?? null;
      const isDomain = this.#domains[index] !== undefined;
      const value = field === null && !isDomain ? null : this.#parse(field, index, line);
      must(this.#builders[index], 'a builder').append(value);
    }
    this.#rowCount++;
  }

  #parse(field: Field | null, index: number, line: number): Datum | null {
    const { type } = must(this.#columns[index], 'a column');
    try {
      const value = this.#valueOf(type, field);
      this.#domains[index]?.value(value, this.#arena);
      return value;
    } catch (error) {
      throw withPlace(
        error,
        this.#where(line, index, typeof field === 'string' || field === null ? field : undefined),
      );
    }
  }

  #valueOf(type: SqlType, field: Field | null): Datum | null {
    if (field === null) return null;
    return typeof field === 'string'
      ? parseText(type, field, this.#formats)
      : decodeBinary(type, this.#utf8(type, field));
  }

  #utf8({ name }: SqlType, field: Buffer): Buffer {
    const { charset } = this.#task;
    if (charset === undefined) return field;
    return convertBinary(name, field, (text) => charset.toUtf8(text));
  }

  #where(line: number, index: number, field: string | null | undefined): string {
    const columns = this.#columns.map(({ name }) => name);
    return columnContext({ relation: this.#task.definition.name, columns }, line, index, field);
  }

  finish(): readonly Column[] {
    return this.#builders.map((builder) => builder.finish());
  }
}

/** The same error with the COPY line and column as its context. */
function withPlace(error: unknown, where: string): unknown {
  if (!(error instanceof SqlError)) return error;
  Object.assign(error, { fields: { ...error.fields, where } });
  return error;
}
