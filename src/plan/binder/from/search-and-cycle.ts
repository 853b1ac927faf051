/**
 * SEARCH and CYCLE of a recursive query: both arms carry more columns, as PostgreSQL's
 * rewriteSearchAndCycle does it.
 *
 *     r(a, b) AS (first UNION ALL next) SEARCH DEPTH FIRST BY a SET seq
 *                                       CYCLE a SET mark TO yes DEFAULT no USING path
 *
 *     first ──▶ SELECT a, b, ARRAY[ROW(a)], no, ARRAY[ROW(a)] FROM (first)
 *     next  ──▶ SELECT a, b, seq || ROW(a), CASE WHEN ROW(a) = ANY (path) THEN yes ELSE no END,
 *                      path || ROW(a)
 *                 FROM (next, with r.seq, r.mark, r.path) WHERE mark <> yes
 *
 * BREADTH FIRST has ROW(depth, a) for seq; the depth is one more column, which nobody sees.
 */
import type { Node } from '@pgsql/types';
import type { SqlStateName } from '../../../errors/sql-state.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { hasEquality } from '../../../types/type-orders.ts';
import { formatType } from '../../../types/type-name.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import { commonType } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import type { Env } from '../scope.ts';

type Select = Ast<'SelectStmt'>;
type Cte = Ast<'CommonTableExpr'>;

/** A column that the clauses add to a recursive query. */
export interface TraceColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Outside of the query, nobody sees it. */
  readonly internal?: boolean;
  /** Its value in the first rows, and in those that are made of others. */
  readonly first: Node;
  readonly next: Node;
}

const depthName = '*DEPTH*';
const rowsAlias = '*ROWS*';

export function hasTrace({ search_clause: search, cycle_clause: cycle }: Cte): boolean {
  return search !== undefined || cycle !== undefined;
}

/** `names` are those of the query's own columns. Errors: 42601, 42701, 0A000, 42804, 42883. */
export function traceColumns(env: Env, cte: Cte, names: readonly string[]): readonly TraceColumn[] {
  const { search_clause: search, cycle_clause: cycle } = cte;
  const searched = search === undefined ? [] : searchColumns(env.context, search, names);
  const cycled = cycle === undefined ? [] : cycleColumns(env, cycle, names);
  const clash = cycled.find(({ name }) => search?.search_seq_column === name);
  if (clash !== undefined) {
    const what = clash === cycled[0] ? 'mark' : 'path';
    const message = `search sequence column name and cycle ${what} column name are the same`;
    throw env.context.error('syntax_error', message, search?.location);
  }
  return [...searched, ...cycled];
}

interface Named {
  readonly kind: 'search' | 'cycle';
  readonly names: readonly string[];
  readonly location: number | undefined;
}

/** The columns as a row of references. */
function rowOf(context: BindContext, list: readonly Node[] | undefined, named: Named): Node[] {
  const seen = new Set<string>();
  return stringsOf(list).map((name) => {
    const at = named.names.indexOf(name);
    const column = `${named.kind} column "${name}"`;
    if (at < 0) {
      const message = `${column} not in WITH query column list`;
      throw context.error('syntax_error', message, named.location);
    }
    if (seen.has(name)) {
      const message = `${column} specified more than once`;
      throw context.error('duplicate_column', message, named.location);
    }
    seen.add(name);
    return reference(ownName(at));
  });
}

function checkNew(context: BindContext, named: Named, what: string, name: string): void {
  if (!named.names.includes(name)) return;
  const message = `${what} column name "${name}" already used in WITH query column list`;
  throw context.error('syntax_error', message, named.location);
}

function searchColumns(
  context: BindContext,
  search: NonNullable<Cte['search_clause']>,
  names: readonly string[],
): readonly TraceColumn[] {
  const named: Named = { kind: 'search', names, location: search.location };
  const keys = rowOf(context, search.search_col_list, named);
  const name = search.search_seq_column ?? '';
  checkNew(context, named, 'search sequence', name);
  if (search.search_breadth_first !== true) return [grownRows(name, keys)];
  const depth = call('int8', integer(0));
  const deeper = operator('+', reference(depthName), integer(1));
  return [
    { name, type: sqlType('record'), first: row([depth, ...keys]), next: row([deeper, ...keys]) },
    { name: depthName, type: sqlType('int8'), internal: true, first: depth, next: deeper },
  ];
}

function grownRows(name: string, keys: readonly Node[]): TraceColumn {
  const own = row(keys);
  const first: Node = { A_ArrayExpr: { elements: [own] } };
  const next = operator('||', reference(name), first);
  return { name, type: sqlType('_record'), first, next };
}

function cycleColumns(
  env: Env,
  cycle: NonNullable<Cte['cycle_clause']>,
  names: readonly string[],
): readonly TraceColumn[] {
  const { context } = env;
  const named: Named = { kind: 'cycle', names, location: cycle.location };
  const keys = rowOf(context, cycle.cycle_col_list, named);
  const mark = cycle.cycle_mark_column ?? '';
  const path = cycle.cycle_path_column ?? '';
  checkNew(context, named, 'cycle mark', mark);
  const type = markType(env, cycle);
  checkNew(context, named, 'cycle path', path);
  if (mark === path) {
    const message = 'cycle mark column name and cycle path column name are the same';
    throw context.error('syntax_error', message, cycle.location);
  }
  const { cycle_mark_value: value = {} as Node, cycle_mark_default: fallback = {} as Node } = cycle;
  const met: Node = {
    A_Expr: {
      kind: 'AEXPR_OP_ANY',
      name: [string('=')],
      lexpr: row(keys),
      rexpr: reference(path),
    },
  };
  return [
    {
      name: mark,
      type,
      first: choice(falsehood, value, fallback),
      next: choice(met, value, fallback),
    },
    grownRows(path, keys),
  ];
}

