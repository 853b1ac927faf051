/** Values of generated columns: computed from the rest of each row that is about to be written. */
import type { TableDefinition } from '../../catalog/table.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindGeneration } from '../../plan/binder/bind-statement.ts';
import type { SqlSession } from '../sql-session.ts';

const bytesMax = 1 << 30;

export class GeneratedColumns {
  readonly #session: SqlSession;
  readonly #positions: readonly number[];
  readonly #exprs: PreparedExprs;
  readonly #width: number;
  readonly #arena = new Arena(new Budget(bytesMax));

  private constructor(session: SqlSession, table: TableDefinition, positions: readonly number[]) {
    this.#session = session;
    this.#positions = positions;
    this.#width = table.columns.length;
    const options = session.plannerOptions({ positionOf: () => 0 });
    this.#exprs = prepare(
      positions.map((position) => {
        const { defaultSql = 'NULL', ...column } = table.columns[position] ?? {};
        const target = { name: '', type: { name: 'text', typmod: -1 } as const, ...column };
        return bindGeneration(expressionOf(defaultSql), options, { row: table, column: target });
      }),
    );
  }

  /** Undefined: the table has none. */
  static of(session: SqlSession, table: TableDefinition): GeneratedColumns | undefined {
    const positions = table.columns.flatMap(({ generated }, i) =>
      generated === undefined ? [] : [i],
    );
    return positions.length === 0 ? undefined : new GeneratedColumns(session, table, positions);
  }

  /** The batch, whose columns from `first` on are the table's, with them. Valid until the next. */
  fill(batch: Batch, first: number): Batch {
    this.#arena.reset();
    const columns = Array.from({ length: batch.columnCount }, (_, at) => batch.column(at));
    const row = makeBatch(columns.slice(first, first + this.#width), batch.rowCount);
    const context = this.#session.constantContext(this.#arena);
    const values = this.#exprs.evaluate(row, context, []);
    for (const [index, position] of this.#positions.entries()) {
      const value = values[index];
      if (value !== undefined) columns[first + position] = value;
    }
    return makeBatch(columns, batch.rowCount);
  }

  free(): void {
    this.#arena.free();
  }
}
