/** WITH CHECK OPTION: rows written through views must be rows of these views. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Batch } from '../../columns/batch.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { ViewCheck } from '../../plan/binder/write/written-relation.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlSession } from '../sql-session.ts';
import { failingRow, firstRow, type RowOrigin } from './failing-row.ts';

const checkBytesMax = 1 << 30;

export interface ViewChecksParts {
  readonly origin: RowOrigin;
  /** Of inner views first. */
  readonly checks: readonly ViewCheck[];
  readonly parameters: readonly (Datum | null)[];
}

export class ViewChecks {
  readonly #session: SqlSession;
  readonly #parts: ViewChecksParts;
  readonly #exprs: PreparedExprs;
  readonly #arena = new Arena(new Budget(checkBytesMax));

  constructor(session: SqlSession, parts: ViewChecksParts) {
    this.#session = session;
    this.#parts = parts;
    this.#exprs = prepare(parts.checks.map(({ expr }) => expr));
  }

  /** `rows` are columns in table order. 44000 for the first row that a view hides. */
  failure(rows: Batch): SqlError | undefined {
    const { origin, checks, parameters } = this.#parts;
    this.#arena.reset();
    const context = this.#session.constantContext(this.#arena);
    const columns = this.#exprs.evaluate(rows, context, parameters);
    const failed = columns
      .map((column) => firstRow(column, rows.rowCount, (value) => value !== true))
      .map((row, index) => ({ row, view: checks[index]?.view }))
      .filter(({ row }) => row >= 0);
    const [first] = failed.toSorted((left, right) => left.row - right.row);
    if (first === undefined) return undefined;
    const message = `new row violates check option for view "${first.view}"`;
    return new SqlError('with_check_option_violation', message, {
      ...failingRow(this.#session, origin, rows, first.row),
    });
  }

  free(): void {
    this.#arena.free();
  }
}
