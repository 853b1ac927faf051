/** Calls with their arguments cast as the function takes them. */
import type { Node } from '@pgsql/types';
import { astAs, stringsOf, type Ast } from '../../sql/ast.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';
import type { Deparsing } from './deparsing.ts';
import { takesAny } from './operator-types.ts';
import { coerced, deparse, deparseAll, isOpen } from './deparse-expression.ts';

export function deparseCall(to: Deparsing, node: Ast<'FuncCall'>, whole: Node): Node {
  const types = to.record.calls.get(node);
  const nodes = node.args ?? [];
  const isNamed = nodes.some((arg) => 'NamedArgExpr' in arg);
  const routine = to.record.routines.get(node);
  const field = types === undefined && routine === undefined ? fieldNode(to, node) : undefined;
  if (field !== undefined) return deparse(to, field);
  if (routine === undefined && (isNamed || node.func_variadic === true)) return to.refuse(whole);
  const isSql = node.funcformat === 'COERCE_SQL_SYNTAX';
  const name = stringsOf(node.funcname).at(-1) ?? '';
  const isExtract = isSql && name === 'extract';
  const args = nodes.map((arg, i): Node => {
    const named = astAs(arg, 'NamedArgExpr');
    if (named !== undefined) {
      return { NamedArgExpr: { ...named, arg: coerced(to, named.arg, types?.[i]?.name) } };
    }
    if (isExtract && i === 0) return arg;
    const isFree = node.agg_within_group !== true && takesAny(name, i);
    if (isFree && astAs(arg, 'A_Const')?.sval !== undefined) return arg;
    // The forms of SQL do not show implicit casts.
    return isSql && !('A_Const' in arg) ? deparse(to, arg) : coerced(to, arg, types?.[i]?.name);
  });
  return {
    FuncCall: {
      ...node,
      ...(routine === undefined ? {} : { funcname: nameNodes(routine) }),
      args,
      ...(node.agg_order === undefined ? {} : { agg_order: deparseSorts(to, node.agg_order) }),
      ...(node.agg_filter === undefined ? {} : { agg_filter: deparse(to, node.agg_filter) }),
      ...(node.over === undefined ? {} : { over: deparseWindow(to, node.over) }),
    },
  };
}

/** `a(row)` where a is a field: `(row).a`. */
function fieldNode(to: Deparsing, { funcname = [], args = [] }: Ast<'FuncCall'>): Node | undefined {
  const [arg, ...more] = args;
  const name = to.typeOf(arg)?.name ?? 'void';
  if (arg === undefined || more.length > 0 || !isCompositeName(name)) return undefined;
  const own = stringsOf(funcname).at(-1);
  const isField = knownComposite(name).fields.some((field) => field.name === own);
  return isField ? { A_Indirection: { arg, indirection: funcname } } : undefined;
}

/** A user's function is named with its schema. */
function nameNodes({ schema, name }: { readonly schema: string; readonly name: string }): Node[] {
  return [schema, name].map((sval) => ({ String: { sval } }));
}

export function deparseSorts(to: Deparsing, nodes: readonly Node[]): Node[] {
  return nodes.map((item) => {
    const sort = astAs(item, 'SortBy') ?? {};
    if (sort.useOp !== undefined) return to.refuse(item);
    return { SortBy: { ...sort, node: deparse(to, sort.node) } };
  });
}

export function deparseWindow(to: Deparsing, window: Ast<'WindowDef'>): Ast<'WindowDef'> {
  return {
    ...window,
    ...(window.partitionClause === undefined
      ? {}
      : { partitionClause: deparseAll(to, window.partitionClause) }),
    ...(window.orderClause === undefined
      ? {}
      : { orderClause: deparseSorts(to, window.orderClause) }),
    ...(window.startOffset === undefined
      ? {}
      : { startOffset: deparseOffset(to, window, window.startOffset) }),
    ...(window.endOffset === undefined
      ? {}
      : { endOffset: deparseOffset(to, window, window.endOffset) }),
  };
}

/** FRAMEOPTION_RANGE. */
const rangeFrame = 0x2;
const times: ReadonlySet<string> = new Set([
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
]);

/** Under RANGE a literal is of the order's type, and an interval for times. */
function deparseOffset(to: Deparsing, window: Ast<'WindowDef'>, offset: Node): Node {
  const key = astAs(window.orderClause?.[0], 'SortBy')?.node;
  const type = to.typeOf(key)?.name;
  const isRange = ((window.frameOptions ?? 0) & rangeFrame) !== 0;
  if (!isRange || !isOpen(offset) || type === undefined) return deparse(to, offset);
  return coerced(to, offset, times.has(type) ? 'interval' : type);
}
