/**
 * Policies of a table where its rows are read: of the permissive ones some condition must hold, of
 * the restrictive ones every one (PostgreSQL manual, Row Security Policies).
 *
 *     scan ─▶ filter restrictive … ─▶ filter permissive or … ─▶ barrier ─▶ what the statement asks
 */
import type { PolicyCommand, PolicyRecord } from '../../../catalog/policy-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import type { Expr } from '../../../expr/expr.ts';
import { must } from '../../../errors/assert.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { visitAst } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { coerceToBoolean } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { boolType, constant } from '../literals.ts';
import { barrier, filter } from '../nodes.ts';
import { envOf, QueryLevel } from '../scope.ts';
import { parsedView, plainColumns } from './relations.ts';

/**
 * Undefined: the reader sees every row, or only the statement's meaning is asked. Errors: 42501 with
 * row_security off.
 */
export function rowPolicies(
  { options, reader }: BindContext,
  table: TableDefinition,
): readonly PolicyRecord[] | undefined {
  const { catalog, record, references } = options;
  if (record !== undefined || references !== undefined) return undefined;
  return catalog.policiesFor?.(table, reader);
}

export interface PolicedRows {
  readonly table: TableDefinition;
  readonly policies: readonly PolicyRecord[];
  /** All columns of the table, which conditions are over. */
  readonly row: readonly LogicalColumn[];
}

/** The rows of the scan that policies for all of the commands show. */
export function visibleRows(
  context: BindContext,
  scan: LogicalNode,
  { commands, ...rows }: PolicedRows & { readonly commands: readonly PolicyCommand[] },
): LogicalNode {
  const quals = commands.flatMap((command) => {
    return policyConditions(context, { ...rows, command, kind: 'using', isFilter: true });
  });
  const rest = quals.map(({ expr }) => expr).filter((expr) => !isTrue(expr));
  return barrier(rest.reduce<LogicalNode>(filter, scan));
}

export function isTrue(expr: Expr): boolean {
  return expr.kind === 'constant' && expr.value === true;
}

export interface WantedConditions extends PolicedRows {
  readonly command: PolicyCommand;
  /** `check`: WITH CHECK, or USING where a policy has none. */
  readonly kind: 'using' | 'check';
  /** NULL counts as false. */
  readonly isFilter: boolean;
}

/** A condition that must hold; of a restrictive policy with its name. */
export interface PolicyExpr {
  readonly expr: Expr;
  readonly policy?: string;
}

/** All must hold. Without a permissive one there is no row for which they do. */
export function policyConditions(
  context: BindContext,
  wanted: WantedConditions,
): readonly PolicyExpr[] {
  const { policies, command, kind } = wanted;
  const found = policies
    .filter((policy) => policy.command === 'all' || policy.command === command)
    .flatMap(({ using, check, ...policy }) => {
      const condition = kind === 'check' ? (check ?? using) : using;
      return condition === undefined ? [] : [{ ...policy, sql: condition.sql }];
    });
  const permissive = found.filter(({ isPermissive }) => isPermissive);
  if (permissive.length === 0) return [{ expr: constant(boolType, false) }];
  const restrictive = found
    .filter(({ isPermissive }) => !isPermissive)
    .map(({ name, sql }) => ({ expr: bindCondition(context, wanted, sql), policy: name }));
  const args = permissive.map(({ sql }) => bindCondition(context, wanted, sql));
  const [only] = args;
  const isSome = args.some(isTrue);
  const either: Expr = isSome ? constant(boolType, true) : { kind: 'or', args, type: boolType };
  const one = { expr: args.length === 1 ? must(only, 'a condition') : either };
  return kind === 'check' ? [one, ...restrictive] : [...restrictive, one];
}

/** Its subqueries are ruled by the policies of their tables. Errors: 42P17. */
function bindCondition(
  context: BindContext,
  { table, row, isFilter }: WantedConditions,
  sql: string,
): Expr {
  const parsed = must(parsedView(`SELECT WHERE ${sql}`), 'a condition');
  const node = must(parsed.select.whereClause, 'a condition');
  if (context.policed.includes(table.oid)) refuseRecursion(table, node);
  const level = new QueryLevel(undefined);
  const { name, schema, oid } = table;
  const relation = { name, tableName: name, schema, oid, columns: plainColumns(row) };
  level.relations.push(relation);
  level.namespace = [{ relation, relationVisible: true, columnsVisible: true }];
  const env = { ...envOf(context, level, 'policy'), asFilter: isFilter };
  context.policed.push(oid);
  try {
    const inside = { mentions: parsed.mentions, isPolicy: true };
    return context.insideView(
      name,
      () => coerceToBoolean(context, bindExpr(env, node), 'POLICY'),
      inside,
    );
  } finally {
    context.policed.pop();
  }
}

function refuseRecursion({ name }: TableDefinition, node: unknown): void {
  visitAst(node, 'SubLink', () => {
    const message = `infinite recursion detected in policy for relation "${name}"`;
    throw new SqlError('invalid_object_definition', message);
  });
}
