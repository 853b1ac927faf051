/**
 * WITH: named queries. One that is used once is put in its place; one that is used more often or
 * is MATERIALIZED is entered in the plan's list and read from there; a recursive one reads its
 * own last round from a work table.
 */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import { formatType } from '../../../types/type-name.ts';
import { hasHash } from '../../../types/type-orders.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { freeColumns } from '../../rules/logical-tree.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { aliasedColumns, relationItem, scopeColumns, type FromItem } from './from-clause.ts';
import { bindInsert } from '../write/insert.ts';
import { shaped } from '../nodes.ts';
import { bindQuery, bindQueryKeepingUnknown } from '../select/query.ts';
import { checkRecursion, references } from './recursion-rules.ts';
import {
  checkTraced,
  hasTrace,
  tracedArms,
  traceColumns,
  type RecursiveArms,
  type TraceColumn,
} from './search-and-cycle.ts';
import { commonArms } from '../select/set-operations.ts';
import { requireEquality } from '../select/sort-keys.ts';
import { envOf, QueryLevel, type BoundQuery, type Env, type ScopeColumn } from '../scope.ts';
import type { EarlierRows } from '../../planner.ts';
import { earlierScan } from './earlier-rows.ts';
import type { WriteParts } from '../write/write-target.ts';
import { bindDelete, bindUpdate } from '../write/writes.ts';

export interface CteBinding {
  readonly name: string;
  /** A reader of the query; each call gives columns of its own, except a query put in place. */
  readonly read: (location?: number) => {
    readonly node: LogicalNode;
    readonly columns: readonly ScopeColumn[];
  };
}

/** An environment in which the clause's queries are known, for the query that has the clause. */
export function withEnv(
  context: BindContext,
  owner: { readonly withClause?: Ast<'WithClause'> },
  parent: Env | undefined,
): Env {
  const level = new QueryLevel(parent);
  const env: Env = {
    ...envOf(context, level, 'cte'),
    lateralActive: parent?.lateralActive === true,
  };
  const clause = owner.withClause ?? {};
  for (const item of clause.ctes ?? []) {
    level.laterCtes.add(astAs(item, 'CommonTableExpr')?.ctename ?? '');
  }
  for (const item of clause.ctes ?? []) {
    const cte = astAs(item, 'CommonTableExpr') ?? {};
    const name = cte.ctename ?? '';
    if (level.ctes.has(name)) {
      const message = `WITH query name "${name}" specified more than once`;
      throw context.error('duplicate_alias', message, cte.location);
    }
    const written = bindWritingQuery(env, owner, cte);
    if (written !== undefined) {
      level.ctes.set(name, writtenCte(env, cte, written));
      level.laterCtes.delete(name);
      continue;
    }
    const select = selectOf(context, cte);
    const own = clause.recursive === true ? references(select, name) : 0;
    if (own === 0 && hasTrace(cte)) {
      throw context.error('syntax_error', 'WITH query is not recursive', cte.location);
    }
    const bind =
      own > 0
        ? (): BoundQuery => recursiveQuery(env, cte, select)
        : (): BoundQuery => bindQuery(context, select, env);
    const before = context.earlier.length;
    const count = uses(owner, name) - (own > 0 ? uses(select, name) : 0);
    const locks = select.lockingClause !== undefined;
    level.ctes.set(name, cteBinding(env, cte, { bind, uses: count, locks }));
    // A query that nobody reads does not run.
    if (locks && count === 0) context.earlier.splice(before);
    level.laterCtes.delete(name);
  }
  return env;
}

function selectOf(context: BindContext, cte: Ast<'CommonTableExpr'>): Ast<'SelectStmt'> {
  const select = astAs(cte.ctequery, 'SelectStmt');
  if (select === undefined) throw context.unsupported('this statement in WITH', cte.location);
  return select;
}

/** A CTE that writes; undefined: it is a query. Errors: 0A000 unless it is at the top level. */
function bindWritingQuery(
  env: Env,
  owner: { readonly withClause?: Ast<'WithClause'> },
  { ctequery: node, location }: Ast<'CommonTableExpr'>,
): WriteParts | undefined {
  const { context } = env;
  if (astAs(node, 'MergeStmt') !== undefined) {
    const message = 'MERGE not supported in WITH query';
    throw context.error('feature_not_supported', message, location);
  }
  const insert = astAs(node, 'InsertStmt');
  const update = astAs(node, 'UpdateStmt');
  const remove = astAs(node, 'DeleteStmt');
  const statement = insert ?? update ?? remove;
  if (statement === undefined) return undefined;
  if (owner !== context.topLevel) {
    const message = 'WITH clause containing a data-modifying statement must be at the top level';
    throw context.error('feature_not_supported', message, location);
  }
  if (insert !== undefined) return bindInsert(context, insert, env);
  if (update !== undefined) return bindUpdate(context, update, env);
  return remove === undefined ? undefined : bindDelete(context, remove, env);
}

