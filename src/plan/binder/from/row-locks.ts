/**
 * FOR UPDATE and its like: the query gives the ids of the rows to lock in columns behind its own. With SKIP LOCKED it gives LIMIT and OFFSET, too: rows that are skipped do not count.
 *
 *     select a from t limit 1 for update skip locked  ──▶  select a, row id of t, 1::int8 from t
 */
import type { Node } from '@pgsql/types';
import type { RowLockStrength } from '../../../catalog/locks.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { RowLocks } from '../../planner.ts';
import { findFunctions } from '../../../functions/registry.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { rowIdName } from './row-identity.ts';

export interface LockedSelect {
  readonly select: Ast<'SelectStmt'>;
  readonly locks: RowLocks;
  /** Columns behind the query's own. */
  readonly hidden: number;
}

interface Relation {
  readonly name: string;
  readonly node: Ast<'RangeVar'>;
  readonly isNullable: boolean;
}

const strengths: Readonly<Record<string, RowLockStrength>> = {
  LCS_FORKEYSHARE: 'key share',
  LCS_FORSHARE: 'share',
  LCS_FORNOKEYUPDATE: 'no key update',
  LCS_FORUPDATE: 'update',
};

/** Errors: 0A000 where PostgreSQL has none or we have none, 42P01. */
export function lockedSelect(context: BindContext, select: Ast<'SelectStmt'>): LockedSelect {
  const [clause, ...others] = (select.lockingClause ?? []).map(
    (node) => astAs(node, 'LockingClause') ?? {},
  );
  const strength = strengths[clause?.strength ?? ''] ?? 'update';
  const shown = `FOR ${strength.toUpperCase()}`;
  checkForm(context, select, shown);
  if (others.length > 0) throw context.unsupported('more than one locking clause', undefined);
  const relations = chosen(context, relationsOf(context, select, shown), clause, shown);
  const tables = relations.map(({ node }) => tableOf(context, node, shown));
  for (const { node } of relations) context.locked.add(node);
  const skips = clause?.waitPolicy === 'LockWaitSkip';
  const limits = skips ? [select.limitCount, select.limitOffset] : [];
  const { lockingClause: _locks, ...plain } = select;
  const { limitCount: _count, limitOffset: _offset, limitOption: _option, ...unlimited } = plain;
  const extra = [
    ...relations.map(({ name }) => target(columnRef([name, rowIdName]))),
    ...limits.flatMap((node) => (node === undefined ? [] : [target(asInt8(node))])),
  ];
  const locks: RowLocks = {
    tables,
    strength,
    wait: skips ? 'skip' : clause?.waitPolicy === 'LockWaitError' ? 'fail' : 'wait',
    hasLimit: skips && select.limitCount !== undefined,
    hasOffset: skips && select.limitOffset !== undefined,
  };
  const base = skips ? unlimited : plain;
  const whole = { ...base, targetList: [...(select.targetList ?? []), ...extra] };
  return { select: whole, locks, hidden: extra.length };
}

function target(val: Node): Node {
  return { ResTarget: { val, name: 'locked' } };
}

function columnRef(names: readonly string[]): Node {
  return { ColumnRef: { fields: names.map((sval) => ({ String: { sval } })), location: -1 } };
}

function asInt8(arg: Node): Node {
  const names = [{ String: { sval: 'pg_catalog' } }, { String: { sval: 'int8' } }];
  return { TypeCast: { arg, typeName: { names, typemod: -1, location: -1 }, location: -1 } };
}

/** Errors: 0A000 in PostgreSQL's words. */
function checkForm(context: BindContext, select: Ast<'SelectStmt'>, shown: string): void {
  const refuse = (what: string): Error =>
    context.error('feature_not_supported', `${shown} is not allowed with ${what}`, undefined);
  if ((select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') throw refuse('UNION/INTERSECT/EXCEPT');
  if (select.valuesLists !== undefined) {
    throw context.error('feature_not_supported', `${shown} cannot be applied to VALUES`, undefined);
  }
  if (select.distinctClause !== undefined) throw refuse('DISTINCT clause');
  if (select.groupClause !== undefined) throw refuse('GROUP BY clause');
  if (select.havingClause !== undefined) throw refuse('HAVING clause');
  visitAst(select.targetList, 'FuncCall', (content) => {
    const call = content as Ast<'FuncCall'>;
    if (call.over !== undefined) throw refuse('window functions');
    const kinds = findFunctions(stringsOf(call.funcname).at(-1) ?? '').map((found) => {
      return found.overload.kind;
    });
    if (kinds.includes('aggregate')) throw refuse('aggregate functions');
    if (kinds.includes('table')) throw refuse('set-returning functions in the target list');
  });
}

/** Errors: 0A000 for other things than tables and joins of them. */
function relationsOf(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  shown: string,
): readonly Relation[] {
  const visit = (node: Node, isNullable: boolean): readonly Relation[] => {
    const table = astAs(node, 'RangeVar');
    if (table !== undefined) {
      return [{ name: table.alias?.aliasname ?? table.relname ?? '', node: table, isNullable }];
    }
    const join = astAs(node, 'JoinExpr');
    if (join === undefined || join.alias !== undefined) {
      throw context.unsupported(`${shown} over this FROM clause`, undefined);
    }
    const [left, right] = nullable[join.jointype ?? 'JOIN_INNER'] ?? [false, false];
    return [
      ...(join.larg === undefined ? [] : visit(join.larg, isNullable || left)),
      ...(join.rarg === undefined ? [] : visit(join.rarg, isNullable || right)),
    ];
  };
  return (select.fromClause ?? []).flatMap((node) => visit(node, false));
}

/** Which sides of a join may be NULL. */
const nullable: Readonly<Record<string, readonly [left: boolean, right: boolean]>> = {
  JOIN_LEFT: [false, true],
  JOIN_RIGHT: [true, false],
  JOIN_FULL: [true, true],
};

/** Errors: 42P01, 0A000. */
function chosen(
  context: BindContext,
  relations: readonly Relation[],
  clause: Ast<'LockingClause'> | undefined,
  shown: string,
): readonly Relation[] {
  const names = (clause?.lockedRels ?? []).map((node) => astAs(node, 'RangeVar') ?? {});
  for (const { relname = '', location } of names) {
    if (relations.some(({ name }) => name === relname)) continue;
    const message = `relation "${relname}" in ${shown} clause not found in FROM clause`;
    throw context.error('undefined_table', message, location);
  }
  const locked =
    names.length === 0
      ? relations
      : relations.filter(({ name }) => names.some(({ relname }) => relname === name));
  if (!locked.some(({ isNullable }) => isNullable)) return locked;
  const message = `${shown} cannot be applied to the nullable side of an outer join`;
  throw context.error('feature_not_supported', message, undefined);
}

/** Errors: 42P01 as for any name, 0A000 for views and catalogs. */
function tableOf(
  context: BindContext,
  { schemaname: schema, relname: name = '', location }: Ast<'RangeVar'>,
  shown: string,
): TableDefinition {
  const { catalog } = context.options;
  const table = catalog.findTable(schema, name);
  if (table?.definition.materialized !== undefined) {
    const message = `cannot lock rows in materialized view "${name}"`;
    throw context.error('wrong_object_type', message, undefined);
  }
  if (table !== undefined) return table.definition;
  if (catalog.findView(schema, name) ?? catalog.findFacts(schema, name)) {
    throw context.unsupported(`${shown} of other relations than tables`, undefined);
  }
  const written = schema === undefined ? name : `${schema}.${name}`;
  throw context.error('undefined_table', `relation "${written}" does not exist`, location);
}
