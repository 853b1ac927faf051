/** The result of `ctx.sql`: a query that runs when its rows are asked for. */
import type { RecordBatch, Schema } from 'apache-arrow';
import { arrowBatch, arrowSchema } from '../../columns/arrow.ts';
import { columnReader } from '../../columns/read.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { Column } from '../../columns/column.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { formatText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { printTable } from './print-table.ts';
import type { SqlSession } from '../sql-session.ts';

/** Yields dense columns; runs the query once per call. */
export type ColumnSource = () => AsyncGenerator<{
  readonly columns: readonly Column[];
  readonly rowCount: number;
}>;

const scratchBytesMax = 1 << 30;

/** A result column. */
export interface FrameField {
  readonly name: string;
  readonly type: SqlType;
}

export class DataFrame {
  readonly #session: SqlSession;
  /** Names and SQL types of the columns. */
  readonly fields: readonly FrameField[];
  readonly #source: ColumnSource;

  constructor(session: SqlSession, fields: readonly FrameField[], source: ColumnSource) {
    this.#session = session;
    this.fields = fields;
    this.#source = source;
  }

  /** Arrow schema of the batches. */
  get schema(): Schema {
    return arrowSchema(this.fields);
  }

  /** Arrow batches as they are made. Leaving the loop early ends the query. */
  async *stream(): AsyncGenerator<RecordBatch> {
    const { schema } = this;
    const formats = sessionFormats(this.#session);
    const arena = new Arena(new Budget(scratchBytesMax));
    try {
      for await (const { columns, rowCount } of this.#source()) {
        arena.reset();
        yield arrowBatch(schema, columns, { rowCount, arena, formats });
      }
    } finally {
      arena.free();
    }
  }

  /** All Arrow batches. */
  async collect(): Promise<RecordBatch[]> {
    const batches: RecordBatch[] = [];
    for await (const batch of this.stream()) batches.push(batch);
    return batches;
  }

  /** Prints the result as a table, psql's aligned form; at most `rowsMax` rows. */
  async show(rowsMax = 100, write: (text: string) => void = writeOut): Promise<void> {
    const formats = sessionFormats(this.#session);
    const rows: (string | null)[][] = [];
    for await (const { columns, rowCount } of this.#source()) {
      const readers = columns.map((column) => columnReader(column));
      for (let row = 0; row < rowCount && rows.length < rowsMax; row++) {
        rows.push(
          readers.map((read, index) => {
            const value = read(row);
            const type = this.fields[index]?.type;
            return value === null || type === undefined ? null : formatText(type, value, formats);
          }),
        );
      }
      if (rows.length >= rowsMax) break;
    }
    write(printTable(this.fields, rows));
  }
}

function writeOut(text: string): void {
  process.stdout.write(text);
}
