/**
 * A table while a statement makes or changes it: columns and constraints refer to one another as
 * objects, so that none has to know its place before all is said.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { IndexDefinition } from '../../catalog/index-definition.ts';
import {
  isKey,
  type ColumnDefinition,
  type ConstraintDefinition,
  type RowSecurity,
  type Table,
  type TableDefinition,
} from '../../catalog/table.ts';
import { rowTypeRecord } from '../../catalog/system/row-types.ts';
import { exprColumns } from '../../expr/walk.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindCheck } from '../../plan/binder/bind-statement.ts';
import type { Node } from '@pgsql/types';
import type { KeptFields } from '../../types/kept-fields.ts';
import type { PartitionKey } from '../../catalog/partitions.ts';
import { requireKeyColumns } from './partition/partition-key.ts';
import { refusePseudoType, refuseSystemName } from './column-rules.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { refuseSelfMember } from './type/row-type-uses.ts';
import { chooseName, constraintNames, relationNames } from './relation-names.ts';
import { refuseTemporaryTypes } from './type/temporary-types.ts';
import { storedCheck, storedPart, withColumn } from './stored-expression.ts';

const columnsMax = 1600;

export interface DraftColumn {
  definition: ColumnDefinition;
  /** Its place in the table before; undefined: it is new. */
  readonly position: number | undefined;
  /** ALTER COLUMN … TYPE: the rows are written anew. */
  isRetyped: boolean;
  using: Node | undefined;
  /** Its type, or one within, has lost fields: the rows are written anew. */
  fields?: KeptFields;
  /** As it was when ADD COLUMN made it: its default then is what old rows get. */
  added?: ColumnDefinition;
}

export interface DraftConstraint {
  definition: Omit<ConstraintDefinition, 'columns'>;
  columns: readonly DraftColumn[];
  isNew: boolean;
}

export interface DraftIndex {
  definition: Omit<IndexDefinition, 'columns' | 'uses'>;
  /** Undefined where the part is an expression. */
  columns: readonly (DraftColumn | undefined)[];
  /** What expressions and the condition name. */
  uses: readonly DraftColumn[];
}

export interface DraftTarget {
  readonly schema: string;
  readonly name: string;
}

export type KeyMarks = Pick<ConstraintDefinition, 'nullsEqual' | 'include'>;

/** A key that a statement asks for. */
interface AskedKey {
  kind: 'primaryKey' | 'unique';
  name: string | undefined;
}

export class TableDraft {
  readonly context: StatementContext;
  readonly target: DraftTarget;
  readonly before: Table | undefined;
  columns: DraftColumn[];
  constraints: DraftConstraint[];
  indexes: DraftIndex[];
  /** Sequences whose columns went. */
  readonly orphans: number[] = [];
  /** Constraints that wait until all columns are there. */
  readonly later: (() => void)[] = [];
  /** Expressions of generated columns, which other columns of the statement may follow. */
  readonly generating: (() => void)[] = [];
  /** Foreign keys wait for all keys. */
  readonly lastly: (() => void)[] = [];
  rowSecurity: RowSecurity | undefined;
  wantsPrimaryKey = false;
  /** By shape: those of CREATE TABLE, or of one command of ALTER TABLE. */
  readonly askedKeys = new Map<string, AskedKey>();
  /** Of a partitioned table. */
  partitionBy: PartitionKey | undefined;
  /** OWNER TO. */
  owner: { readonly owner?: string } = {};
  isUnlogged: boolean;
  /** A new column whose rows have values of their own. */
  hasOwnValues = false;

