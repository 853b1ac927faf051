/** What one statement's binding shares: column ids, subqueries, parameters, places of errors. */
import type { Node } from '@pgsql/types';
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import { sqlStates, type SqlStateName } from '../../errors/sql-state.ts';
import type { ColumnExpr, Expr } from '../../expr/expr.ts';
import { defaultFormats, type FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { LogicalColumn, LogicalNode } from '../logical.ts';
import { calledId } from '../../expr/called-function.ts';
import type { CalledRoutine } from '../called-routine.ts';
import type {
  EarlierRows,
  PlannerOptions,
  References,
  RowLocks,
  StatementVariables,
} from '../planner.ts';
import type { BoundQuery } from './scope.ts';
import { locationOf } from './ast.ts';
import type { Mentions } from './from/mentions.ts';
import { Parameters } from './parameters.ts';
import type { BindingRecord } from './recording.ts';
import type { WriteParts } from './write/write-target.ts';

/** What binding a view's text knows beside it. */
export interface InsideView {
  readonly mentions?: Mentions | undefined;
  /** Absent: as around it. */
  readonly reader?: string | undefined;
  readonly isPolicy?: boolean;
}

/** Names and types of a composite's fields, where the binder knows them. */
export type RecordShape = readonly { readonly name: string; readonly type: SqlType }[];

/** A part that runs before the rest, and the rows that it will have returned. */
export type PendingPart = { readonly rows: EarlierRows } & (
  { readonly write: WriteParts } | { readonly locking: PendingLocks }
);

/** A query that locks rows; the last `hidden` of its columns tell which. */
export interface PendingLocks {
  readonly query: BoundQuery;
  readonly locks: RowLocks;
  readonly hidden: number;
}

export class BindContext {
  readonly options: PlannerOptions;
  readonly formats: FormatSettings;
  readonly parameters: Parameters;
  readonly subqueries: LogicalNode[] = [];
  readonly ctes: LogicalNode[] = [];
  /** The statement itself: only its own WITH clause may write. */
  topLevel: unknown;
  /** Name of the relation that the statement writes. */
  written: string | undefined;
  /** Statements that run before the rest reads their rows, in their order. */
  readonly earlier: PendingPart[] = [];
  /** OIDs of users' functions whose bodies are being bound, the outermost first. */
  readonly routines: number[] = [];
  /** Functions that are called while rows are computed. */
  readonly called: CalledRoutine[];
  /** Names of system columns that the statement mentions. */
  readonly systemColumns = new Set<string>();
  /** Scans give row ids, too, under `rowIdName`: FOR UPDATE. */
  locksRows = false;
  /** Tables in FROM whose rows the statement locks, by RangeVar. */
  readonly locked = new Set<object>();
  /** Names in the text that is bound: the statement's, or a view's; undefined: any may be meant. */
  mentions: Mentions | undefined;
  /** Whose policies rule the relations that are named; undefined: the current user's. */
  reader: string | undefined;
  /** A policy is being bound: what it names is not what the statement names. */
  isPolicy = false;
  /** OIDs of tables whose policies are being bound, the outermost first. */
  readonly policed: number[] = [];
  /** Ids of columns that the statement's names meant. */
  readonly reads = new Set<number>();
  /** Both live as long as the binding: a WeakMap of so many costs several times more. */
  readonly #origins = new Map<Expr, Node>();
  readonly #shapes = new Map<Expr, RecordShape>();
  #nextColumnId = 0;
  #nextWorkTable = 0;
  #viewDepth = 0;

  constructor(options: PlannerOptions) {
    this.options = options;
    this.called = options.calls ?? [];
    this.formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
    this.parameters = new Parameters(options.parameterTypes, options.parametersFixed === true);
  }

  get nextColumnId(): number {
    return this.#nextColumnId;
  }

  newColumn(name: string, type: SqlType, nullable = true): LogicalColumn {
    this.#nextColumnId += 1;
    return { id: this.#nextColumnId - 1, name, type, nullable };
  }

  /** The functionId of calls of the routine with arguments of these types. */
  calledId(call: CalledRoutine): string {
    const key = keyOf(call);
    const known = this.called.findIndex((each) => keyOf(each) === key);
    return calledId(known < 0 ? this.called.push(call) - 1 : known);
  }

  newWorkTable(): number {
    this.#nextWorkTable += 1;
    return this.#nextWorkTable - 1;
  }

  /** Remembers where an expression stands in the text. */
  place<E extends Expr>(expr: E, origin: Node | undefined): E {
    if (origin !== undefined && !this.#origins.has(expr)) this.#origins.set(expr, origin);
    return expr;
  }

  originOf(expr: Expr): Node | undefined {
    return this.#origins.get(expr);
  }

  /** Byte offset of an expression's text; -1 when it has none. */
  locationOf(expr: Expr): number {
    return locationOf(this.#origins.get(expr));
  }

  shape<E extends Expr>(expr: E, shape: RecordShape | undefined): E {
    if (shape !== undefined) this.#shapes.set(expr, shape);
    return expr;
  }

  shapeOf(expr: Expr): RecordShape | undefined {
    return this.#shapes.get(expr);
  }

  /** An error that points at a byte offset of the statement; inside views there is no place. */
  error(
    state: SqlStateName,
    message: string,
    location: number | Node | Expr | undefined,
    fields: SqlErrorFields = {},
  ): SqlError {
    return new SqlError(state, message, {
      ...fields,
      ...this.positionFields(this.#offset(location)),
    });
  }

  unsupported(feature: string, location: number | Node | Expr | undefined): SqlError {
    return this.error('feature_not_supported', `${feature} is not supported`, location);
  }

  positionFields(location: number): { position?: number } {
    if (location < 0 || this.#viewDepth > 0) return {};
    const position = this.options.positionOf(location);
    return position > 0 ? { position } : {};
  }

  /** The error, pointing at an expression of the statement. */
  positioned(error: SqlError, expr: Expr): SqlError {
    const position = this.positionFields(this.locationOf(expr));
    return withFields(error, { ...error.fields, ...position });
  }

  #offset(location: number | Node | Expr | undefined): number {
    if (typeof location === 'number') return location;
    if (location === undefined) return -1;
    if ('kind' in location && 'type' in location) return this.locationOf(location as Expr);
    return locationOf(location as Node);
  }

  /** Variables are known to the statement itself, not to views' texts. */
  get variables(): StatementVariables | undefined {
    return this.#viewDepth > 0 ? undefined : this.options.variables;
  }

  /** What the statement's own names mean is told; inside views it is known. */
  get references(): References | undefined {
    return this.#viewDepth > 0 ? undefined : this.options.references;
  }

  get isInsideView(): boolean {
    return this.#viewDepth > 0;
  }

  get record(): BindingRecord | undefined {
    return this.#viewDepth > 0 ? undefined : this.options.record;
  }

  /** Tells the record that the statement itself, no view in it, reads the column. */
  noteUse({ id, tableOid, columnNumber }: LogicalColumn): void {
    if (!this.isPolicy) this.reads.add(id);
    const { record } = this;
    if (record === undefined || this.#viewDepth > 0) return;
    if (tableOid === undefined || columnNumber === undefined) return;
    const numbers = record.usedColumns.get(tableOid) ?? new Set<number>();
    record.usedColumns.set(tableOid, numbers.add(columnNumber));
  }

  /** Relations that are named are read with the reader's rights. */
  readAs<T>(reader: string | undefined, bind: () => T): T {
    const before = this.reader;
    this.reader = reader;
    try {
      return bind();
    } finally {
      this.reader = before;
    }
  }

  /** Binds a view's text: its places are not those of the statement. */
  insideView<T>(name: string, bind: () => T, inside: InsideView = {}): T {
    if (this.#viewDepth > 64) {
      const message = `infinite recursion detected in rules for relation "${name}"`;
      throw new SqlError('invalid_object_definition', message);
    }
    const { mentions, reader, isPolicy } = this;
    this.#viewDepth += 1;
    this.mentions = inside.mentions;
    if ('reader' in inside) this.reader = inside.reader;
    this.isPolicy = inside.isPolicy === true;
    try {
      return bind();
    } finally {
      this.#viewDepth -= 1;
      Object.assign(this, { mentions, reader, isPolicy });
    }
  }
}

function keyOf({ routine, types, fields }: CalledRoutine): string {
  const all = [...types, ...fields.map(({ type }) => type)];
  const texts = all.map(({ name, typmod, domain = '' }) => `${name} ${typmod} ${domain}`);
  return `${routine.record.oid}: ${texts.join()}`;
}

function withFields(error: SqlError, fields: SqlErrorFields): SqlError {
  const name = stateNames.get(error.code) ?? 'internal_error';
  return new SqlError(name, error.message, fields);
}

const stateNames = new Map(
  (Object.keys(sqlStates) as SqlStateName[]).map((name) => [sqlStates[name], name]),
);

export function columnOf(column: LogicalColumn): ColumnExpr {
  return { kind: 'column', index: column.id, type: column.type, name: column.name };
}
