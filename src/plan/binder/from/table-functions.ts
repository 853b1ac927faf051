/** Functions in FROM: one or several in step, with ordinality, with column definitions. */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { TableOverload } from '../../../functions/function-record.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { isCompositeName, knownComposite } from '../../../types/user-type.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { scalarCall, type ResolvedCall } from '../calls/calls.ts';
import { columnNameOf } from '../column-names.ts';
import { resolveUnknown } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { aliasedColumns, relationItem, type FromItem } from './from-clause.ts';
import { bindCall, readRows } from '../calls/function-calls.ts';
import { definedRows, isDefinedRows } from './json-rows.ts';
import { constant } from '../literals.ts';
import { columnOf } from '../bind-context.ts';
import { oneRow, project, type Item } from '../nodes.ts';
import { fieldAt } from '../rows.ts';
import { numbered } from '../numbered-rows.ts';
import { routineSource, type RoutineSource } from '../routines/routine-source.ts';
import { setColumns } from '../calls/set-calls.ts';
import type { Env, ScopeColumn } from '../scope.ts';

/** What one function of the item gives: rows, or one value. */
type Source =
  | {
      readonly kind: 'rows';
      readonly call: ResolvedCall;
      readonly columns: readonly LogicalColumn[];
    }
  | { readonly kind: 'value'; readonly expr: Expr; readonly columns: readonly LogicalColumn[] }
  | ({ readonly kind: 'query' } & RoutineSource);

export function bindRangeFunction(outer: Env, node: Ast<'RangeFunction'>): FromItem {
  const env: Env = { ...outer, clause: 'fromFunction', lateralActive: true };
  const parts = functionsOf(node);
  const [first] = parts;
  const alias = node.alias?.aliasname;
  const firstName = columnNameOf(first?.call);
  const definitions = node.coldeflist ?? first?.definitions;
  if (first !== undefined && isDefinedRows({ call: first.call, definitions })) {
    const built = definedRows(env, { call: first.call, definitions });
    return finish(env, node, {
      node: built.node,
      columns: built.columns,
      name: alias ?? firstName,
    });
  }
  const sources = parts.map(({ call, definitions: own = definitions }) =>
    sourceOf(env, call, { alias: parts.length === 1 ? alias : undefined, definitions: own }),
  );
  const step = stepNode(env, sources, node.ordinality === true);
  const [only] = sources;
  if (only?.kind === 'query') {
    const { isScalar: isOneValue, rowType: type } = only;
    return finish(env, node, {
      ...step,
      ...{ name: alias ?? firstName, isScalar: isOneValue, rowType: type },
    });
  }
  const built = withFields(env, sources, step);
  const isOne = sources.length === 1 && only?.columns.length === 1;
  const isScalar = isOne && built === step;
  const rowType =
    isOne && !isScalar && node.ordinality !== true ? only.columns[0]?.type : undefined;
  return finish(env, node, { ...built, name: alias ?? firstName, isScalar, rowType });
}

interface Step {
  readonly node: LogicalNode;
  readonly columns: readonly LogicalColumn[];
}

/** A composite result is its fields; the same step where there is none. */
function withFields(env: Env, sources: readonly Source[], step: Step): Step {
  const { context } = env;
  if (!step.columns.some(({ type }) => isCompositeName(type.name))) return step;
  const items = step.columns.flatMap((column): Item[] => {
    const { name } = column.type;
    const source = sources.find(({ columns }) => columns.includes(column));
    const plain = columnOf(column);
    const value = source?.kind === 'rows' ? readRows(env, source.call, plain) : plain;
    if (!isCompositeName(name)) return [{ column, expr: value }];
    return knownComposite(name).fields.map((field, i) => {
      return {
        column: context.newColumn(field.name, field.type),
        expr: fieldAt(context, value, i),
      };
    });
  });
  return { node: project(step.node, items), columns: items.map(({ column }) => column) };
}

interface Finished {
  readonly node: LogicalNode;
  readonly columns: readonly LogicalColumn[];
  readonly name: string;
  readonly isScalar?: boolean;
  readonly rowType?: SqlType | undefined;
}

function finish(env: Env, node: Ast<'RangeFunction'>, parts: Finished): FromItem {
  const { name, columns, isScalar = false, rowType } = parts;
  const scope = columns.map((column): ScopeColumn => ({ name: column.name, column }));
  return relationItem(env, {
    name,
    node: parts.node,
    columns: aliasedColumns(env.context, scope, node.alias, name),
    isScalar: isScalar && node.ordinality !== true,
    rowType,
  });
}

interface Part {
  readonly call: Node;
  readonly definitions: readonly Node[] | undefined;
}