  constructor(context: StatementContext, target: DraftTarget, before?: Table) {
    this.context = context;
    this.target = target;
    this.before = before;
    const { columns = [], constraints = [], indexes = [] } = before?.definition ?? {};
    this.rowSecurity = before?.definition.rowSecurity;
    this.partitionBy = before?.definition.partitionBy;
    this.isUnlogged = before?.definition.isUnlogged === true;
    this.columns = columns.map((definition, position) => {
      return { definition, position, isRetyped: false, using: undefined };
    });
    const at = (positions: readonly number[]): DraftColumn[] =>
      positions.flatMap((position) => this.columns[position] ?? []);
    this.constraints = constraints.map(({ columns: positions, ...definition }) => {
      return { definition, columns: at(positions), isNew: false };
    });
    this.indexes = indexes.map(({ columns: positions, uses = [], ...definition }) => {
      const parts = positions.map((position) => this.columns[position]);
      return { definition, columns: parts, uses: at(uses) };
    });
  }

  get hasPrimaryKey(): boolean {
    return this.constraints.some(({ definition }) => definition.kind === 'primaryKey');
  }

  /** PostgreSQL checks conditions before it makes indexes. */
  addWaiting(): void {
    for (const add of this.generating.splice(0)) add();
    for (const add of this.later.splice(0)) add();
    for (const add of this.lastly.splice(0)) add();
  }

  find(name: string): DraftColumn | undefined {
    return this.columns.find(({ definition }) => definition.name === name);
  }

