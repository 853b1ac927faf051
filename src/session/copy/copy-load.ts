/**
 * Rows of COPY FROM into a table: parsed fields become columns, a batch at a time.
 *
 *     bytes ─▶ parser ─▶ fields ─▶ column builders ─▶ batch ─▶ NOT NULL checks ─▶ TableWrite
 */
import { setImmediate } from 'node:timers/promises';
import { SqlError } from '../../errors/sql-error.ts';
import { must } from '../../errors/assert.ts';
import { makeBatch } from '../../columns/batch.ts';
import { ColumnBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { constantColumn } from '../../columns/constant.ts';
import type { TableDefinition, TableWrite } from '../../catalog/table.ts';
import { prepare } from '../../expr/compile.ts';
import type { Expr } from '../../expr/expr.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import { parseSql } from '../../sql/parse.ts';
import type { Node } from '@pgsql/types';
import type { Datum } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import { decodeBinary } from '../../types/type-binary.ts';
import { parseText } from '../../types/type-text.ts';
import { sessionFormats } from '../evaluation-facts.ts';
import { nodeBody } from '../statement-kind.ts';
import type { StatementContext } from '../statement-context.ts';
import { checkNotNull } from '../write-runner.ts';
import { createBinaryCopyParser } from './copy-binary.ts';
import { columnContext, type CopyFormat, type CopyRow } from './copy-format.ts';
import { createCopyParser, type CopyParser } from './copy-parser.ts';

export interface CopyTask {
  readonly definition: TableDefinition;
  /** Table position of each field. */
  readonly positions: readonly number[];
  readonly format: CopyFormat;
}

type Field = string | Buffer;

/** Rows parsed before other connections get a turn. */
const turnRows = 1024;
/** Rows per batch that the store takes in one turn. */
const flushRows = 4096;

export class CopyLoad {
  readonly #context: StatementContext;
  readonly #task: CopyTask;
  readonly #write: TableWrite;
  readonly #parser: CopyParser<Field>;
  readonly #formats: FormatSettings;
  readonly #arena: Arena;
  readonly #defaults: readonly (Expr | undefined)[];
  #builders: readonly ColumnBuilder[] = [];
  #rowsInBatch = 0;
  #rows = 0;

  constructor(context: StatementContext, task: CopyTask) {
    const { session } = context;
    this.#context = context;
    this.#task = task;
    this.#write = session.transaction.forWriting().write(task.definition.oid);
    this.#formats = sessionFormats(session);
    this.#arena = new Arena(new Budget(session.environment.queryMemoryBytesMax));
    const columns = task.positions.map((position) => this.#column(position).name);
    const target = { relation: task.definition.name, columns };
    this.#parser =
      task.format.format === 'binary'
        ? createBinaryCopyParser(target)
        : createCopyParser(task.format, target);
    this.#defaults = task.definition.columns.map(({ defaultSql, type }, position) => {
      if (defaultSql === undefined || task.positions.includes(position)) return undefined;
      const node = constantExpression(defaultSql);
      return bindExpression(node, session.plannerOptions(context.statement), type);
    });
    this.#begin();
  }

  #column(position: number) {
    return must(this.#task.definition.columns[position], 'a column');
  }

  #begin(): void {
    this.#arena.reset();
    this.#rowsInBatch = 0;
    this.#builders = this.#task.positions.map(
      (position) => new ColumnBuilder(this.#column(position).type, this.#arena, 1024),
    );
  }

  async push(bytes: Uint8Array): Promise<void> {
    await this.#take(this.#parser.push(bytes));
  }

  /** Returns the number of rows of the whole COPY. */
  async finish(): Promise<number> {
    await this.#take(this.#parser.finish());
    await this.#flush();
    return this.#rows;
  }

  async #take(rows: Iterable<CopyRow<Field>>): Promise<void> {
    let taken = 0;
    for (const row of rows) {
      this.#append(row);
      if (this.#rowsInBatch >= flushRows) await this.#flush();
      if (++taken % turnRows === 0) await setImmediate();
    }
  }

  #append({ line, values }: CopyRow<Field>): void {
    for (let index = 0; index < values.length; index++) {
      const field = values[index] ?? null;
      const value = field === null ? null : this.#parse(field, index, line);
      must(this.#builders[index], 'a builder').append(value);
    }
    this.#rowsInBatch++;
  }

  #parse(field: Field, index: number, line: number): Datum {
    const { type } = this.#column(this.#task.positions[index] ?? 0);
    try {
      return typeof field === 'string'
        ? parseText(type, field, this.#formats)
        : decodeBinary(type, field);
    } catch (error) {
      throw withPlace(error, this.#where(line, index, typeof field === 'string' ? field : undefined));
    }
  }

  #where(line: number, index: number, field: string | undefined): string {
    const columns = this.#task.positions.map((position) => this.#column(position).name);
    return columnContext({ relation: this.#task.definition.name, columns }, line, index, field);
  }

  async #flush(): Promise<void> {
    const rowCount = this.#rowsInBatch;
    if (rowCount === 0) return;
    const given = new Map(
      this.#task.positions.map((position, index) => [position, this.#builders[index]?.finish()]),
    );
    const columns = this.#task.definition.columns.map(
      ({ type }, position) =>
        given.get(position) ??
        this.#defaultColumn(position, rowCount) ??
        constantColumn(type, null, rowCount, this.#arena),
    );
    const batch = makeBatch(columns, rowCount);
    checkNotNull(this.#context.session, this.#task.definition, batch);
    await this.#write.ready();
    this.#write.insert(batch);
    this.#rows += rowCount;
    this.#begin();
  }

  #defaultColumn(position: number, rowCount: number): Column | undefined {
    const expr = this.#defaults[position];
    if (expr === undefined) return undefined;
    const evaluation = this.#context.session.constantContext(this.#arena);
    return prepare([expr]).evaluate(makeBatch([], rowCount), evaluation, [])[0];
  }

  free(): void {
    this.#arena.free();
  }
}

/** The syntax tree of an expression's text. */
function constantExpression(sql: string): Node {
  const [statement] = parseSql(`SELECT ${sql}`);
  const targets = nodeBody(must(statement, 'the default').node)['targetList'];
  const [target] = targets as readonly { readonly ResTarget?: { readonly val?: Node } }[];
  return must(target?.ResTarget?.val, 'the default expression');
}

/** The same error with the COPY line and column as its context. */
function withPlace(error: unknown, where: string): unknown {
  if (!(error instanceof SqlError)) return error;
  Object.assign(error, { fields: { ...error.fields, where } });
  return error;
}