/** The functions of the item; unnest of several arrays is several unnests. */
function functionsOf(node: Ast<'RangeFunction'>): readonly Part[] {
  return (node.functions ?? []).flatMap((item): readonly Part[] => {
    const [call, list] = astAs(item, 'List')?.items ?? [];
    if (call === undefined) return [];
    const definitions = astAs(list, 'List')?.items;
    const unnest = astAs(call, 'FuncCall');
    const isMany =
      stringsOf(unnest?.funcname).at(-1) === 'unnest' && (unnest?.args?.length ?? 0) > 1;
    if (!isMany || unnest === undefined) return [{ call, definitions }];
    return (unnest.args ?? []).map((arg) => ({
      call: { FuncCall: { ...unnest, args: [arg] } },
      definitions: undefined,
    }));
  });
}

interface SourceOptions {
  readonly alias: string | undefined;
  readonly definitions: readonly Node[] | undefined;
}

function sourceOf(env: Env, node: Node, { alias, definitions }: SourceOptions): Source {
  const { context } = env;
  const name = columnNameOf(node);
  const call = astAs(node, 'FuncCall');
  const resolved = call === undefined ? undefined : bindCall(env, call);
  const isRoutine = resolved !== undefined && 'candidate' in resolved;
  if (call !== undefined && isRoutine && resolved.candidate.match !== undefined) {
    const own = routineSource(env, resolved, { call, name: alias ?? name, definitions });
    return 'kind' in own ? valueSource(env, own, alias ?? name) : { kind: 'query', ...own };
  }
  const [definition] = definitions ?? [];
  if (definition !== undefined) {
    const overload =
      resolved === undefined || 'kind' in resolved ? undefined : resolved.candidate.found.overload;
    const hasOutputs = overload?.kind === 'table' && overload.columns.length > 1;
    const message = hasOutputs
      ? 'a column definition list is redundant for a function with OUT parameters'
      : 'a column definition list is only allowed for functions returning "record"';
    throw context.error('syntax_error', message, definition);
  }
  if (resolved !== undefined && !('kind' in resolved)) {
    const { overload } = resolved.candidate.found;
    if (overload.kind === 'table') {
      const given = outName(overload, name) ?? alias ?? name;
      const columns = setColumns(context, resolved, given);
      return { kind: 'rows', call: resolved, columns };
    }
    if (overload.kind === 'scalar') {
      return valueSource(env, readRows(env, resolved, scalarCall(resolved)), alias ?? name);
    }
    const what = overload.kind === 'aggregate' ? 'aggregate functions' : 'window functions';
    const state = overload.kind === 'aggregate' ? 'grouping_error' : 'windowing_error';
    const message = `${what} are not allowed in functions in FROM`;
    throw context.error(state, message, node);
  }
  return valueSource(env, resolved ?? bindExpr(env, node), alias ?? name);
}

/** A single OUT argument names the column, whatever the alias; our records name it, too. */
function outName(overload: TableOverload, functionName: string): string | undefined {
  const [column, second] = overload.columns;
  if (column === undefined || second !== undefined) return undefined;
  return column.name === functionName || column.name === 'column' ? undefined : column.name;
}

function valueSource(env: Env, value: Expr, name: string): Source {
  const expr = resolveUnknown(env.context, value);
  return { kind: 'value', expr, columns: [env.context.newColumn(name, expr.type)] };
}

interface QueryStep {
  readonly query: RoutineSource;
  readonly ordinality: boolean;
}

/** A user's function alone; its rows may be numbered. Errors: 0A000. */
function queryStep(
  env: Env,
  sources: readonly Source[],
  { query: { node, columns }, ordinality }: QueryStep,
): Step {
  const { context } = env;
  if (sources.length > 1) throw context.unsupported('ROWS FROM with SQL functions', undefined);
  return ordinality ? numbered(context, { node, columns }) : { node, columns };
}

/** One node for all functions; ordinality is the last column. */
function stepNode(
  env: Env,
  sources: readonly Source[],
  ordinality: boolean,
): { readonly node: LogicalNode; readonly columns: readonly LogicalColumn[] } {
  const { context } = env;
  const query = sources.find((source) => source.kind === 'query');
  if (query !== undefined) return queryStep(env, sources, { query, ordinality });
  const calls = sources.flatMap((source) => (source.kind === 'rows' ? [source.call] : []));
  const values = sources.flatMap((source) => (source.kind === 'value' ? [source] : []));
  const counter = ordinality ? [context.newColumn('ordinality', sqlType('int8'), false)] : [];
  const columns = [...sources.flatMap((source) => source.columns), ...counter];
  if (values.length === 0) {
    const list = calls.map(({ functionId, args }) => ({ functionId, args }));
    return { node: { kind: 'tableFunction', columns, calls: list, ordinality }, columns };
  }
  if (calls.length > 0) {
    throw context.unsupported('ROWS FROM with functions that do not return sets', undefined);
  }
  const items = values.map(({ expr, columns: [column] }) => ({
    column: must(column, 'column'),
    expr,
  }));
  const one = counter.map((column) => ({ column, expr: constant(sqlType('int8'), 1n) }));
  return { node: project(oneRow, [...items, ...one]), columns };
}
