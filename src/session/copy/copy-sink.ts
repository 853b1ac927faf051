/** Columns of COPY's fields into the table: defaults for the others, NOT NULL, the store. */
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { selectedRow } from '../../exec/selected-row.ts';
import type { StatementTriggers } from '../write/triggers/statement-triggers.ts';
import type { Column } from '../../columns/column.ts';
import { constantColumn } from '../../columns/constant.ts';
import type { TableWrite } from '../../catalog/table.ts';
import { prepare } from '../../expr/compile.ts';
import type { Expr } from '../../expr/expr.ts';
import { Arena, type Budget } from '../../memory/arena.ts';
import { expressionOf } from '../../plan/binder/assignments.ts';
import { domainRules } from '../../plan/binder/domains.ts';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { GeneratedColumns } from '../write/generated-columns.ts';
import { RowChecks } from '../write/row-checks.ts';
import type { CopyTask } from './copy-load.ts';

export class CopySink {
  /** Holds the columns of one insert, and is empty after it. */
  readonly arena: Arena;
  readonly #context: StatementContext;
  readonly #task: CopyTask;
  readonly #write: TableWrite;
  readonly #checks: RowChecks;
  readonly #generated: GeneratedColumns | undefined;
  readonly #defaults: readonly (Expr | undefined)[];
  #rowCount = 0;

  constructor(context: StatementContext, task: CopyTask, budget: Budget) {
    const { session } = context;
    const { definition, positions } = task;
    this.arena = new Arena(budget);
    this.#context = context;
    this.#task = task;
    this.#checks = new RowChecks(session, definition);
    this.#write = session.transaction.forWriting().write(definition.oid);
    this.#generated = GeneratedColumns.of(session, definition);
    const options = session.plannerOptions(context.statement);
    this.#defaults = definition.columns.map(({ defaultSql, generated, type }, position) => {
      const isGiven = generated !== undefined || positions.includes(position);
      if (isGiven) return undefined;
      const ofDomain =
        type.domain === undefined ? undefined : domainRules(options, type).defaultSql;
      const sql = defaultSql ?? ofDomain;
      return sql === undefined ? undefined : bindExpression(expressionOf(sql), options, type);
    });
  }

  /** Rows inserted so far. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** `fields` are the columns of the COPY, in its order. Errors: 23502, 53200. */
  async insert(fields: readonly Column[], rowCount: number): Promise<void> {
    const { definition, positions } = this.#task;
    const given = new Map(positions.map((position, index) => [position, fields[index]]));
    const columns = definition.columns.map(
      ({ type }, position) =>
        given.get(position) ??
        this.#defaultColumn(position, rowCount) ??
        constantColumn(type, null, rowCount, this.arena),
    );
    const all = makeBatch(columns, rowCount);
    const kept = this.#task.filter?.keep(all, this.arena) ?? all;
    const { triggers } = this.#task;
    if (triggers?.wantsRows !== true) await this.#insertRows(kept);
    else await this.#insertEach(triggers, kept);
    this.arena.reset();
  }

  /** Row by row, as triggers see them before and after. */
  async #insertEach(triggers: StatementTriggers, rows: Batch): Promise<void> {
    const columns = Array.from({ length: rows.columnCount }, (_, at) => rows.column(at));
    const readers = columns.map((column) => columnReader(column));
    for (let at = 0; at < rows.rowCount; at++) {
      const row = rows.selection === 0 ? at : selectedRow(rows.selection, at);
      const given = readers.map((read) => read(row));
      const now = await triggers.beforeRow('insert', { before: undefined, after: given });
      if (now === undefined) continue;
      const own = columns.map(({ type }, i) => buildColumn(type, [now[i] ?? null], this.arena));
      const written = await this.#insertRows(makeBatch(own, 1));
      const after = own.map((_column, i) => columnReader(written.column(i))(0));
      triggers.written('insert', { before: undefined, after });
    }
  }

  async #insertRows(rows: Batch): Promise<Batch> {
    const batch = this.#generated?.fill(rows, 0) ?? rows;
    this.#checks.check(batch);
    this.#task.keys?.note(batch);
    this.#task.references.noteInserted(batch);
    await this.#write.ready();
    this.#write.insert(batch);
    this.#rowCount += batch.rowCount;
    return batch;
  }

  #defaultColumn(position: number, rowCount: number): Column | undefined {
    const expr = this.#defaults[position];
    if (expr === undefined) return undefined;
    const evaluation = this.#context.session.constantContext(this.arena);
    return prepare([expr]).evaluate(makeBatch([], rowCount), evaluation, [])[0];
  }

  free(): void {
    this.#checks.free();
    this.#generated?.free();
    this.arena.free();
  }
}
