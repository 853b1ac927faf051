/** Queries: `*` written out, places and names of result columns replaced by what they mean. */
import type { Node } from '@pgsql/types';
import { astAs, isStar, stringsOf, type Ast } from '../../sql/ast.ts';
import { columnNameOf } from '../binder/column-names.ts';
import type { Deparsing } from './deparsing.ts';
import { deparseWindow } from './deparse-call.ts';
import { coerced, deparse, isOpen } from './deparse-expression.ts';
import { commonType, deparseItem } from './deparse-list.ts';
import { deparseFrom, relationNames } from './deparse-from.ts';

type Select = Ast<'SelectStmt'>;

export interface ResultNames {
  /** What the result's columns are called, if not what the query says. */
  readonly names?: readonly string[] | undefined;
  /** Nobody sees the names: columns that the query does not name get none. */
  readonly hidden?: boolean;
}

export function deparseSelect(to: Deparsing, select: Select, result: ResultNames): Select {
  if ((select.lockingClause?.length ?? 0) > 0 || select.intoClause !== undefined) {
    to.refuse(undefined);
  }
  if ((select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') return deparseSetOperation(to, select, result);
  if (select.valuesLists !== undefined) return deparseValues(to, select);
  const level = to.record.levels.get(select);
  if (level === undefined) {
    to.refuse(undefined);
    return select;
  }
  return to.within(level, relationNames(select.fromClause), () => deparsePlain(to, select, result));
}

function deparsePlain(to: Deparsing, select: Select, result: ResultNames): Select {
  const targets = (select.targetList ?? []).flatMap((item) => deparseTarget(to, item));
  const named = targets.map(({ name, val }, i): Node => {
    const shown = result.names?.[i] ?? name;
    const isUnseen = result.hidden === true && shown === '?column?';
    return { ResTarget: isUnseen ? { val } : { name: shown, val } };
  });
  const key = (node: Node): Node => sortKey(to, node, targets);
  return {
    ...withClauseOf(to, select),
    ...(select.distinctClause === undefined
      ? {}
      : {
          distinctClause: select.distinctClause.map((item) => (isEmpty(item) ? item : key(item))),
        }),
    targetList: named,
    ...(select.fromClause === undefined ? {} : { fromClause: deparseFrom(to, select) }),
    ...(select.whereClause === undefined
      ? {}
      : { whereClause: coerced(to, select.whereClause, 'bool') }),
    ...(select.groupClause === undefined
      ? {}
      : { groupClause: groups(select.groupClause, (node) => groupKey(to, node, targets)) }),
    ...(select.groupDistinct === true ? { groupDistinct: true } : {}),
    ...(select.havingClause === undefined
      ? {}
      : { havingClause: coerced(to, select.havingClause, 'bool') }),
    ...(select.windowClause === undefined
      ? {}
      : {
          windowClause: select.windowClause.map((item): Node => ({
            WindowDef: deparseWindow(to, astAs(item, 'WindowDef') ?? {}),
          })),
        }),
    ...tailOf(to, select, key),
  };
}

function isEmpty(node: Node): boolean {
  return Object.keys(node).length === 0;
}

function withClauseOf(to: Deparsing, { withClause }: Select): Pick<Select, 'withClause'> {
  if (withClause === undefined) return {};
  const ctes = (withClause.ctes ?? []).map((item): Node => {
    const cte = astAs(item, 'CommonTableExpr') ?? {};
    const query = astAs(cte.ctequery, 'SelectStmt');
    if (query === undefined) return to.refuse(item);
    return {
      CommonTableExpr: {
        ...cte,
        ctequery: { SelectStmt: deparseSelect(to, query, {}) },
      },
    };
  });
  return { withClause: { ...withClause, ctes } };
}

/** ORDER BY, OFFSET and LIMIT. */
function tailOf(
  to: Deparsing,
  select: Select,
  key: (node: Node) => Node,
): Pick<Select, 'sortClause' | 'limitOffset' | 'limitCount' | 'limitOption'> {
  const { sortClause, limitOffset, limitCount, limitOption } = select;
  const sorts = sortClause?.map((item): Node => {
    const sort = astAs(item, 'SortBy') ?? {};
    if (sort.useOp !== undefined || sort.node === undefined) return to.refuse(item);
    return { SortBy: { ...sort, node: key(sort.node) } };
  });
  return {
    ...(sorts === undefined ? {} : { sortClause: sorts }),
    ...(limitOffset === undefined ? {} : { limitOffset: coerced(to, limitOffset, undefined) }),
    ...(limitCount === undefined ? {} : { limitCount: deparseLimit(to, limitCount) }),
    ...(limitOption === undefined ? {} : { limitOption }),
  };
}

/** LIMIT NULL and LIMIT ALL are the same. */
function deparseLimit(to: Deparsing, node: Node): Node {
  return astAs(node, 'A_Const')?.isnull === true ? node : coerced(to, node, undefined);
}

interface Target {
  readonly name: string;
  readonly val: Node;
}

function deparseTarget(to: Deparsing, item: Node): readonly Target[] {
  const { name, val } = astAs(item, 'ResTarget') ?? {};
  const reference = astAs(val, 'ColumnRef');
  if (reference !== undefined && isStar(reference.fields?.at(-1))) {
    const columns = to.record.stars.get(reference);
    if (columns === undefined) to.refuse(val);
    return (columns ?? []).map((column) => ({ name: column.name, val: to.columnNode(column) }));
  }
  return [{ name: name ?? columnNameOf(val), val: deparseItem(to, val) }];
}

/** A place or a name of a result column stands for its expression. */
function sortKey(to: Deparsing, node: Node, targets: readonly Target[]): Node {
  const place = astAs(node, 'A_Const')?.ival?.ival;
  if (place !== undefined) return targets[place - 1]?.val ?? to.refuse(node);
  const reference = astAs(node, 'ColumnRef');
  const [name, ...others] = stringsOf(reference?.fields);
  const named = others.length > 0 ? undefined : targets.find((target) => target.name === name);
  return reference !== undefined && named !== undefined ? named.val : deparse(to, node);
}

/** GROUP BY looks for columns of FROM first: those were found by binding. */
function groupKey(to: Deparsing, node: Node, targets: readonly Target[]): Node {
  const reference = astAs(node, 'ColumnRef');
  const isColumn = reference !== undefined && to.record.columns.has(reference);
  return isColumn ? deparse(to, node) : sortKey(to, node, targets);
}

function groups(items: readonly Node[], key: (node: Node) => Node): Node[] {
  return items.map((item) => {
    const set = astAs(item, 'GroupingSet');
    const row = astAs(item, 'RowExpr');
    if (set !== undefined) {
      const content = set.content === undefined ? {} : { content: groups(set.content, key) };
      return { GroupingSet: { ...set, ...content } };
    }
    if (row !== undefined) return { RowExpr: { ...row, args: groups(row.args ?? [], key) } };
    return key(item);
  });
}

function deparseValues(to: Deparsing, select: Select): Select {
  const rows = (select.valuesLists ?? []).map((list) => astAs(list, 'List')?.items ?? []);
  // Literals are of the type that the column's other values have.
  const types = (rows[0] ?? []).map((_item, at) =>
    commonType(
      to,
      rows.map((row) => row[at]),
    ),
  );
  const lists = rows.map((row): Node => ({
    List: {
      items: row.map((item, at) => {
        return isOpen(item) ? coerced(to, item, types[at]) : deparseItem(to, item);
      }),
    },
  }));
  return { ...withClauseOf(to, select), valuesLists: lists, ...tailOf(to, select, (node) => node) };
}

function deparseSetOperation(to: Deparsing, select: Select, result: ResultNames): Select {
  const { larg, rarg, op, all } = select;
  if (larg === undefined || rarg === undefined) {
    to.refuse(undefined);
    return select;
  }
  const columns = result.names ?? resultNames(larg);
  return {
    ...withClauseOf(to, select),
    ...(op === undefined ? {} : { op }),
    ...(all === undefined ? {} : { all }),
    larg: deparseSelect(to, larg, result),
    rarg: deparseSelect(to, rarg, { ...result, hidden: true }),
    ...tailOf(to, select, (node) => placeOf(to, node, columns)),
  };
}

/** Names of the leftmost arm; undefined where it has `*`. */
function resultNames(select: Select): readonly string[] | undefined {
  if (select.larg !== undefined) return resultNames(select.larg);
  const targets = (select.targetList ?? []).map((item) => astAs(item, 'ResTarget') ?? {});
  const hasStar = targets.some(({ val }) => isStar(astAs(val, 'ColumnRef')?.fields?.at(-1)));
  return hasStar ? undefined : targets.map(({ name, val }) => name ?? columnNameOf(val));
}

/** Result columns of a set operation are sorted by their place. */
function placeOf(to: Deparsing, node: Node, names: readonly string[] | undefined): Node {
  if (astAs(node, 'A_Const')?.ival !== undefined) return node;
  const [name = ''] = stringsOf(astAs(node, 'ColumnRef')?.fields);
  const place = names?.indexOf(name) ?? -1;
  return place < 0 ? to.refuse(node) : { A_Const: { ival: { ival: place + 1 } } };
}
