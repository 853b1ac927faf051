/**
 * Privileges on columns: who may not read or write a whole relation may do so with columns of it
 * (PostgreSQL's ExecCheckRTEPerms). A statement that names none needs one of any column.
 */
import type { Node } from '@pgsql/types';
import type { AccessObject } from '../../catalog/access-rights.ts';
import { unsupported } from '../../errors/sql-error.ts';
import { visitAst } from '../../plan/binder/ast.ts';
import { BindingRecord } from '../../plan/binder/recording.ts';
import type { StatementVariables } from '../../plan/planner.ts';
import { planStatement } from '../../plan/plan-statement.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlSession } from '../sql-session.ts';
import type { NeededRight } from './needed-rights.ts';
import type { OwnRelation } from './own-relation.ts';

/** A query whose relations are looked at: the statement, or a view's. */
export interface CheckedQuery {
  readonly node: Node;
  readonly positionOf: ParsedStatement['positionOf'];
  readonly parameterTypes: readonly (SqlType | undefined)[];
  readonly variables?: StatementVariables;
}

interface Wanted {
  readonly relation: OwnRelation;
  readonly object: AccessObject;
  readonly role: number;
  readonly need: NeededRight;
  readonly letter: string;
}

/** Whether privileges on columns are enough. Errors: 0A000; those of binding the query. */
export function mayByColumns(session: SqlSession, query: CheckedQuery, wanted: Wanted): boolean {
  const { object, role, letter } = wanted;
  const { rights } = session.roles;
  if (!rights.mayAnyColumn(role, object, letter)) return false;
  const names =
    letter === 'r' ? readColumns(session, query, wanted) : writtenColumns(session, wanted);
  return names?.every((name) => rights.mayColumn(role, object, [name, letter])) === true;
}

const systemNames = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** Names of the relation's columns that the query reads; undefined: others than its own. */
function readColumns(
  session: SqlSession,
  { node, positionOf, parameterTypes, variables }: CheckedQuery,
  { relation }: Wanted,
): readonly string[] | undefined {
  let isSystem = false;
  visitAst(node, 'sval', (content) => {
    if (typeof content === 'string' && systemNames.has(content)) isSystem = true;
  });
  if (isSystem) return undefined;
  const record = new BindingRecord();
  const options = session.plannerOptions({ positionOf }, parameterTypes);
  const named = variables === undefined ? {} : { variables };
  planStatement(node, { ...options, ...named, record });
  const columns = columnNames(session, relation);
  const numbers = [...(record.usedColumns.get(relation.oid) ?? [])];
  return numbers.map((number) => columns[number - 1] ?? '');
}

function columnNames(session: SqlSession, { oid, columns }: OwnRelation): readonly string[] {
  const { store } = session.environment;
  const table = store.tableByOid(oid, session.transaction.storeTransaction)?.definition;
  return (table?.columns ?? columns ?? []).map(({ name }) => name);
}

/** Errors: 0A000 for MERGE and for what is written through a view. */
function writtenColumns(session: SqlSession, wanted: Wanted): readonly string[] {
  const { need, letter, relation } = wanted;
  const written = need.written?.[letter];
  if (written === undefined) throw unsupported('this statement by privileges on columns');
  if (!('count' in written)) return written;
  return columnNames(session, relation).slice(0, written.count);
}