/** What RETURNING gave, read as rows that the statement carries. */
function writtenCte(env: Env, cte: Ast<'CommonTableExpr'>, parts: WriteParts): CteBinding {
  const { context } = env;
  const name = cte.ctename ?? '';
  const rows: EarlierRows = [];
  context.earlier.push({ write: parts, rows });
  const read: CteBinding['read'] = (location) => {
    if (parts.fields.length === 0) {
      const message = `WITH query "${name}" does not have a RETURNING clause`;
      throw context.error('feature_not_supported', message, location);
    }
    const node = earlierScan(context, { name, rows, fields: parts.fields });
    const columns = node.columns.map((column) => ({ name: column.name, column }));
    return { node, columns: renamed(context, cte, columns) };
  };
  return { name, read };
}

/** How often a tree names the relation, queries that hide the name counted too. */
function uses(tree: unknown, name: string): number {
  let count = 0;
  visitAst(tree, 'relname', (content) => {
    if (content === name) count += 1;
  });
  return count;
}

interface CteParts {
  readonly bind: () => BoundQuery;
  readonly uses: number;
  /** Rows are locked once, however often it is read. */
  readonly locks: boolean;
}

function cteBinding(
  env: Env,
  cte: Ast<'CommonTableExpr'>,
  { bind, uses: count, locks }: CteParts,
): CteBinding {
  const { context } = env;
  const name = cte.ctename ?? '';
  const bindNamed = (): NamedQuery => {
    const query = bind();
    return { query, columns: renamed(context, cte, scopeColumns(query)) };
  };
  const first = bindNamed();
  const isMaterialized = locks || cte.ctematerialized === 'CTEMaterializeAlways';
  const isShared = isMaterialized || (count > 1 && cte.ctematerialized !== 'CTEMaterializeNever');
  const isCorrelated = freeColumns(first.query.node).size > 0;
  if (isShared && !isCorrelated) return sharedCte(context, name, first);
  let fresh: NamedQuery | undefined = first;
  const read = (): ReturnType<CteBinding['read']> => {
    const { query, columns } = fresh ?? bindNamed();
    fresh = undefined;
    return { node: query.node, columns };
  };
  return { name, read };
}

interface NamedQuery {
  readonly query: BoundQuery;
  readonly columns: readonly ScopeColumn[];
}

function sharedCte(context: BindContext, name: string, { query, columns }: NamedQuery): CteBinding {
  const definition = shaped(context, query);
  let index: number | undefined;
  const read = (): ReturnType<CteBinding['read']> => {
    index ??= context.ctes.push(definition) - 1;
    const own = columns.map(({ name: each, column }) =>
      context.newColumn(each, column.type, column.nullable),
    );
    const node: LogicalNode = { kind: 'cteScan', columns: own, cte: index };
    return {
      node,
      columns: own.map((column, i) => ({ name: column.name, column, shape: columns[i]?.shape })),
    };
  };
  return { name, read };
}

function renamed(
  context: BindContext,
  cte: Ast<'CommonTableExpr'>,
  columns: readonly ScopeColumn[],
): readonly ScopeColumn[] {
  const names = stringsOf(cte.aliascolnames);
  if (names.length > columns.length) {
    const counts = `${columns.length} columns available but ${names.length} columns specified`;
    const message = `WITH query "${cte.ctename}" has ${counts}`;
    throw context.error('invalid_column_reference', message, cte.location);
  }
  return columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
}

/** `WITH RECURSIVE r AS (initial UNION [ALL] recursive)`. Errors: 42P19, 42804. */
function recursiveQuery(
  env: Env,
  cte: Ast<'CommonTableExpr'>,
  select: Ast<'SelectStmt'>,
): BoundQuery {
  const { context } = env;
  const name = cte.ctename ?? '';
  const { larg, rarg } = select;
  if (select.op !== 'SETOP_UNION' || larg === undefined || rarg === undefined) {
    const form = 'non-recursive-term UNION [ALL] recursive-term';
    const message = `recursive query "${name}" does not have the form ${form}`;
    throw context.error('invalid_recursion', message, cte.location);
  }
  refuseClauses(context, select);
  checkRecursion(context, name, { larg, rarg });
  const scope = select.withClause === undefined ? env : withEnv(context, select, env);
  const distinct = select.all !== true;
  const round: Round = { env, scope, cte, distinct };
  if (!hasTrace(cte)) return recursiveRows(round, { larg, rarg }, []);
  checkTraced(context, { larg, rarg });
  const names = renamed(context, cte, scopeColumns(bindQuery(context, larg, scope))).map(
    (column) => column.name,
  );
  const added = traceColumns(scope, cte, names);
  recursiveRows(round, { larg, rarg }, added);
  const arms = tracedArms(context, cte, { larg, rarg }, { names, added });
  return recursiveRows(round, arms, added);
}