function markType(env: Env, cycle: NonNullable<Cte['cycle_clause']>): SqlType {
  const { context } = env;
  const marks = [cycle.cycle_mark_value, cycle.cycle_mark_default].map((node) =>
    bindExpr(env, node),
  );
  const type = commonType(context, marks, 'CYCLE') ?? sqlType('text');
  if (hasEquality(type.name)) return type;
  const message = `could not identify an equality operator for type ${formatType(type.name)}`;
  throw context.error('undefined_function', message, undefined);
}

export interface RecursiveArms {
  readonly larg: Select;
  readonly rarg: Select;
}

/** Errors: 0A000 for arms that are no plain SELECT, and for a reference in a subquery. */
export function tracedArms(
  context: BindContext,
  cte: Cte,
  { larg, rarg }: RecursiveArms,
  { names, added }: { readonly names: readonly string[]; readonly added: readonly TraceColumn[] },
): RecursiveArms {
  const relation = referenceName(rarg, cte.ctename ?? '');
  if (relation === undefined) {
    const what = `the recursive reference to WITH query "${cte.ctename}"`;
    const message = `with a SEARCH or CYCLE clause, ${what} must be at the top level of its right-hand SELECT`;
    throw context.error('feature_not_supported', message, undefined);
  }
  if ([rarg.distinctClause, rarg.groupClause].some((clause) => clause !== undefined)) {
    throw context.unsupported('DISTINCT or GROUP BY below SEARCH or CYCLE', cte.location);
  }
  const carried = added.map(({ name }): Node => target(reference(name, relation), name));
  // What is recorded of the text's own nodes stays as it was.
  const copy = structuredClone(rarg);
  const inner: Select = { ...copy, targetList: [...(copy.targetList ?? []), ...carried] };
  const own = names.map((_, i) => ownName(i));
  const outputs = (use: 'first' | 'next'): Node[] => [
    ...names.map((name, i) => target(reference(ownName(i)), name)),
    ...added.map((column) => target(column[use], column.name)),
  ];
  const mark = cte.cycle_clause?.cycle_mark_column;
  const value = cte.cycle_clause?.cycle_mark_value;
  const open =
    mark === undefined || value === undefined ? undefined : operator('<>', reference(mark), value);
  return {
    larg: around(larg, own, outputs('first')),
    rarg: {
      ...around(inner, [...own, ...added.map(({ name }) => name)], outputs('next')),
      ...(open === undefined ? {} : { whereClause: open }),
    },
  };
}

/** Errors: 42601, 0A000 for set operations. */
export function checkTraced(context: BindContext, { larg, rarg }: RecursiveArms): void {
  const check = (arm: Select, side: string, code: SqlStateName): void => {
    if ((arm.op ?? 'SETOP_NONE') === 'SETOP_NONE') return;
    const message = `with a SEARCH or CYCLE clause, the ${side} side of the UNION must be a SELECT`;
    throw context.error(code, message, undefined);
  };
  check(larg, 'left', 'feature_not_supported');
  check(rarg, 'right', 'syntax_error');
}

/** What the query is called where it reads itself; undefined: not in FROM itself. */
function referenceName({ fromClause, withClause }: Select, name: string): string | undefined {
  const isHidden = withClause?.ctes?.some(
    (item) => astAs(item, 'CommonTableExpr')?.ctename === name,
  );
  if (isHidden === true) return undefined;
  const find = (item: Node | undefined): string | undefined => {
    const table = astAs(item, 'RangeVar');
    if (table?.relname === name && table.schemaname === undefined) {
      return table.alias?.aliasname ?? name;
    }
    const joined = astAs(item, 'JoinExpr');
    return joined === undefined ? undefined : (find(joined.larg) ?? find(joined.rarg));
  };
  for (const item of fromClause ?? []) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function around(select: Select, names: readonly string[], targetList: Node[]): Select {
  const alias = { aliasname: rowsAlias, colnames: names.map(string) };
  const rows: Node = { RangeSubselect: { subquery: { SelectStmt: select }, alias } };
  return { targetList, fromClause: [rows], op: 'SETOP_NONE', limitOption: 'LIMIT_OPTION_DEFAULT' };
}

/** Names of columns may repeat, places do not. */
function ownName(index: number): string {
  return `*${index}*`;
}

function reference(name: string, relation = rowsAlias): Node {
  return { ColumnRef: { fields: [string(relation), string(name)] } };
}

function string(sval: string): Node {
  return { String: { sval } };
}

function integer(ival: number): Node {
  return { A_Const: { ival: { ival } } };
}

const falsehood: Node = { A_Const: { boolval: { boolval: false } } };

function call(name: string, ...args: Node[]): Node {
  return { FuncCall: { funcname: [string('pg_catalog'), string(name)], args } };
}

function operator(name: string, lexpr: Node, rexpr: Node): Node {
  return { A_Expr: { kind: 'AEXPR_OP', name: [string(name)], lexpr, rexpr } };
}

function row(args: readonly Node[]): Node {
  return { RowExpr: { args: [...args], row_format: 'COERCE_EXPLICIT_CALL' } };
}

function choice(expr: Node, result: Node, defresult: Node): Node {
  return { CaseExpr: { args: [{ CaseWhen: { expr, result } }], defresult } };
}

function target(val: Node, name: string): Node {
  return { ResTarget: { name, val } };
}
