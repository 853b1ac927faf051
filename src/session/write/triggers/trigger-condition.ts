/** WHEN of a trigger over one row. */
import { makeBatch } from '../../../columns/batch.ts';
import { columnReader } from '../../../columns/read.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { TriggerRecord } from '../../../catalog/trigger-records.ts';
import { prepare } from '../../../expr/compile.ts';
import type { PreparedExprs } from '../../../expr/evaluate.ts';
import { mapExpr } from '../../../expr/walk.ts';
import { Arena, Budget } from '../../../memory/arena.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import { bindTriggerCondition } from '../../../plan/binder/bind-statement.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { TriggerRow } from './fire-trigger.ts';

const oneRow = makeBatch([], 1);

export class TriggerCondition {
  readonly #session: SqlSession;
  readonly #prepared: PreparedExprs;
  readonly #width: number;

  constructor(session: SqlSession, table: TableDefinition, sql: string) {
    this.#session = session;
    this.#width = table.columns.length;
    const options = session.plannerOptions({ positionOf: () => 0 });
    const { expr } = bindTriggerCondition(expressionOf(sql), options, table);
    const over = mapExpr(expr, (part) =>
      part.kind === 'column' ? { kind: 'parameter', index: part.index, type: part.type } : part,
    );
    this.#prepared = prepare([over]);
  }

  static of(
    session: SqlSession,
    table: TableDefinition,
    { when }: TriggerRecord,
  ): TriggerCondition | undefined {
    return when === undefined ? undefined : new TriggerCondition(session, table, when.sql);
  }

  holds({ before, after }: TriggerRow): boolean {
    const nulls = Array.from({ length: this.#width }, () => null);
    const arena = new Arena(new Budget(this.#session.environment.queryMemoryBytesMax));
    try {
      const values = [...(before ?? nulls), ...(after ?? nulls)];
      const context = this.#session.constantContext(arena);
      const [column] = this.#prepared.evaluate(oneRow, context, values);
      return column !== undefined && columnReader(column)(0) === true;
    } finally {
      arena.free();
    }
  }
}
