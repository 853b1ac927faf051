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
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { domainRules } from '../../plan/binder/domains.ts';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import type { PlannerOptions } from '../../plan/planner.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { GeneratedColumns } from '../write/generated-columns.ts';
import { noteWrite } from '../write/write-moments.ts';
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
  /** That the defaults are bound with. */
  readonly #options: PlannerOptions;
  #rowCount = 0;

  constructor(context: StatementContext, task: CopyTask, budget: Budget) {
    const { session } = context;
    const { definition, positions } = task;
    this.arena = new Arena(budget);
    this.#context = context;
    this.#task = task;
    this.#checks = new RowChecks(session, definition, {
      ...{ named: definition, given: positions, place: 'named' },
    });
    this.#write = session.transaction.forWriting().write(definition.oid);
    this.#generated = GeneratedColumns.of(session, definition);
    const options = { ...session.plannerOptions(context.statement), calls: [] };
    this.#options = options;
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
    const defaults = await this.#defaultColumns(rowCount);
    const columns = definition.columns.map(
      ({ type }, position) =>
        given.get(position) ??
        defaults.get(position) ??
        constantColumn(type, null, rowCount, this.arena),
    );
    const all = makeBatch(columns, rowCount);
    const kept = this.#task.filter?.keep(all, this.arena) ?? all;
    const { triggers } = this.#task;
    const isOneByOne = triggers?.wantsRows === true || this.#checks.isCalling;
    if (isOneByOne) await this.#insertEach(triggers, kept);
    else await this.#insertRows(kept);
    this.arena.reset();
  }

  /** Row by row, as triggers see them before and after. */
  async #insertEach(triggers: StatementTriggers | undefined, rows: Batch): Promise<void> {
    const columns = Array.from({ length: rows.columnCount }, (_, at) => rows.column(at));
    const readers = columns.map((column) => columnReader(column));
    for (let at = 0; at < rows.rowCount; at++) {
      const row = rows.selection === 0 ? at : selectedRow(rows.selection, at);
      const given = readers.map((read) => read(row));
      const after = { before: undefined, after: given };
      const now = triggers === undefined ? given : await triggers.beforeRow('insert', after);
      if (now === undefined) continue;
      const own = columns.map(({ type }, i) => buildColumn(type, [now[i] ?? null], this.arena));
      const written = await this.#insertRows(makeBatch(own, 1));
      const made = own.map((_column, i) => columnReader(written.column(i))(0));
      triggers?.written('insert', { before: undefined, after: made });
    }
  }

  async #insertRows(rows: Batch): Promise<Batch> {
    const batch = this.#generated?.fill(rows, 0) ?? rows;
    const { routed } = this.#task;
    if (routed !== undefined) {
      await routed.write(batch, () => Promise.resolve());
      this.#rowCount += batch.rowCount;
      return batch;
    }
    await this.#checks.check(batch);
    this.#task.keys?.note(batch);
    this.#task.references.noteInserted(batch);
    noteWrite(this.#context.session, this.#task.definition.oid);
    await this.#write.ready();
    this.#write.insert(batch);
    this.#rowCount += batch.rowCount;
    return batch;
  }

  /** By position of the table. */
  async #defaultColumns(rowCount: number): Promise<ReadonlyMap<number, Column>> {
    const { session } = this.#context;
    const columns = new Map<number, Column>();
    for (const [position, expr] of this.#defaults.entries()) {
      if (expr === undefined) continue;
      const options = this.#options;
      const calling = CallingExpressions.of(session, { exprs: [expr], types: [], options });
      const evaluation = session.constantContext(this.arena);
      const column =
        calling === undefined
          ? prepare([expr]).evaluate(makeBatch([], rowCount), evaluation, [])[0]
          : await this.#called(calling, expr, rowCount);
      if (column !== undefined) columns.set(position, column);
    }
    return columns;
  }

  async #called(calling: CallingExpressions, { type }: Expr, rowCount: number): Promise<Column> {
    const values = await calling.values(Array.from({ length: rowCount }, () => []));
    return buildColumn(
      type,
      values.map(([value = null]) => value),
      this.arena,
    );
  }

  free(): void {
    this.#checks.free();
    this.#generated?.free();
    this.arena.free();
  }
}
