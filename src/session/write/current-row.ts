/**
 * WHERE CURRENT OF: the row on which a cursor with FOR UPDATE stands, named by its id when the
 * statement runs.
 *
 *     update t set a = 1 where current of c  ──▶  update t set a = 1 where row id of t = 42
 */
import type { Node } from '@pgsql/types';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { rowIdName } from '../../plan/binder/from/row-identity.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import type { Portal } from '../portal/portal.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Prepared } from '../statement/prepared.ts';
import { nodeBody, nodeKind } from '../statement/statement-kind.ts';

interface Written {
  readonly schemaname?: string;
  readonly relname?: string;
  readonly alias?: { readonly aliasname?: string };
}

/** For its types: the statement over no row. Any other statement stays as it is. */
export function overNoRow(node: Node): Node {
  if (cursorName(node) === undefined) return node;
  return withCondition(node, { A_Const: { boolval: { boolval: false }, location: -1 } });
}

/**
 * The statement over the cursor's row; undefined: it names no cursor. Errors: 34000 for no such
 * cursor, 24000 for one that stands on no row of the table, 0A000.
 */
export function planAtCursor(
  session: SqlSession,
  prepared: Prepared,
): PlannedStatement | undefined {
  const { statement, parameterTypes } = prepared;
  const name = statement && cursorName(statement.node);
  if (statement === undefined || name === undefined) return undefined;
  const target = nodeBody(statement.node)['relation'] as Written;
  const rowId = currentRow(session, name, target);
  const node = withCondition(statement.node, isRow(target, rowId));
  const variables = prepared.variables?.();
  const named = variables === undefined ? {} : { variables };
  const options = { parametersFixed: true, writesInWith: 'allowed', ...named } as const;
  return session.planNode({ ...statement, node }, parameterTypes, options).planned;
}

function cursorName(node: Node): string | undefined {
  if (nodeKind(node) !== 'UpdateStmt' && nodeKind(node) !== 'DeleteStmt') return undefined;
  const where = nodeBody(node)['whereClause'] as
    { readonly CurrentOfExpr?: { readonly cursor_name?: string } } | undefined;
  return where?.CurrentOfExpr?.cursor_name;
}

function withCondition(node: Node, whereClause: Node): Node {
  return { [nodeKind(node)]: { ...nodeBody(node), whereClause } } as unknown as Node;
}

/** NULL is no row: the cursor's outer join has none of this table. */
function isRow({ relname = '', alias }: Written, rowId: bigint | null): Node {
  const names = [alias?.aliasname ?? relname, rowIdName];
  const lexpr: Node = {
    ColumnRef: { fields: names.map((sval) => ({ String: { sval } })), location: -1 },
  };
  const arg: Node = {
    A_Const: rowId === null ? { isnull: true } : { sval: { sval: String(rowId) } },
  };
  const type = ['pg_catalog', 'int8'].map((sval) => ({ String: { sval } }));
  const rexpr: Node = {
    TypeCast: { arg, typeName: { names: type, typemod: -1, location: -1 }, location: -1 },
  };
  const name = [{ String: { sval: '=' } }];
  return { A_Expr: { kind: 'AEXPR_OP', name, lexpr, rexpr, location: -1 } };
}

function currentRow(session: SqlSession, name: string, target: Written): bigint | null {
  const portal = session.portals.find(name);
  if (portal?.cursor === undefined) {
    throw new SqlError('invalid_cursor_name', `cursor "${name}" does not exist`);
  }
  const { schemaname: schema, relname = '' } = target;
  const table = session.catalog().findTable(schema, relname)?.definition;
  if (portal.isHeld) throw invalid(`cursor "${name}" is held from a previous transaction`);
  if (portal.identities === undefined) {
    throw unsupported('WHERE CURRENT OF a cursor without FOR UPDATE');
  }
  const found = portal.identities.tables.flatMap(({ oid }, at) => (oid === table?.oid ? [at] : []));
  const [place] = found;
  if (table === undefined || place === undefined || found.length > 1) {
    const how = found.length > 1 ? 'has multiple' : 'does not have a';
    const marks = found.length > 1 ? 'references' : 'reference';
    throw invalid(`cursor "${name}" ${how} FOR UPDATE/SHARE ${marks} to table "${relname}"`);
  }
  if (table.partitionBy !== undefined) {
    throw unsupported('WHERE CURRENT OF a cursor over a partitioned table');
  }
  const rowId = idOf(portal, place);
  const write = session.transaction.forWriting().write(table.oid);
  if (rowId !== null && write.hasDeleted(rowId)) {
    throw unsupported('WHERE CURRENT OF a row that the transaction has changed');
  }
  return rowId;
}

function idOf(portal: Portal, place: number): bigint | null {
  const row = portal.rows?.currentRow;
  if (row === undefined) throw invalid(`cursor "${portal.name}" is not positioned on a row`);
  return portal.identities?.at(row)[place] ?? null;
}

function invalid(message: string): SqlError {
  return new SqlError('invalid_cursor_state', message);
}
