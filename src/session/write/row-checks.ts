/**
 * NOT NULL and CHECK over the rows that are about to be written. The first row that fails is
 * told, and of its faults the first: columns in order, then checks by name.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Batch } from '../../columns/batch.ts';
import type { ConstraintDefinition, TableDefinition } from '../../catalog/table.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { columnReader } from '../../columns/read.ts';
import { kernels } from '../../kernels/kernels.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindCheck } from '../../plan/binder/bind-statement.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import type { SqlSession } from '../sql-session.ts';
import { failingRow, firstRow, type RowOrigin } from './failing-row.ts';
import { PartitionRows } from './partitions/partition-rows.ts';

const checkBytesMax = 1 << 30;

/**
 * Whose rows they are: of a table that the statement names, of a leaf below it, or of one where ON
 * CONFLICT updates rows.
 */
export type RowPlace = 'named' | 'routed' | 'conflict';

interface Fault {
  readonly row: number;
  readonly error: () => SqlError;
}

export class RowChecks {
  readonly #session: SqlSession;
  readonly #table: TableDefinition;
  readonly #checks: readonly ConstraintDefinition[];
  readonly #exprs: PreparedExprs | undefined;
  /** Where one of them calls users' functions all are asked by a plan. */
  readonly #calling: CallingExpressions | undefined;
  /** Of a partition, where rows may belong elsewhere. */
  readonly #partition: PartitionRows | undefined;
  readonly #place: RowPlace;
  readonly #origin: RowOrigin;
  #arena: Arena | undefined;

  constructor(
    session: SqlSession,
    table: TableDefinition,
    { place, ...origin }: RowOrigin & { readonly place: RowPlace },
  ) {
    this.#session = session;
    this.#table = table;
    this.#place = place;
    this.#origin = origin;
    this.#partition = place === 'routed' ? undefined : PartitionRows.of(session, table);
    this.#checks = checksOf(table);
    if (this.#checks.length === 0) return;
    const options = { ...session.plannerOptions({ positionOf: () => 0 }), calls: [] };
    const exprs = this.#checks.map(({ checkSql = 'true' }) => {
      return bindCheck(expressionOf(checkSql), options, table);
    });
    const types = table.columns.map(({ type }) => type);
    this.#calling = CallingExpressions.of(session, { exprs, types, options });
    if (this.#calling === undefined) this.#exprs = prepare(exprs);
  }

  /** Functions see the rows before: they are to be checked, and written, one by one. */
  get isCalling(): boolean {
    return this.#calling !== undefined;
  }

  /** `rows` are columns in table order. Errors: 23502, 23514 with the failing row. */
  async check(rows: Batch): Promise<void> {
    const faults = this.#nulls(rows);
    if (this.#exprs !== undefined) faults.push(...this.#failedChecks(rows, this.#exprs));
    if (this.#calling !== undefined && faults.length === 0) {
      faults.push(...(await this.#failedCalls(rows, this.#calling)));
    }
    const stray = this.#partition?.firstStray(rows) ?? -1;
    if (stray >= 0) faults.push({ row: stray, error: () => this.#strayError(rows, stray) });
    let first: Fault | undefined;
    for (const fault of faults) if (first === undefined || fault.row < first.row) first = fault;
    if (first !== undefined) throw first.error();
  }

  #strayError(rows: Batch, row: number): SqlError {
    const { schema, name } = this.#table;
    if (this.#place === 'conflict') {
      return new SqlError('feature_not_supported', 'invalid ON UPDATE specification', {
        detail: 'The result tuple would appear in a different partition than the original tuple.',
      });
    }
    const message = `new row for relation "${name}" violates partition constraint`;
    const shown = failingRow(this.#session, this.#origin, rows, row);
    return new SqlError('check_violation', message, { ...shown, schema, table: name });
  }

  #nulls(rows: Batch): Fault[] {
    const table = this.#table;
    const faults: Fault[] = [];
    for (const [index, { notNull, name }] of table.columns.entries()) {
      const column = rows.column(index);
      if (!notNull || column.validity === 0) continue;
      const checked = column.encoding === 'constant' ? 1 : rows.rowCount;
      if (kernels().countBits(column.validity, checked) === checked) continue;
      const row = firstRow(column, rows.rowCount, (value) => value === null);
      if (row < 0) continue;
      const words = `null value in column "${name}" of relation "${table.name}" violates not-null`;
      const error = () =>
        new SqlError('not_null_violation', `${words} constraint`, {
          ...failingRow(this.#session, this.#origin, rows, row),
          schema: table.schema,
          table: table.name,
          column: name,
        });
      faults.push({ row, error });
    }
    return faults;
  }

  #failedChecks(rows: Batch, exprs: PreparedExprs): Fault[] {
    this.#arena ??= new Arena(new Budget(checkBytesMax));
    this.#arena.reset();
    const context = this.#session.constantContext(this.#arena);
    const columns = exprs.evaluate(rows, context, []);
    return columns.flatMap((column, index) => {
      const row = firstRow(column, rows.rowCount, (value) => value === false);
      return row < 0 ? [] : [this.#faultOf(rows, row, index)];
    });
  }

  async #failedCalls(rows: Batch, calling: CallingExpressions): Promise<Fault[]> {
    const readers = this.#table.columns.map((_column, at) => columnReader(rows.column(at)));
    const values = await calling.values(
      Array.from({ length: rows.rowCount }, (_none, row) => readers.map((read) => read(row))),
    );
    return values.flatMap((checks, row) =>
      checks.flatMap((value, index) => (value === false ? [this.#faultOf(rows, row, index)] : [])),
    );
  }

  #faultOf(rows: Batch, row: number, index: number): Fault {
    const { name: relation, schema } = this.#table;
    const constraint = this.#checks[index]?.name ?? '';
    const words = `new row for relation "${relation}" violates check constraint "${constraint}"`;
    const error = () =>
      new SqlError('check_violation', words, {
        ...failingRow(this.#session, this.#origin, rows, row),
        schema,
        table: relation,
        constraint,
      });
    return { row, error };
  }

  free(): void {
    this.#arena?.free();
  }
}

/** CHECK constraints by name; by definition, as rows come one by one. */
const knownChecks = new WeakMap<TableDefinition, readonly ConstraintDefinition[]>();

function checksOf(table: TableDefinition): readonly ConstraintDefinition[] {
  let checks = knownChecks.get(table);
  if (checks === undefined) {
    checks = table.constraints
      .filter(({ kind }) => kind === 'check')
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    knownChecks.set(table, checks);
  }
  return checks;
}
