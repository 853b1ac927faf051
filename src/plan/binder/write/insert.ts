/** INSERT: the source's rows as rows of the table, defaults filled in. */
import type { Node } from '@pgsql/types';
import type { ColumnDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { calledIndex } from '../../../expr/called-function.ts';
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import type { LogicalNode } from '../../logical.ts';
import { bindPartAssignment } from './part-assignment.ts';
import { nullOf } from '../literals.ts';
import { assignTo, defaultOf, namedColumn, writtenPosition } from './assignments.ts';
import { astAs, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { bindExpr } from '../expressions.ts';
import { expandSets } from '../select/expand-sets.ts';
import { oneRow, project } from '../nodes.ts';
import { literalReader, type LiteralReader } from '../plain-literal.ts';
import { outputExpr } from '../select/outputs.ts';
import { bindOnConflict } from './on-conflict.ts';
import { bindQueryKeepingUnknown } from '../select/query.ts';
import { envOf, QueryLevel, type Env } from '../scope.ts';
import { spreadRecords } from '../variables.ts';
import { withEnv } from '../from/with-clause.ts';
import { policyChecks, type AskedPolicies } from './policy-checks.ts';
import { readsRows, relationOf, type WriteParts } from './write-target.ts';
import { bindReturning, refuseNewPlace, viewChecks } from './writes.ts';
import { withSystemColumns } from '../from/relations.ts';
import {
  shownOver,
  writtenRelation,
  type ShownColumn,
  type WrittenRelation,
} from './written-relation.ts';

export function bindInsert(
  context: BindContext,
  statement: Ast<'InsertStmt'>,
  outer?: Env,
): WriteParts {
  const parent = statement.withClause === undefined ? outer : withEnv(context, statement, outer);
  const written = writtenRelation(context, { node: statement.relation, operation: 'insert' });
  const { definition: table } = written.table;
  const targets = insertTargets(context, written, statement.cols);
  const { row: columns } = written;
  const rows = sourceOf(context, statement, { ...statement, written, targets, parent });
  const isTable = written.oid === table.oid;
  const { node: source, hidden } = isTable
    ? withSystemColumns(
        context,
        rows,
        written.table.partitions === undefined ? table.oid : "tableoid of a partition's new row",
        'none',
      )
    : { node: rows, hidden: [] };
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'returning');
  const shown = shownOver(context, written, columns);
  const visible = { ...shown, columns: [...shown.columns, ...hidden] };
  const relation = relationOf(written, statement.relation, visible);
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  refuseNewPlace(context, statement.returningClause, relation);
  const returning = bindReturning(env, statement.returningClause, shown);
  const isReturned = readsRows(context, { written });
  const conflict = bindOnConflict(context, { statement, written, parent });
  const checks = viewChecks(written, columns);
  const isRead = isReturned || conflict?.readsRows === true;
  const asked = insertPolicies(isRead, conflict?.bound.update);
  const policies = policyChecks(context, written, asked);
  const parts = {
    operation: 'insert',
    table,
    source,
    ...returning,
    given: [...givenColumns(statement, targets), ...(conflict?.assigned ?? [])],
    ...checks,
    ...policies,
  } as const;
  return conflict === undefined ? parts : { ...parts, conflict: conflict.bound };
}

/** Without names VALUES gives the first columns, a query all that it might. */
function givenColumns(
  { selectStmt, cols }: Ast<'InsertStmt'>,
  targets: readonly InsertTarget[],
): readonly number[] {
  const select = astAs(selectStmt, 'SelectStmt');
  if (select === undefined) return [];
  const row = cols === undefined ? astAs(select.valuesLists?.[0], 'List')?.items : undefined;
  return targets
    .slice(0, row?.length ?? targets.length)
    .flatMap(({ position }) => (position === undefined ? [] : [position]));
}

/** A row that is there may not be updated: that is an error, no row that stays as it is. */
function insertPolicies(isRead: boolean, update: unknown): Parameters<typeof policyChecks>[2] {
  const read: AskedPolicies = isRead ? [['select', 'using']] : [];
  const insert: AskedPolicies = [['insert', 'check'], ...read];
  if (update === undefined) return { insert };
  return {
    insert,
    conflict: [['update', 'using'], ...read],
    update: [['update', 'check'], ...read],
  };
}

/** The named columns, or all. Errors: 42703, 42701. */
export function insertTargets(
  context: BindContext,
  written: WrittenRelation,
  cols: readonly Node[] | undefined,
): readonly InsertTarget[] {
  if (cols === undefined) return written.shown;
  const seen = new Map<ShownColumn, boolean>();
  return cols.map((item) => {
    const target = astAs(item, 'ResTarget') ?? {};
    const column = namedColumn(context, written, target);
    const isPart = (target.indirection?.length ?? 0) > 0;
    if (seen.has(column) && !(isPart && seen.get(column) === true)) {
      const message = `column "${target.name}" specified more than once`;
      throw context.error('duplicate_column', message, target.location);
    }
    seen.set(column, isPart);
    return isPart ? { ...column, part: target } : column;
  });
}

/** A column that values go to, or with `part` an element or a field of it. */
export interface InsertTarget extends ShownColumn {
  readonly part?: Ast<'ResTarget'>;
}

/** Of INSERT, and of WHEN NOT MATCHED. */
export interface InsertedRow {
  readonly cols?: readonly Node[];
  readonly override?: Ast<'InsertStmt'>['override'];
  readonly written: WrittenRelation;
  /** Where values go, in their order. */
  readonly targets: readonly InsertTarget[];
}

interface InsertParts extends InsertedRow {
  readonly parent: Env | undefined;
}

function sourceOf(
  context: BindContext,
  statement: Ast<'InsertStmt'>,
  parts: InsertParts,
): LogicalNode {
  const { table, row: columns } = parts.written;
  const select = astAs(statement.selectStmt, 'SelectStmt');
  if (select === undefined) {
    const items = table.definition.columns.map((column, i) => ({
      column: must(columns[i], 'column'),
      expr: defaultOf(context, column),
    }));
    return project(oneRow, items);
  }
  const isPlainValues =
    select.valuesLists !== undefined &&
    select.withClause === undefined &&
    select.sortClause === undefined &&
    select.limitCount === undefined &&
    select.limitOffset === undefined;
  return isPlainValues ? valuesSource(context, select, parts) : querySource(context, select, parts);
}

/** The positions that `count` values go to. Errors: 42601. */
function positionsFor(
  context: BindContext,
  { cols, targets, written }: InsertedRow,
  count: number,
  place: Node | undefined,
): readonly number[] {
  if (count > targets.length) {
    throw context.error('syntax_error', 'INSERT has more expressions than target columns', place);
  }
  if (cols !== undefined && count < targets.length) {
    const column = astAs(cols?.[count], 'ResTarget');
    const message = 'INSERT has more target columns than expressions';
    throw context.error('syntax_error', message, column?.location);
  }
  const positions = targets.slice(0, count).map((column) => writtenPosition(column, 'insert'));
  // Several parts of one column are one value.
  const twice = positions.findIndex((position, i) => {
    return positions.indexOf(position) !== i && targets[i]?.part === undefined;
  });
  if (twice >= 0) {
    const { name } = must(written.table.definition.columns[positions[twice] ?? -1], 'column');
    const message = `multiple assignments to same column "${name}"`;
    throw context.error('syntax_error', message, undefined);
  }
  return positions;
}

function valuesSource(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parts: InsertParts,
): LogicalNode {
  const { written, parent } = parts;
  const { row: columns } = written;
  const given = select.valuesLists ?? [];
  const clause = given.length === 1 ? 'insertRow' : 'insertValues';
  const env = envOf(context, new QueryLevel(parent), clause);
  const lists = given.map((list) => spreadRecords(env, astAs(list, 'List')?.items ?? []));
  const width = lists[0]?.length ?? 0;
  const uneven = lists.find((list) => list.length !== width);
  if (uneven !== undefined) {
    throw context.error('syntax_error', 'VALUES lists must all be the same length', uneven[0]);
  }
  const targets = rowTargets(context, parts, lists[0] ?? []);
  const rows = lists.map((list) => insertedRow(env, parts, list, targets));
  if (env.level.sets.length === 0) return { kind: 'values', columns, rows };
  const expanded = expandSets(env, oneRow, env.level.sets, (expr) => expr);
  const [row = []] = rows;
  return project(
    expanded,
    row.map((expr, i) => ({ column: must(columns[i], 'column'), expr })),
  );
}

interface Target {
  readonly column: ColumnDefinition;
  /** Its position in each list; -1 when the statement does not name it. */
  readonly place: number;
  /** Of the column's plain literals. */
  readonly read: LiteralReader | undefined;
  /** What a row without a value has. */
  readonly absent: () => Expr;
  /** Elements or fields of it that the statement names, with their positions in each list. */
  readonly parts: readonly TargetPart[];
}

interface TargetPart {
  readonly place: number;
  readonly target: Ast<'ResTarget'>;
}

/** Where a list's values go, column by column. Errors: 42601. */
function rowTargets(
  context: BindContext,
  parts: InsertedRow,
  list: readonly Node[],
): readonly Target[] {
  const most = parts.targets.length;
  const place = list[Math.min(list.length - 1, most)];
  const positions = positionsFor(context, parts, list.length, place);
  return parts.written.table.definition.columns.map((column, position): Target => {
    const isPlain =
      column.identity === undefined &&
      column.generated === undefined &&
      context.record === undefined;
    return {
      column,
      parts: partsOf(parts.targets, positions, position),
      place: positions.indexOf(position),
      read: isPlain ? literalReader(column.type, context.formats) : undefined,
      absent: absentValue(context, column),
    };
  });
}

function partsOf(
  targets: readonly InsertTarget[],
  positions: readonly number[],
  position: number,
): readonly TargetPart[] {
  return positions.flatMap((each, place) => {
    const target = targets[place]?.part;
    return each === position && target !== undefined ? [{ place, target }] : [];
  });
}

/** The column's value out of its parts; what is not named is NULL. */
function partedValue(
  env: Env,
  { type, name }: ColumnDefinition,
  parts: readonly (readonly [target: Ast<'ResTarget'>, value: Expr])[],
): Expr {
  if (type.domain !== undefined) {
    throw env.context.unsupported('INSERT into a field of a domain', parts[0]?.[0].location);
  }
  return parts.reduce<Expr>((before, [target, value]) => {
    const { indirection: subscripts = [], location: place } = target;
    return bindPartAssignment(env, before, { subscripts, value, column: name, place });
  }, nullOf(type));
}

/** The column's DEFAULT, which rows share unless it calls a function of users. */
function absentValue(context: BindContext, column: ColumnDefinition): () => Expr {
  let shared: Expr | undefined;
  return () => {
    if (shared !== undefined) return shared;
    const value = defaultOf(context, column);
    if (!callsRoutine(value)) shared = value;
    return value;
  };
}

function callsRoutine(expr: Expr): boolean {
  return someExpr(expr, (part) => {
    return part.kind === 'call' && calledIndex(part.functionId) !== undefined;
  });
}

/** The row of the table that a list of values makes, defaults filled in. */
export function insertedRow(
  env: Env,
  parts: InsertedRow,
  list: readonly Node[],
  targets = rowTargets(env.context, parts, list),
): readonly Expr[] {
  const { context } = env;
  return targets.map(({ column, place, read, absent, parts: within }): Expr => {
    if (within.length > 0) {
      const values = within.map(({ place: at, target }) => {
        return [target, bindExpr(env, list[at])] as const;
      });
      return partedValue(env, column, values);
    }
    const node = list[place];
    if (node === undefined || 'SetToDefault' in node) return absent();
    const literal = read?.(node);
    if (literal !== undefined) return literal;
    const value = bindExpr(env, node);
    if (ignoresValue(context, column, parts)) return absent();
    return assignTo(context, column, value);
  });
}

function querySource(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parts: InsertParts,
): LogicalNode {
  const { written, targets, parent } = parts;
  const { columns } = written.table.definition;
  const query = bindQueryKeepingUnknown(context, select, parent);
  const extra = query.output[targets.length]?.origin;
  const positions = positionsFor(context, parts, query.output.length, extra);
  const items = columns.map((column, position) => {
    const output = query.output[positions.indexOf(position)];
    const within = partsOf(targets, positions, position).flatMap(({ place, target }) => {
      const value = query.output[place];
      return value === undefined ? [] : [[target, outputExpr(context, value)] as const];
    });
    if (within.length > 0) {
      const env = envOf(context, new QueryLevel(parent), 'insertRow');
      const expr = partedValue(env, column, within);
      return { column: must(written.row[position], 'column'), expr };
    }
    const expr =
      output === undefined || ignoresValue(context, column, parts)
        ? defaultOf(context, column)
        : assignTo(context, column, outputExpr(context, output));
    return { column: must(written.row[position], 'column'), expr };
  });
  return project(query.node, items);
}

/**
 * Whether an identity column takes its sequence's value all the same: OVERRIDING USER VALUE.
 * Errors: 428C9 for a value that GENERATED ALWAYS does not take.
 */
function ignoresValue(
  context: BindContext,
  { name, identity, generated }: ColumnDefinition,
  { override }: InsertedRow,
): boolean {
  if (generated !== undefined) {
    const message = `cannot insert a non-DEFAULT value into column "${name}"`;
    const detail = `Column "${name}" is a generated column.`;
    throw context.error('generated_always', message, undefined, { detail });
  }
  if (identity === undefined) return false;
  if (override === 'OVERRIDING_USER_VALUE') return true;
  if (identity === 'by default' || override === 'OVERRIDING_SYSTEM_VALUE') return false;
  const message = `cannot insert a non-DEFAULT value into column "${name}"`;
  throw context.error('generated_always', message, undefined, {
    detail: `Column "${name}" is an identity column defined as GENERATED ALWAYS.`,
    hint: 'Use OVERRIDING SYSTEM VALUE to override.',
  });
}
