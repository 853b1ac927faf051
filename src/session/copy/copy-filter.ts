/** COPY FROM … WHERE: the rows that are let through, as columns of their own. */
import type { Node } from '@pgsql/types';
import type { TableDefinition } from '../../catalog/table.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import type { Arena } from '../../memory/arena.ts';
import { bindCopyWhere } from '../../plan/binder/bind-statement.ts';
import type { StatementContext } from '../statement/statement-context.ts';

export class CopyFilter {
  readonly #context: StatementContext;
  readonly #condition: PreparedExprs;

  /** Errors: those of the condition. */
  constructor(context: StatementContext, table: TableDefinition, where: Node) {
    const options = context.session.plannerOptions(context.statement);
    this.#context = context;
    this.#condition = prepare([bindCopyWhere(where, options, table)]);
  }

  /** `rows` are columns in table order; what is kept lies in the arena. */
  keep(rows: Batch, arena: Arena): Batch {
    const evaluation = this.#context.session.constantContext(arena);
    const [column] = this.#condition.evaluate(rows, evaluation, []);
    if (column === undefined) return rows;
    const isTrue = columnReader(column);
    const kept: number[] = [];
    for (let row = 0; row < rows.rowCount; row++) if (isTrue(row) === true) kept.push(row);
    if (kept.length === rows.rowCount) return rows;
    const columns = Array.from({ length: rows.columnCount }, (_, index) => {
      const source = rows.column(index);
      const read = columnReader(source);
      const builder = new ColumnBuilder(source.type, arena, kept.length);
      for (const row of kept) builder.append(read(row));
      return builder.finish();
    });
    return makeBatch(columns, kept.length);
  }
}
