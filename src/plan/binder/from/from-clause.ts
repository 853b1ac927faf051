/** FROM: items side by side, each a table, view, CTE, subquery, function or join. */
import type { SqlType } from '../../../types/sql-type.ts';
import type { Node } from '@pgsql/types';
import type { LogicalNode } from '../../logical.ts';
import { freeColumns } from '../../rules/logical-tree.ts';
import { astAs, kindOf, stringsOf, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { bindJoin } from './joins.ts';
import { join, oneRow } from '../nodes.ts';
import { bindQuery } from '../select/query.ts';
import { bindRangeVar } from './relations.ts';
import type { BoundQuery, Env, NamespaceItem, Relation, ScopeColumn } from '../scope.ts';
import { bindRangeFunction } from './table-functions.ts';

export interface FromItem {
  readonly node: LogicalNode;
  readonly items: readonly NamespaceItem[];
}

/** Binds the clause and leaves its names visible in the level. */
export function bindFrom(env: Env, nodes: readonly Node[] | undefined): LogicalNode {
  const { level } = env;
  let bound: FromItem | undefined;
  for (const node of nodes ?? []) {
    level.namespace = [...(bound?.items ?? [])].map(asLateral);
    bound = combineItems(env, bound, bindFromItem(env, node));
  }
  level.namespace = bound?.items ?? [];
  return bound?.node ?? oneRow;
}

export function combineItems(env: Env, left: FromItem | undefined, right: FromItem): FromItem {
  if (left === undefined) return right;
  const items = [...left.items, ...right.items];
  refuseSameNames(env.context, left.items, right.items);
  const lateral = usesColumns(right.node, left.node);
  return { node: join(left.node, right.node, { joinType: 'inner', lateral }), items };
}

export function asLateral(item: NamespaceItem): NamespaceItem {
  return { ...item, lateralOnly: true, lateralOk: true };
}

export function usesColumns(right: LogicalNode, left: LogicalNode): boolean {
  const free = freeColumns(right);
  return left.columns.some(({ id }) => free.has(id));
}

/** 42712 for two relations of one name. */
export function refuseSameNames(
  context: BindContext,
  left: readonly NamespaceItem[],
  right: readonly NamespaceItem[],
): void {
  const visible = (items: readonly NamespaceItem[]): readonly Relation[] =>
    items.filter(({ relationVisible }) => relationVisible).map(({ relation }) => relation);
  const known = visible(left);
  for (const { name, schema } of visible(right)) {
    const same = known.find((other) => other.name !== undefined && other.name === name);
    if (same === undefined) continue;
    const areTables = same.schema !== undefined && schema !== undefined && same.schema !== schema;
    if (areTables) continue;
    const message = `table name "${name}" specified more than once`;
    throw context.error('duplicate_alias', message, undefined);
  }
}

export function bindFromItem(env: Env, node: Node): FromItem {
  const { context } = env;
  const kind = kindOf(node);
  switch (kind) {
    case 'RangeVar':
      return bindRangeVar(env, astAs(node, 'RangeVar') ?? {});
    case 'RangeSubselect':
      return bindSubselect(env, astAs(node, 'RangeSubselect') ?? {});
    case 'RangeFunction':
      return bindRangeFunction(env, astAs(node, 'RangeFunction') ?? {});
    case 'JoinExpr':
      return bindJoin(env, astAs(node, 'JoinExpr') ?? {});
    case 'RangeTableSample':
      throw context.unsupported('TABLESAMPLE', node);
    default:
      throw context.unsupported(kind ?? 'this FROM item', node);
  }
}

function bindSubselect(env: Env, node: Ast<'RangeSubselect'>): FromItem {
  const { context } = env;
  const select = astAs(node.subquery, 'SelectStmt');
  if (select === undefined) throw context.unsupported('this subquery in FROM', undefined);
  const parent: Env = { ...env, clause: 'fromSubquery', lateralActive: node.lateral === true };
  const query = bindQuery(context, select, parent);
  const name = node.alias?.aliasname ?? '';
  const columns = aliasedColumns(context, scopeColumns(query), node.alias, name);
  return relationItem(env, { name, node: query.node, columns });
}

export function scopeColumns(query: BoundQuery): readonly ScopeColumn[] {
  return query.output.map(({ name, column, shape }) => ({ name, column, shape }));
}

/** Columns renamed by an alias list. Errors: 42P10 for more names than columns. */
export function aliasedColumns(
  context: BindContext,
  columns: readonly ScopeColumn[],
  alias: Ast<'Alias'> | undefined,
  relation: string,
): readonly ScopeColumn[] {
  const names = stringsOf(alias?.colnames);
  const plain = columns.filter(({ hidden }) => hidden !== true);
  if (names.length > plain.length) {
    const counts = `${plain.length} columns available but ${names.length} columns specified`;
    const message = `table "${relation}" has ${counts}`;
    throw context.error('invalid_column_reference', message, undefined);
  }
  if (names.length === 0) return columns.map((column) => ({ ...column }));
  return columns.map((column) => {
    const index = plain.indexOf(column);
    return { ...column, name: (index < 0 ? undefined : names[index]) ?? column.name };
  });
}

interface NewRelation {
  readonly name: string;
  readonly node: LogicalNode;
  readonly columns: readonly ScopeColumn[];
  readonly allNames?: readonly string[] | undefined;
  readonly schema?: string | undefined;
  readonly tableName?: string | undefined;
  readonly oid?: number | undefined;
  readonly rowType?: SqlType | undefined;
  readonly isScalar?: boolean;
  readonly keyIds?: readonly number[] | undefined;
}

/** Enters a relation into the level and makes it visible by name and by column. */
export function relationItem(env: Env, parts: NewRelation): FromItem {
  const { node, ...relation } = parts;
  env.level.relations.push(relation);
  return { node, items: [{ relation, relationVisible: true, columnsVisible: true }] };
}
