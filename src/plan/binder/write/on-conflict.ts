/** ON CONFLICT: the keys that count, and what becomes of a row that has one of them already. */
import { callsRoutine } from '../../called-routine.ts';
import { must } from '../../../errors/assert.ts';
import { mapExpr, someExpr } from '../../../expr/walk.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { Datum } from '../../../types/datum.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import type { QueriedUpdate } from '../../planner.ts';
import { conflictArbiters } from './arbiters.ts';
import type { Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { nullOf } from '../literals.ts';
import { project, type Item } from '../nodes.ts';
import { tableColumns } from '../from/relations.ts';
import { envOf, QueryLevel, type Env, type Relation } from '../scope.ts';
import { relationOf, type WriteParts } from './write-target.ts';
import { assignments } from './writes.ts';
import { shownOver, type ShownRow, type WrittenRelation } from './written-relation.ts';

type BoundConflict = NonNullable<WriteParts['conflict']>;

export interface FoundConflict {
  readonly bound: BoundConflict;
  /** It names what is there: policies for SELECT rule the statement. */
  readonly readsRows: boolean;
  /** Positions of the columns that it sets. */
  readonly assigned?: readonly number[];
}

export interface ConflictTarget {
  readonly statement: Ast<'InsertStmt'>;
  /** Its row is the one that is to be inserted. */
  readonly written: WrittenRelation;
  readonly parent: Env | undefined;
}

/** Errors: 42P10 when no key covers the named columns, 42704 unknown constraint, 42601. */
export function bindOnConflict(
  context: BindContext,
  target: ConflictTarget,
): FoundConflict | undefined {
  const clause = target.statement.onConflictClause;
  if (clause === undefined) return undefined;
  const arbiters = conflictArbiters(
    context,
    target.written,
    clause.infer,
    target.statement.relation,
  );
  noteKeyColumns(context, target.written, arbiters);
  const named = arbiters === undefined ? {} : { arbiters };
  const hasArbiters = arbiters !== undefined;
  if (clause.action !== 'ONCONFLICT_UPDATE') return { bound: named, readsRows: hasArbiters };
  if (arbiters === undefined) {
    const message = 'ON CONFLICT DO UPDATE requires inference specification or constraint name';
    const hint = 'For example, ON CONFLICT (column_name).';
    throw context.error('syntax_error', message, clause.location, { hint });
  }
  const { update, assigned } = bindUpdate(context, target, clause);
  return { bound: { ...named, update }, readsRows: hasArbiters, assigned };
}

function noteKeyColumns(
  context: BindContext,
  { table, row }: WrittenRelation,
  arbiters: readonly string[] = [],
): void {
  const { constraints, indexes = [] } = table.definition;
  for (const { name, columns } of [...constraints, ...indexes]) {
    if (!arbiters.includes(name)) continue;
    for (const position of columns) {
      const column = row[position];
      if (column !== undefined) context.noteUse(column);
    }
  }
}

interface BoundUpdate {
  readonly update: NonNullable<BoundConflict['update']>;
  readonly assigned: readonly number[];
}

/** SET and WHERE see the row that is there under the table's name, the new one as `excluded`. */
function bindUpdate(
  context: BindContext,
  { statement, written, parent }: ConflictTarget,
  clause: Ast<'OnConflictClause'>,
): BoundUpdate {
  const { row: columns, table } = written;
  const existing = tableColumns(context, table.definition);
  const level = new QueryLevel(parent);
  const env = envOf(context, level, 'updateSource');
  const before = shownOver(context, written, existing);
  const after = shownOver(context, written, columns);
  const target = relationOf(written, statement.relation, before);
  const { oid } = written;
  const excluded: Relation = { name: 'excluded', oid, columns: after.columns };
  level.relations.push(target, excluded);
  level.namespace = [target, excluded].map((relation) => {
    return { relation, relationVisible: true, columnsVisible: true };
  });
  const assigned = assignments(env, { written, old: existing }, clause.targetList);
  const positions = [...assigned.keys()];
  const exprs = existing.map((column, i) => assigned.get(i) ?? columnOf(column));
  const where =
    clause.whereClause === undefined
      ? undefined
      : coerceToBoolean(
          context,
          bindExpr({ ...env, clause: 'where', asFilter: true }, clause.whereClause),
          'WHERE',
        );
  const pair = [...existing, ...columns];
  if ([...exprs, where].some((expr) => expr !== undefined && hasSubquery(expr))) {
    refuseOtherWrites(context, statement);
    const parts = { exprs, where, pair, computed: [before, after] };
    return { update: queriedUpdate(context, parts), assigned: positions };
  }
  const place = (expr: Expr): Expr => overPair(after.expand(before.expand(expr)), pair);
  const placed = exprs.map(place);
  const update = where === undefined ? { exprs: placed } : { exprs: placed, where: place(where) };
  return { update, assigned: positions };
}

/** Or a call, which needs a plan, too. */
function hasSubquery(expr: Expr): boolean {
  return someExpr(expr, ({ kind }) => kind === 'subplan') || callsRoutine(expr);
}

/** Its subqueries would see what the other statements wrote. Errors: 0A000. */
function refuseOtherWrites(context: BindContext, statement: Ast<'InsertStmt'>): void {
  if (context.earlier.length === 0 && statement === context.topLevel) return;
  const what = 'a subquery in ON CONFLICT DO UPDATE with a data-modifying statement in WITH';
  throw context.unsupported(what, undefined);
}

interface PairExprs {
  readonly exprs: readonly Expr[];
  readonly where: Expr | undefined;
  readonly pair: readonly LogicalColumn[];
  readonly computed: readonly ShownRow[];
}

/** SET is computed where WHERE holds alone. */
function queriedUpdate(
  context: BindContext,
  { exprs, where, pair, computed }: PairExprs,
): QueriedUpdate<LogicalNode> {
  const place = context.newColumn('place', sqlType('int8'), false);
  const columns = [place, ...pair];
  const pairs: (readonly (Datum | null)[])[] = [];
  const facts = { oid: 0, schema: '', name: 'pairs', columns, rowCount: () => 1, rows: pairs };
  const positions = columns.map((_, i) => i);
  const scan: LogicalNode = { kind: 'factScan', facts, columns, positions };
  const passed = columns.map((column): Item => ({ column, expr: columnOf(column) }));
  const input = project(scan, [...passed, ...computed.flatMap((row) => row.computed)]);
  const holds: Expr = where ?? { kind: 'constant', value: true, type: sqlType('bool') };
  const chosen = context.newColumn('chosen', sqlType('bool'));
  const asked = project(input, [
    ...input.columns.map((column): Item => ({ column, expr: columnOf(column) })),
    { column: chosen, expr: holds },
  ]);
  const values = exprs.map((then): Item => {
    const { type } = then;
    const whens = [{ when: columnOf(chosen), then }];
    const expr: Expr = { kind: 'case', whens, otherwise: nullOf(type), type };
    return { column: context.newColumn('value', type), expr };
  });
  const kept = [place, chosen].map((column): Item => ({ column, expr: columnOf(column) }));
  return { plan: project(asked, [...kept, ...values]), pairs };
}

/** Column ids as places in the two rows. */
function overPair(expr: Expr, pair: readonly LogicalColumn[]): Expr {
  return mapExpr(expr, (part) => {
    if (part.kind !== 'column') return part;
    const index = pair.findIndex(({ id }) => id === part.index);
    return { ...part, index: must(index < 0 ? undefined : index, 'a column of the rows') };
  });
}
