/**
 * Runs PL/pgSQL: a frame of variables, and the statement that it is at.
 *
 *     block ─▶ statement ─▶ flow: goes on, leaves a loop, continues one, returns
 *                 │
 *                 ├─ expression: on this thread, or a query
 *                 └─ statement of SQL: as any other, its variables are its parameters
 *
 * Between two statements others have their turn, and a stop is noticed.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { PlBody, PlStatement } from '../../sql/plpgsql/tree.ts';
import type { Notice } from '../session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import { runBlock } from './block.ts';
import type { Compiled } from './compiled.ts';
import { statementName, within } from './contexts.ts';
import { Evaluator } from './evaluator.ts';
import { Frame, type TypedValue } from './frame.ts';
import type { ResultRows } from './result-rows.ts';
import { statementRunners } from './statements.ts';

/** undefined: the next statement is next. */
export type Flow =
  | { readonly kind: 'exit' | 'continue'; readonly label: string | undefined }
  | { readonly kind: 'return' }
  | undefined;

export class PlRun {
  readonly context: StatementContext;
  readonly compiled: Compiled;
  readonly frame: Frame;
  readonly evaluator: Evaluator;
  /** ROW_COUNT */
  rowCount = 0;
  /** The error that is being handled. */
  caught: SqlError | undefined;
  /** Places of the OUT parameters. */
  outputs: readonly number[] = [];
  /** The function is a trigger's. */
  isTrigger = false;
  /** Of RETURN. */
  returned: TypedValue | undefined;
  /** Of RETURN NEXT and RETURN QUERY. */
  results: ResultRows | undefined;
  /** What the run is at, where it is no statement. */
  phase: string | undefined;
  readonly #placed = new WeakSet<SqlError>();
  #current: PlStatement | undefined;

  constructor(context: StatementContext, compiled: Compiled) {
    this.context = context;
    this.compiled = compiled;
    this.frame = new Frame(compiled.types);
    this.evaluator = new Evaluator(context.session);
  }

  get session(): SqlSession {
    return this.context.session;
  }

  /** Errors: those of the statements, with their context. */
  async run(atEnd: () => void = () => undefined): Promise<void> {
    const { body, found } = this.compiled.tree;
    this.frame.scalar(found).value = false;
    try {
      const turn = this.session.turns.next();
      if (turn !== undefined) await turn;
      this.#current = body;
      await this.#located(() => runBlock(this, body));
      this.#current = undefined;
      this.phase = "while casting return value to function's return type";
      await this.#located(async () => atEnd());
    } finally {
      this.evaluator.free();
    }
  }

  async body(statements: PlBody): Promise<Flow> {
    for (const statement of statements) {
      const flow = await this.#statement(statement);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  async #statement(statement: PlStatement): Promise<Flow> {
    const turn = this.turn();
    if (turn !== undefined) await turn;
    const outer = this.#current;
    this.#current = statement;
    const run = statementRunners[statement.kind] as StatementRunner;
    const flow = await this.#located(() => run(this, statement));
    this.#current = outer;
    return flow;
  }

  /** An error has the line of the innermost statement as its context. */
  async #located<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (error instanceof SqlError && !this.#placed.has(error)) {
        this.#placed.add(error);
        error.fields = { ...error.fields, where: within(error.fields.where, this.line) };
      }
      throw error;
    }
  }

  /** Between two rounds of a loop. A promise when it is others' turn. */
  turn(): Promise<void> | undefined {
    this.session.interrupts.check();
    return this.session.turns.next();
  }

  /** The statement that an error arose in goes back to the one around. */
  at(statement: PlStatement): void {
    this.#current = statement;
  }

  /** `PL/pgSQL function f() line 3 at RAISE` */
  get line(): string {
    const { signature } = this.compiled;
    const start = `PL/pgSQL function ${signature}`;
    if (this.#current === undefined) return `${start} ${this.phase ?? ''}`.trimEnd();
    const { line } = this.#current;
    const what = this.phase ?? `at ${statementName(this.#current)}`;
    return `${start} line ${line} ${what}`;
  }

  /** The notice with its context; `sql`: the statement that gave it. */
  located(notice: Notice, sql?: string): Notice {
    const { fields } = notice;
    const inner = sql === undefined ? fields.where : within(fields.where, `SQL statement "${sql}"`);
    return { ...notice, fields: { ...fields, where: within(inner, this.line) } };
  }

  setFound(isFound: boolean): void {
    this.frame.scalar(this.compiled.tree.found).value = isFound;
  }
}

type StatementRunner = (run: PlRun, statement: PlStatement) => Promise<Flow>;
