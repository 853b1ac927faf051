/**
 * Which keys ON CONFLICT means: those over just the named columns and expressions, partial ones
 * where the clause's WHERE implies their condition (PostgreSQL's infer_arbiter_indexes).
 */
import type { Node } from '@pgsql/types';
import type { IndexDefinition } from '../../../catalog/index-definition.ts';
import { isKey, type TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import type { Expr } from '../../../expr/expr.ts';
import { conjunctsOf, mapExpr, someExpr } from '../../../expr/walk.ts';
import { exprText } from '../../explain/expr-text.ts';
import { foldConstant } from '../../rules/fold-constant.ts';
import { registryFacts } from '../../rules/function-facts.ts';
import { expressionOf } from './assignments.ts';
import { astAs, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { coerceToBoolean, resolveUnknown } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { plainColumns } from '../from/relations.ts';
import { envOf, QueryLevel, type Env, type Relation } from '../scope.ts';
import { columnOrVariable } from '../variables.ts';
import { relationOf } from './write-target.ts';
import { shownOver, type WrittenRelation } from './written-relation.ts';

/** Names of keys, whole ones first; undefined: none was named, all count. Errors: 42P10, 42704. */
export function conflictArbiters(
  context: BindContext,
  written: WrittenRelation,
  infer: Ast<'InferClause'> | undefined,
  relation: Ast<'RangeVar'> | undefined,
): readonly string[] | undefined {
  if (infer === undefined) return undefined;
  const table = written.table.definition;
  const constraints = table.constraints.filter(isKey);
  if (infer.conname !== undefined) {
    if (constraints.some(({ name }) => name === infer.conname)) return [infer.conname];
    const message = `constraint "${infer.conname}" for table "${written.name}" does not exist`;
    throw context.error('undefined_object', message, undefined);
  }
  const wanted = wantedKey(context, written, { infer, relation });
  const indexes = (table.indexes ?? []).filter(({ isUnique }) => isUnique);
  const inference = { context, written, table };
  const found = [...constraints, ...indexes].filter((key) => isMeant(inference, wanted, key));
  const whole = found.filter((key) => !('where' in key));
  const names = [...whole, ...found.filter((key) => 'where' in key)].map(({ name }) => name);
  if (names.length > 0) return names;
  throw noArbiter();
}

/** 42P10. */
export function noArbiter(): SqlError {
  const message =
    'there is no unique or exclusion constraint matching the ON CONFLICT specification';
  return new SqlError('invalid_column_reference', message);
}

interface WantedKey {
  readonly positions: readonly number[];
  readonly expressions: readonly string[];
  readonly conditions: readonly Expr[];
}

interface NamedKey {
  readonly infer: Ast<'InferClause'>;
  /** The statement's target, with its alias. */
  readonly relation: Ast<'RangeVar'> | undefined;
}

/** The clause's columns and expressions over the table's row. Errors: 42703 and those of binding. */
function wantedKey(
  context: BindContext,
  written: WrittenRelation,
  { infer, relation }: NamedKey,
): WantedKey {
  const shown = shownOver(context, written, written.row);
  const env = rowEnv(context, relationOf(written, relation, shown));
  const exprs = (infer.indexElems ?? []).map((item): Expr => {
    const { name, expr } = astAs(item, 'IndexElem') ?? {};
    if (name === undefined) return shown.expand(resolveUnknown(context, bindExpr(env, expr)));
    const column = shown.columns.find((each) => each.name === name);
    if (column !== undefined) {
      const named = columnOrVariable(env, columnOf(column.column), [name], infer.location ?? -1);
      return shown.expand(named);
    }
    const message = `column "${name}" does not exist`;
    throw context.error('undefined_column', message, infer.location);
  });
  const positions = exprs.map((expr) => positionOf(written, expr));
  const conditions =
    infer.whereClause === undefined ? [] : conditionsOf(env, infer.whereClause).map(shown.expand);
  return {
    positions: positions.filter((position) => position >= 0),
    expressions: exprs.flatMap((expr, i) => (positions[i] === -1 ? [exprText(expr)] : [])),
    conditions,
  };
}

/** -1: not a column of the table. */
function positionOf({ row }: WrittenRelation, expr: Expr): number {
  return expr.kind === 'column' ? row.findIndex(({ id }) => id === expr.index) : -1;
}

function conditionsOf(env: Env, node: Node): readonly Expr[] {
  const condition = coerceToBoolean(
    env.context,
    bindExpr({ ...env, clause: 'where' }, node),
    'WHERE',
  );
  return conjunctsOf(condition);
}

function rowEnv(context: BindContext, relation: Relation): Env {
  const level = new QueryLevel(undefined);
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  return envOf(context, level, 'check');
}

interface Inference {
  readonly context: BindContext;
  readonly written: WrittenRelation;
  readonly table: TableDefinition;
}

type ArbiterKey = Pick<IndexDefinition, 'columns' | 'expressions' | 'where'>;

function isMeant(
  { context, written, table }: Inference,
  wanted: WantedKey,
  key: ArbiterKey,
): boolean {
  const columns = key.columns.filter((position) => position >= 0);
  const isSame =
    columns.every((position) => wanted.positions.includes(position)) &&
    wanted.positions.every((position) => columns.includes(position));
  if (!isSame) return false;
  const { expressions = [], where } = key;
  if (expressions.length === 0 && wanted.expressions.length > 0) return false;
  if (expressions.length === 0 && where === undefined) return true;
  return context.insideView(table.name, () => {
    const env = rowEnv(context, { name: table.name, columns: plainColumns(written.row) });
    const own = expressions.map(({ sql }) => {
      return exprText(resolveUnknown(context, bindExpr(env, expressionOf(sql))));
    });
    const isCovered =
      own.every((text) => wanted.expressions.includes(text)) &&
      wanted.expressions.every((text) => own.includes(text));
    if (!isCovered || where === undefined) return isCovered;
    return conditionsOf(env, expressionOf(where)).every((condition) =>
      isImplied(condition, wanted.conditions),
    );
  });
}

/** By an equal condition, by a comparison that no NULL satisfies, or by the one value it allows. */
function isImplied(wanted: Expr, given: readonly Expr[]): boolean {
  const text = exprText(wanted);
  return given.some((condition) => {
    if (exprText(condition) === text) return true;
    if (condition.kind !== 'call') return false;
    const [left, right] = condition.args;
    if (wanted.kind === 'isNotNull') return isStrictOver(condition, exprText(wanted.arg));
    if (!condition.functionId.startsWith('=(') || left === undefined) return false;
    return right?.kind === 'constant' && holdsFor(wanted, left, right);
  });
}

/** NULL where the subject is. */
function isStrictOver(expr: Expr, subject: string): boolean {
  if (exprText(expr) === subject) return true;
  if (expr.kind !== 'call' || !registryFacts.isStrict(expr.functionId)) return false;
  return expr.args.some((arg) => isStrictOver(arg, subject));
}

function holdsFor(wanted: Expr, subject: Expr, value: Expr): boolean {
  const name = exprText(subject);
  const replaced = mapExpr(wanted, (part) => (exprText(part) === name ? value : part));
  if (someExpr(replaced, ({ kind }) => kind === 'column')) return false;
  const folded = replaced.kind === 'constant' ? replaced : foldConstant(replaced);
  return folded?.value === true;
}
