/** FROM: relations by schema and name, with the alias that they are shown by. */
import type { Node } from '@pgsql/types';
import { astAs, kindOf, stringsOf, type Ast } from '../../sql/ast.ts';
import type { QueryLevel } from '../binder/scope.ts';
import type { Deparsing } from './deparsing.ts';
import { coerced, deparse } from './deparse-expression.ts';
import { castNode } from './literal-nodes.ts';

/** Names of the clause's relations in the order in which PostgreSQL numbers them. */
export function relationNames(items: readonly Node[] | undefined): readonly string[] {
  return (items ?? []).flatMap((item) => {
    const join = astAs(item, 'JoinExpr');
    if (join !== undefined) {
      const sides = [join.larg, join.rarg].flatMap((side) => side ?? []);
      return [...relationNames(sides), ...(join.alias?.aliasname ?? [])].flatMap((name) => name);
    }
    return nameOf(item) ?? [];
  });
}

function nameOf(item: Node): string | undefined {
  const relation = astAs(item, 'RangeVar');
  if (relation !== undefined) return relation.alias?.aliasname ?? relation.relname;
  const call = astAs(item, 'RangeFunction');
  if (call !== undefined) return call.alias?.aliasname ?? functionName(call);
  return astAs(item, 'RangeSubselect')?.alias?.aliasname;
}

/** A function without an alias is named after itself. */
function functionName(node: Ast<'RangeFunction'>): string | undefined {
  const call = astAs(astAs(node.functions?.[0], 'List')?.items?.[0], 'FuncCall');
  return stringsOf(call?.funcname).at(-1);
}

interface Place {
  readonly to: Deparsing;
  readonly level: QueryLevel;
}

export function deparseFrom(to: Deparsing, select: Ast<'SelectStmt'>): Node[] {
  const level = to.record.levels.get(select);
  if (level === undefined) return [to.refuse(undefined)];
  return (select.fromClause ?? []).map((item) => deparseItem({ to, level }, item));
}

function deparseItem(place: Place, item: Node): Node {
  const { to, level } = place;
  switch (kindOf(item)) {
    case 'RangeVar':
      return deparseRelation(place, astAs(item, 'RangeVar') ?? {}, item);
    case 'RangeSubselect': {
      const node = astAs(item, 'RangeSubselect') ?? {};
      const select = astAs(node.subquery, 'SelectStmt');
      const name = nameOf(item);
      if (select === undefined || name === undefined) return to.refuse(item);
      return {
        RangeSubselect: {
          ...node,
          subquery: { SelectStmt: to.subquery(select) },
          alias: aliasOf(place, name, (node.alias?.colnames?.length ?? 0) > 0),
        },
      };
    }
    case 'RangeFunction':
      return deparseFunction(place, astAs(item, 'RangeFunction') ?? {}, item);
    case 'JoinExpr':
      return deparseJoin({ to, level }, astAs(item, 'JoinExpr') ?? {}, item);
    default:
      return to.refuse(item);
  }
}

/** The name that the relation is shown by, and with `columns` all names of its columns. */
function aliasOf({ to, level }: Place, name: string, columns: boolean): Ast<'Alias'> {
  const relation = level.relations.findLast((each) => each.name === name);
  const shown = (relation?.columns ?? []).filter(({ hidden }) => hidden !== true);
  return {
    aliasname: to.nameOf(level, name),
    ...(columns ? { colnames: shown.map((column) => ({ String: { sval: column.name } })) } : {}),
  };
}

function deparseRelation(place: Place, node: Ast<'RangeVar'>, item: Node): Node {
  const { to, level } = place;
  const { relname = '', alias } = node;
  const found = to.record.relations.get(node);
  const name = alias?.aliasname ?? relname;
  const isShown = alias !== undefined || to.nameOf(level, name) !== relname;
  if (node.inh === false) return to.refuse(item);
  if (found !== undefined) to.use(found.oid, 0);
  return {
    RangeVar: {
      ...(found === undefined ? {} : { schemaname: found.schema }),
      relname: found?.name ?? relname,
      ...(isShown ? { alias: aliasOf(place, name, (alias?.colnames?.length ?? 0) > 0) } : {}),
    },
  };
}

function deparseFunction(place: Place, node: Ast<'RangeFunction'>, item: Node): Node {
  const { to } = place;
  const name = nameOf(item);
  if (name === undefined) return to.refuse(item);
  const functions = (node.functions ?? []).map((each): Node => {
    const [call, ...rest] = astAs(each, 'List')?.items ?? [];
    return { List: { items: [deparseSource(to, call), ...rest] } };
  });
  const isDefined = (node.coldeflist?.length ?? 0) > 0;
  return { RangeFunction: { ...node, functions, alias: aliasOf(place, name, !isDefined) } };
}

const callKinds = ['FuncCall', 'CoalesceExpr', 'MinMaxExpr', 'SQLValueFunction', 'XmlExpr'];

/** What does not look like a call is one of CAST. */
function deparseSource(to: Deparsing, call: Node | undefined): Node {
  const shown = deparse(to, call);
  const type = to.typeOf(call);
  const isNullIf = astAs(shown, 'A_Expr')?.kind === 'AEXPR_NULLIF';
  if (isNullIf || callKinds.includes(kindOf(shown) ?? '') || type === undefined) return shown;
  return castNode(shown, type);
}

function deparseJoin(place: Place, node: Ast<'JoinExpr'>, item: Node): Node {
  const { to } = place;
  if (node.larg === undefined || node.rarg === undefined) return to.refuse(item);
  const { alias, isNatural = false, ...rest } = node;
  const merged = to.record.merged.get(node) ?? [];
  for (const { tableOid, columnNumber } of merged.flatMap(({ columns }) => columns)) {
    if (tableOid !== undefined && columnNumber !== undefined) to.use(tableOid, columnNumber);
  }
  const isOuter = (node.jointype ?? 'JOIN_INNER') !== 'JOIN_INNER';
  // PostgreSQL knows that nothing was to be equal; the text of it would be ON TRUE.
  if (isNatural && merged.length === 0 && isOuter) return to.refuse(item);
  const name = alias?.aliasname;
  return {
    JoinExpr: {
      ...rest,
      larg: deparseItem(place, node.larg),
      rarg: deparseItem(place, node.rarg),
      ...(isNatural
        ? { usingClause: merged.map(({ name: sval }): Node => ({ String: { sval } })) }
        : {}),
      ...(node.quals === undefined ? {} : { quals: coerced(to, node.quals, 'bool') }),
      ...(name === undefined
        ? {}
        : { alias: aliasOf(place, name, (alias?.colnames?.length ?? 0) > 0) }),
    },
  };
}