  /** Errors: 42703. */
  column(name: string): DraftColumn {
    const column = this.find(name);
    if (column !== undefined) return column;
    const message = `column "${name}" of relation "${this.target.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }

  /** Errors: 42701, 54011. */
  addColumn(definition: ColumnDefinition): DraftColumn {
    refuseSystemName(definition.name);
    refusePseudoType(definition);
    if (this.before !== undefined) {
      refuseSelfMember(rowTypeRecord(this.before.definition), definition.type.name);
    }
    if (this.find(definition.name) !== undefined) {
      const message =
        this.before === undefined
          ? `column "${definition.name}" specified more than once`
          : `column "${definition.name}" of relation "${this.target.name}" already exists`;
      throw new SqlError('duplicate_column', message);
    }
    if (this.columns.length >= columnsMax) {
      const message = `tables can have at most ${columnsMax} columns`;
      throw new SqlError('too_many_columns', message);
    }
    const column = { definition, position: undefined, isRetyped: false, using: undefined };
    this.columns.push(column);
    return column;
  }

  /** The columns with what rules them: a key goes with any of its columns. */
  dropColumn(column: DraftColumn): void {
    this.columns = this.columns.filter((each) => each !== column);
    const { name } = column.definition;
    this.constraints = this.constraints.filter(({ columns, definition: { include } }) => {
      return !columns.includes(column) && include?.includes(name) !== true;
    });
    this.indexes = this.indexes.filter(({ columns, uses, definition: { include } }) => {
      const isNamed = uses.includes(column) || include?.includes(name) === true;
      return !columns.includes(column) && !isNamed;
    });
    this.orphans.push(...(column.definition.owns ?? []));
  }

  /** `PRIMARY KEY UNIQUE` is one key, by the first name given; undefined: it was asked for before. */
  askKey(kind: AskedKey['kind'], name: string | undefined, shape: string): AskedKey | undefined {
    const before = this.askedKeys.get(shape);
    if (before === undefined) {
      const key = { kind, name };
      this.askedKeys.set(shape, key);
      return key;
    }
    const isPrimary = kind === 'primaryKey';
    before.name = isPrimary ? (name ?? before.name) : (before.name ?? name);
    if (isPrimary) before.kind = kind;
    return undefined;
  }

  /** Errors: 42P16, 42P07. */
  addKey(
    kind: 'primaryKey' | 'unique',
    name: string | undefined,
    columns: readonly DraftColumn[],
    { nullsEqual, include }: KeyMarks = {},
  ): void {
    const isPrimary = kind === 'primaryKey';
    const shown = {
      name: this.target.name,
      columns: columns.map(({ definition }) => definition.name),
    };
    requireKeyColumns(shown, kind, this.partitionBy);
    const names = isPrimary ? '' : [...shown.columns, ...(include ?? [])].join('_');
    const own = name ?? this.#choose(names, isPrimary ? 'pkey' : 'key', 'relation');
    if (this.#takenNames().has(own)) {
      throw new SqlError('duplicate_table', `relation "${own}" already exists`);
    }
    this.constraintName(own, '', '');
    if (isPrimary) {
      for (const column of columns) column.definition = { ...column.definition, notNull: true };
    }
    const clause = `${this.before === undefined ? '/' : '/ ADD'} ${isPrimary ? 'PRIMARY KEY' : 'UNIQUE'}`;
    this.noteImplicit(
      `${clause} will create implicit index "${own}" for table "${this.target.name}"`,
    );
    const definition = {
      ...{ name: own, kind },
      ...(nullsEqual === undefined ? {} : { nullsEqual }),
      ...(include === undefined ? {} : { include }),
    };
    this.constraints.push({ definition, columns, isNew: true });
  }

  /** Tells who asks for debug messages what is made beside what was named. */
  noteImplicit(words: string): void {
    const command = this.before === undefined ? 'CREATE TABLE' : 'ALTER TABLE';
    this.context.out.notice(makeNotice('DEBUG', '00000', `${command} ${words}`));
  }

  /** Errors: 42710, 42P16, those of the condition. */
  addCheck(
    name: string | undefined,
    node: Node,
    marks: Pick<ConstraintDefinition, 'isUnchecked' | 'noInherit'> = {},
  ): void {
    if (marks.noInherit === true && this.partitionBy !== undefined) {
      const message = `cannot add NO INHERIT constraint to partitioned table "${this.target.name}"`;
      throw new SqlError('invalid_table_definition', message);
    }
    const { checkSql, columns } = this.#bindCheck(node);
    const [only, ...others] = columns;
    const label = only !== undefined && others.length === 0 ? only.definition.name : '';
    const own = this.constraintName(name, label, 'check');
    this.constraints.push({
      definition: { ...{ name: own, kind: 'check', checkSql }, ...marks },
      columns,
      isNew: true,
    });
  }

  /** The name that was given, or one that is made up. Errors: 42710. */
  constraintName(name: string | undefined, columns: string, label: string): string {
    const own = name ?? this.#choose(columns, label, 'constraint');
    if (!this.constraints.some(({ definition }) => definition.name === own)) return own;
    const message = `constraint "${own}" for relation "${this.target.name}" already exists`;
    throw new SqlError('duplicate_object', message);
  }

  /** The condition as it is kept, with the columns that it names. */
  #bindCheck(node: Node): { readonly checkSql: string; readonly columns: readonly DraftColumn[] } {
    const { session, statement } = this.context;
    const columns = this.columns.map(({ definition }) => definition);
    // PostgreSQL points at conditions in CREATE TABLE only.
    const place = this.before === undefined ? statement : { positionOf: () => 0 };
    const options = { ...session.plannerOptions(place), calls: [] };
    const { name } = this.target;
    const { sql: checkSql, expr } = storedCheck(node, options, { name, columns });
    // What is kept must mean the same when it is read again.
    bindCheck(expressionOf(checkSql), options, { name, columns });
    const used = exprColumns(expr).flatMap((position) => this.columns[position] ?? []);
    return { checkSql, columns: [...new Set(used)] };
  }

  /** Renames a column in the checks and indexes that name it, or tells them of its type. */
  rebindChecks(column: DraftColumn, change: ColumnDefinition): void {
    const { session, statement } = this.context;
    const options = session.plannerOptions(statement);
    const { name } = this.target;
    const before = column.definition;
    const renamed = (sql: string): Node => withColumn(expressionOf(sql), before.name, change.name);
    column.definition = change;
    const columns = this.columns.map(({ definition }) => definition);
    this.#renameIncluded(before.name, change.name);
    const rebound = (sql: string): string =>
      storedPart(renamed(sql), options, { name, columns }).sql;
    this.indexes = this.indexes.map((index) => {
      if (!index.uses.includes(column)) return index;
      const { expressions, where, ...rest } = index.definition;
      const definition = {
        ...rest,
        ...(where === undefined ? {} : { where: rebound(where) }),
        ...(expressions === undefined
          ? {}
          : { expressions: expressions.map((part) => ({ ...part, sql: rebound(part.sql) })) }),
      };
      return { ...index, definition };
    });
    for (const constraint of this.constraints) {
      const { checkSql } = constraint.definition;
      if (checkSql === undefined || !constraint.columns.includes(column)) continue;
      const node = renamed(checkSql);
      constraint.definition = {
        ...constraint.definition,
        checkSql: this.#bindCheck(node).checkSql,
      };
    }
  }

  #renameIncluded(before: string, after: string): void {
    for (const each of [...this.indexes, ...this.constraints]) {
      const { include } = each.definition;
      if (include?.includes(before) !== true) continue;
      const names = include.map((name) => (name === before ? after : name));
      Object.assign(each, { definition: { ...each.definition, include: names } });
    }
  }

  #takenNames(): Set<string> {
    const { session } = this.context;
    const names = relationNames(session, this.target.schema);
    for (const { definition } of this.constraints) {
      if (isKey(definition)) names.add(definition.name);
    }
    names.add(this.target.name);
    return names;
  }

  #choose(columns: string, label: string, space: 'relation' | 'constraint'): string {
    const taken =
      space === 'relation'
        ? this.#takenNames()
        : constraintNames(this.context.session, this.target.schema);
    for (const { definition } of this.constraints) taken.add(definition.name);
    return chooseName([this.target.name, columns], label, (name) => taken.has(name));
  }

  /** Constraints that went with what they depend on. */
  forget(gone: readonly { readonly name: string }[]): void {
    this.constraints = this.constraints.filter(
      ({ definition }) => !gone.some(({ name }) => name === definition.name),
    );
  }

  get needsNewRows(): boolean {
    const kept = this.columns.filter(({ position }) => position !== undefined);
    const isShorter = kept.length < (this.before?.definition.columns.length ?? 0);
    return isShorter || this.hasOwnValues || this.columns.some(({ isRetyped }) => isRetyped);
  }

  /** What the definition says of columns, constraints and indexes. */
  finish(): Pick<
    TableDefinition,
    'columns' | 'constraints' | 'indexes' | 'rowSecurity' | 'isUnlogged'
  > {
    const place = (column: DraftColumn | undefined): number =>
      column === undefined ? -1 : this.columns.indexOf(column);
    this.#refuseTemporaryTypes();
    const wasUnlogged = this.before?.definition.isUnlogged === true;
    return {
      ...(this.isUnlogged === wasUnlogged ? {} : { isUnlogged: this.isUnlogged }),
      ...(this.rowSecurity === undefined ? {} : { rowSecurity: this.rowSecurity }),
      columns: this.columns.map(({ definition }) => definition),
      constraints: this.constraints.map(({ definition, columns }) => {
        return { ...definition, columns: columns.map(place) };
      }),
      ...(this.indexes.length === 0 && this.before?.definition.indexes === undefined
        ? {}
        : {
            indexes: this.indexes.map(({ definition, columns, uses }) => {
              const named = uses.length === 0 ? {} : { uses: uses.map(place) };
              return { ...definition, columns: columns.map(place), ...named };
            }),
          }),
    };
  }
  /** Errors: 0A000. */
  #refuseTemporaryTypes(): void {
    const columns = this.columns.map(({ definition }) => definition);
    refuseTemporaryTypes(this.context.session, {
      schema: this.target.schema,
      types: columns.map(({ type }) => type),
      texts: [
        ...columns.map(({ defaultSql }) => defaultSql),
        ...this.constraints.map(({ definition }) => definition.checkSql),
      ],
    });
  }
}
