/** Rows of a statement that is no query, kept for the library; and the data of its COPY. */
import { SqlError } from '../../errors/sql-error.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import { findTypeByOid } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import { DataFrame, type ColumnSource } from './data-frame.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { FieldDescription, ResultWriter } from '../session.ts';
import type { SqlSession } from '../sql-session.ts';

const columnBytesMax = 1 << 30;

type TextRow = readonly (string | null)[];

export class CollectedRows {
  readonly writer: ResultWriter;
  readonly #rows: TextRow[] = [];
  #fields: readonly FieldDescription[] = [];
  #tag = '';

  /** `data`: what COPY FROM STDIN reads. */
  constructor(data: AsyncIterable<Uint8Array> | undefined) {
    const refuse = (what: string): SqlError =>
      new SqlError('feature_not_supported', `${what} is not supported by sql()`);
    this.writer = {
      rowDescription: (fields) => this.describe(fields),
      rows: (bytes) => void this.#rows.push(...textRows(bytes)),
      commandComplete: (tag) => void (this.#tag = tag),
      emptyQuery: () => undefined,
      notice: () => undefined,
      copyIn: () => {
        if (data === undefined) throw refuse('COPY FROM STDIN');
        return data;
      },
      copyOut: () => {
        throw refuse('COPY TO STDOUT');
      },
      copyData: () => undefined,
      copyDone: () => undefined,
    };
  }

  describe(fields: readonly FieldDescription[]): void {
    this.#fields = fields;
  }

  /** The number at the end of the command tag. */
  get rowsOfTag(): number {
    return Number(/\d+$/.exec(this.#tag)?.[0] ?? 0);
  }

  frame(session: SqlSession): DataFrame {
    const fields = this.#fields.map(({ name, typeOid, typmod }) => ({
      name,
      type: { name: findTypeByOid(typeOid)?.name ?? ('text' as const), typmod },
    }));
    return new DataFrame(session, fields, this.#source(session, fields));
  }

  #source(session: SqlSession, fields: DataFrame['fields']): ColumnSource {
    const rows = this.#rows;
    return async function* () {
      if (rows.length === 0) return;
      const formats = sessionFormats(session);
      const arena = new Arena(new Budget(columnBytesMax));
      try {
        const columns = fields.map(({ type }, index) => {
          const builder = new ColumnBuilder(type, arena, rows.length);
          const values: readonly (Datum | null)[] = rows.map((row) => {
            const text = row[index] ?? null;
            return text === null ? null : parseText(type, text, formats);
          });
          for (const value of values) builder.append(value);
          return builder.finish();
        });
        yield { columns, rowCount: rows.length };
      } finally {
        arena.free();
      }
    };
  }
}

/** Fields of DataRow messages: `D`, int32 length, int16 count, per field int32 size and bytes. */
function* textRows(bytes: Uint8Array): Generator<TextRow> {
  const data = Buffer.from(bytes);
  for (let at = 0; at < data.length;) {
    const end = at + 1 + data.readInt32BE(at + 1);
    const row: (string | null)[] = [];
    for (let offset = at + 7; offset < end;) {
      const byteSize = data.readInt32BE(offset);
      offset += 4;
      row.push(byteSize < 0 ? null : data.utf8Slice(offset, offset + byteSize));
      offset += Math.max(0, byteSize);
    }
    yield row;
    at = end;
  }
}