/** What the arms of a recursive query are bound in. */
interface Round {
  readonly env: Env;
  /** Knows the query's own WITH clause. */
  readonly scope: Env;
  readonly cte: Ast<'CommonTableExpr'>;
  readonly distinct: boolean;
}

/** `added` columns are read by name only; arms that do not have them are bound for their errors. */
function recursiveRows(
  { env, scope, cte, distinct }: Round,
  { larg, rarg }: RecursiveArms,
  added: readonly TraceColumn[],
): BoundQuery {
  const { context, level } = env;
  const name = cte.ctename ?? '';
  const initial = bindQueryKeepingUnknown(context, larg, scope);
  const names = renamed(context, cte, scopeColumns(initial)).map((column) => column.name);
  const columns = initial.output.map(({ column: { type } }, i) =>
    context.newColumn(names[i] ?? '', type.name === 'unknown' ? sqlType('text') : type),
  );
  const lacking = added.filter((column) => !names.includes(column.name));
  const workTable = context.newWorkTable();
  const earlier = level.ctes.get(name);
  level.ctes.set(name, {
    name,
    read: () => {
      const shown = [...columns, ...lacking].map((each) => context.newColumn(each.name, each.type));
      const node: LogicalNode = { kind: 'workTable', columns: shown, workTable };
      const hides = (column: string): boolean => added.some((each) => each.name === column);
      return {
        node,
        columns: shown.map((column) => {
          return { name: column.name, column, ...(hides(column.name) ? { hidden: true } : {}) };
        }),
      };
    },
  });
  const step = bindQueryKeepingUnknown(context, rarg, scope);
  if (earlier === undefined) level.ctes.delete(name);
  else level.ctes.set(name, earlier);
  const [first, next] = recursiveArms(context, { arms: [initial, step], columns, name, distinct });
  const node: LogicalNode = {
    kind: 'recursive',
    columns,
    initial: shaped(context, first),
    recursive: shaped(context, next),
    workTable,
    distinct,
  };
  const internal = added.find((column) => column.internal === true)?.name;
  const output = columns.filter((column) => column.name !== internal);
  return { node, output: output.map((column) => ({ name: column.name, column })) };
}

function refuseClauses(context: BindContext, select: Ast<'SelectStmt'>): void {
  const fail = (what: string, node: Node | undefined): Error => {
    const message = `${what} in a recursive query is not implemented`;
    return context.error('feature_not_supported', message, node);
  };
  if (select.sortClause !== undefined) {
    throw fail('ORDER BY', astAs(select.sortClause[0], 'SortBy')?.node);
  }
  if (select.limitOffset !== undefined) throw fail('OFFSET', select.limitOffset);
  if (select.limitCount !== undefined) throw fail('LIMIT', select.limitCount);
  if (select.lockingClause !== undefined) throw fail('FOR UPDATE/SHARE', undefined);
}

interface RecursiveTerms {
  readonly arms: readonly [BoundQuery, BoundQuery];
  /** What the recursive term read. */
  readonly columns: readonly LogicalColumn[];
  readonly name: string;
  readonly distinct: boolean;
}

/** Both terms in common types, which must be those of the initial term. */
function recursiveArms(
  context: BindContext,
  { arms, columns, name, distinct }: RecursiveTerms,
): readonly [BoundQuery, BoundQuery] {
  const common = commonArms(context, arms, 'union');
  const [{ output }] = arms;
  for (const [i, { type }] of columns.entries()) {
    const origin = output[i]?.origin;
    if (distinct) requireEquality(context, columnOf(must(columns[i], 'column')), origin);
    const overall = must(common.types[i], 'type');
    if (overall.name === type.name && overall.typmod === type.typmod) continue;
    const [first, last] = [type, overall].map((each) => formatType(each.name, each.typmod));
    const types = `has type ${first} in non-recursive term but type ${last} overall`;
    const message = `recursive query "${name}" column ${i + 1} ${types}`;
    const hint = 'Cast the output of the non-recursive term to the correct type.';
    throw context.error('datatype_mismatch', message, origin, { hint });
  }
  if (distinct && columns.some(({ type }) => !hasHash(type.name))) {
    const detail = 'All column datatypes must be hashable.';
    const message = 'could not implement recursive UNION';
    throw context.error('feature_not_supported', message, undefined, { detail });
  }
  return common.arms;
}

/** A reference to a CTE in FROM. */
export function cteItem(env: Env, cte: CteBinding, node: Ast<'RangeVar'>): FromItem {
  const { node: reader, columns } = cte.read(node.location);
  if (reader.kind === 'workTable') env.level.readsOwnRound = true;
  const name = node.alias?.aliasname ?? cte.name;
  return relationItem(env, {
    name,
    node: reader,
    columns: aliasedColumns(env.context, columns, node.alias, name),
    tableName: cte.name,
  });
}
