/** Window function calls, and aggregates with OVER. */
import { must } from '../../../errors/assert.ts';
import type { Expr } from '../../../expr/expr.ts';
import { someExpr } from '../../../expr/walk.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../../types/type-table.ts';
import type { SortKey, WindowBound, WindowCall, WindowFrame } from '../../physical.ts';
import { aggregateCall, columnAmong, filterOf } from './aggregate-calls.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';
import { columnOf } from '../bind-context.ts';
import type { ResolvedCall } from './calls.ts';
import { refusesWindows } from '../select/clause-rules.ts';
import { coerceArgument, coerceTo, resolveUnknown } from '../coerce.ts';
import { sqlNameOf } from '../literals.ts';
import { exprKey } from '../expr-key.ts';
import { bindExpr } from '../expressions.ts';
import type { Env, WindowSpec } from '../scope.ts';
import { requireEquality, sortKey } from '../select/sort-keys.ts';

export function bindWindowCall(env: Env, node: Ast<'FuncCall'>, resolved: ResolvedCall): Expr {
  const { context, level } = env;
  const name = stringsOf(node.funcname).at(-1) ?? '';
  checkPlace(env, node, name);
  const { overload } = resolved.candidate.found;
  const definition = definitionOf(env, node.over ?? {});
  const spec = specOf(env, definition);
  const frame = frameOf(env, definition, spec.orderBy);
  const call: WindowCall =
    overload.kind === 'aggregate'
      ? aggregateWindow(env, node, resolved, frame)
      : plainWindow(env, node, resolved, frame);
  const known = level.windows.find(({ key }) => key === spec.key);
  const window = known ?? spec;
  if (known === undefined) level.windows.push(spec);
  const key = exprKey(call);
  const same = window.calls.find((each) => each.key === key);
  const column = same?.column ?? context.newColumn(name, call.type);
  if (same === undefined) window.calls.push({ key, call, column });
  return columnOf(column);
}

function checkPlace(env: Env, node: Ast<'FuncCall'>, name: string): void {
  const { context } = env;
  if (node.over === undefined) {
    const message = `window function ${name} requires an OVER clause`;
    throw context.error('wrong_object_type', message, node.location);
  }
  const clause = refusesWindows(env.clause);
  if (clause === undefined) return;
  const message = `window functions are not allowed in ${clause}`;
  throw context.error('windowing_error', message, node.location);
}

function plainWindow(
  env: Env,
  node: Ast<'FuncCall'>,
  resolved: ResolvedCall,
  frame: WindowFrame,
): WindowCall {
  const { overload } = resolved.candidate.found;
  const name = stringsOf(node.funcname).at(-1) ?? '';
  if (overload.kind !== 'window') throw env.context.unsupported(name, node.location);
  const fail = (what: string): Error =>
    env.context.error('feature_not_supported', what, node.location);
  if (node.agg_distinct === true) throw fail('DISTINCT is not implemented for window functions');
  if (node.agg_filter !== undefined) {
    throw fail('FILTER is not implemented for non-aggregate window functions');
  }
  refuseNesting(env, node, resolved.args);
  const type = resolved.typeOf(overload.returns);
  return {
    name: resolved.candidate.found.record.name,
    isAggregate: false,
    functionId: resolved.functionId,
    args: resolved.args,
    frame,
    type,
  };
}

function aggregateWindow(
  env: Env,
  node: Ast<'FuncCall'>,
  resolved: ResolvedCall,
  frame: WindowFrame,
): WindowCall {
  const fail = (what: string): Error =>
    env.context.error('feature_not_supported', what, node.location);
  if (node.agg_distinct === true) throw fail('DISTINCT is not implemented for window functions');
  if (node.agg_within_group === true) {
    const { name } = resolved.candidate.found.record;
    throw fail(`OVER is not supported for ordered-set aggregate ${name}`);
  }
  if ((node.agg_order?.length ?? 0) > 0) {
    throw fail('aggregate ORDER BY is not implemented for window functions');
  }
  const { agg_filter: _, ...unfiltered } = node;
  const { call } = aggregateCall(env, unfiltered, resolved);
  refuseNesting(env, node, call.args);
  const filter = filterOf(env, node);
  return {
    name: call.accumulator,
    isAggregate: true,
    functionId: call.functionId,
    args: call.args,
    ...(filter === undefined ? {} : { filter }),
    frame,
    type: call.type,
  };
}

/** Errors: 42P20 for windows within windows, 0A000 for sets within them. */
function refuseNesting(
  { context, level }: Env,
  node: Ast<'FuncCall'>,
  args: readonly Expr[],
): void {
  const windows = level.windows.flatMap(({ calls }) => calls.map(({ column }) => column.id));
  if (columnAmong(args, windows) !== undefined) {
    const message = 'window function calls cannot be nested';
    throw context.error('windowing_error', message, node.location);
  }
  const set = columnAmong(
    args,
    level.sets.flatMap(({ columns }) => columns.map(({ id }) => id)),
  );
  if (set === undefined) return;
  const message = 'window function calls cannot contain set-returning function calls';
  const hint = 'You might be able to move the set-returning function into a LATERAL FROM item.';
  throw context.error('feature_not_supported', message, set, { hint });
}

/** `OVER w` and `OVER (w …)` take over what the named window says. */
function definitionOf(env: Env, over: Ast<'WindowDef'>): Ast<'WindowDef'> {
  const { context, level } = env;
  const name = over.name ?? over.refname;
  if (name === undefined) return over;
  const base = level.namedWindows.get(name);
  if (base === undefined) {
    throw context.error('undefined_object', `window "${name}" does not exist`, over.location);
  }
  const named = definitionOf(env, { ...base, name: undefined } as unknown as Ast<'WindowDef'>);
  if (over.name !== undefined) return named;
  const fail = (what: string): Error => context.error('windowing_error', what, over.location);
  if ((over.partitionClause?.length ?? 0) > 0) {
    throw fail(`cannot override PARTITION BY clause of window "${name}"`);
  }
  if ((over.orderClause?.length ?? 0) > 0 && (named.orderClause?.length ?? 0) > 0) {
    throw fail(`cannot override ORDER BY clause of window "${name}"`);
  }
  if (((named.frameOptions ?? 0) & frameBits.nonDefault) !== 0) {
    const isBare = over.orderClause === undefined && over.frameOptions === frameBits.defaults;
    const hint = isBare ? { hint: 'Omit the parentheses in this OVER clause.' } : {};
    const message = `cannot copy window "${name}" because it has a frame clause`;
    throw context.error('windowing_error', message, over.location, hint);
  }
  const orderClause = (over.orderClause?.length ?? 0) > 0 ? over.orderClause : named.orderClause;
  return { ...over, partitionClause: named.partitionClause, orderClause } as Ast<'WindowDef'>;
}

function specOf(env: Env, definition: Ast<'WindowDef'>): WindowSpec {
  const { context } = env;
  const partitionBy = (definition.partitionClause ?? []).map((item) => {
    const expr = resolveUnknown(context, bindExpr({ ...env, clause: 'windowPartition' }, item));
    requireEquality(context, expr);
    return expr;
  });
  const orderBy = (definition.orderClause ?? []).map((item) => {
    const sort = astAs(item, 'SortBy') ?? {};
    return sortKey(context, bindExpr({ ...env, clause: 'windowOrder' }, sort.node), sort);
  });
  return { key: exprKey([partitionBy, orderBy]), partitionBy, orderBy, calls: [] };
}

/** PostgreSQL's FRAMEOPTION bits. */
const frameBits = {
  defaults: 0x422,
  nonDefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  startUnboundedPreceding: 0x20,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  endUnboundedFollowing: 0x100,
  startPreceding: 0x800,
  endPreceding: 0x1000,
  startFollowing: 0x2000,
  endFollowing: 0x4000,
  excludeCurrent: 0x8000,
  excludeGroup: 0x1_0000,
  excludeTies: 0x2_0000,
} as const;

function frameOf(env: Env, definition: Ast<'WindowDef'>, orderBy: readonly SortKey[]): WindowFrame {
  const options = definition.frameOptions ?? 1058;
  const has = (bit: number): boolean => (options & bit) !== 0;
  const mode = has(frameBits.rows) ? 'rows' : has(frameBits.groups) ? 'groups' : 'range';
  if (mode === 'groups' && orderBy.length === 0) {
    const message = 'GROUPS mode requires an ORDER BY clause';
    throw env.context.error('windowing_error', message, definition.location);
  }
  const hasOffset = definition.startOffset !== undefined || definition.endOffset !== undefined;
  if (mode === 'range' && hasOffset && orderBy.length !== 1) {
    const message = 'RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column';
    throw env.context.error('windowing_error', message, definition.location);
  }
  const offset = (node: Ast<'WindowDef'>['startOffset']): Expr =>
    frameOffset(env, node, mode, orderBy);
  const start: WindowBound = has(frameBits.startPreceding)
    ? { kind: 'preceding', offset: offset(definition.startOffset) }
    : has(frameBits.startFollowing)
      ? { kind: 'following', offset: offset(definition.startOffset) }
      : { kind: has(frameBits.startCurrentRow) ? 'currentRow' : 'unboundedPreceding' };
  const end: WindowBound = has(frameBits.endPreceding)
    ? { kind: 'preceding', offset: offset(definition.endOffset) }
    : has(frameBits.endFollowing)
      ? { kind: 'following', offset: offset(definition.endOffset) }
      : { kind: has(frameBits.endUnboundedFollowing) ? 'unboundedFollowing' : 'currentRow' };
  const exclude = has(frameBits.excludeCurrent)
    ? 'current'
    : has(frameBits.excludeGroup)
      ? 'group'
      : has(frameBits.excludeTies)
        ? 'ties'
        : 'none';
  return { mode, start, end, exclude };
}

function frameOffset(
  env: Env,
  node: Ast<'WindowDef'>['startOffset'],
  mode: WindowFrame['mode'],
  orderBy: readonly SortKey[],
): Expr {
  const { context } = env;
  const offset = bindExpr({ ...env, clause: 'windowFrame' }, node);
  const usesOwn = someExpr(
    offset,
    (part) => part.kind === 'column' && !env.level.outer.has(part.index),
  );
  if (usesOwn) {
    const message = `argument of ${mode.toUpperCase()} must not contain variables`;
    throw context.error('invalid_column_reference', message, offset);
  }
  if (mode !== 'range') return coerceArgument(context, offset, sqlType('int8'), mode.toUpperCase());
  const key = must(orderBy[0], 'the ORDER BY key of RANGE');
  const { name } = key.expr.type;
  const coerced = coerceTo(context, offset, sqlType(offsetType(name, offset.type.name)));
  const type = sqlNameOf(name);
  const frame = 'RANGE with offset PRECEDING/FOLLOWING is not supported for column type';
  if (!rangeTypes.has(name)) {
    throw context.error('feature_not_supported', `${frame} ${type}`, offset);
  }
  if (coerced === undefined) {
    const message = `${frame} ${type} and offset type ${sqlNameOf(offset.type)}`;
    const hint = 'Cast the offset value to an appropriate type.';
    throw context.error('feature_not_supported', message, offset, { hint });
  }
  return coerced;
}

/** The right side of the in_range function that PostgreSQL would choose. */
function offsetType(key: TypeName, offset: TypeName): TypeName {
  if (typeRecord(key).category === 'D' || key === 'interval') return 'interval';
  if (key === 'float4') return 'float8';
  const takesAny = (key === 'int2' || key === 'int4') && integers.has(offset);
  return takesAny ? offset : key;
}

const integers: ReadonlySet<TypeName> = new Set(['int2', 'int4', 'int8']);

const rangeTypes: ReadonlySet<TypeName> = new Set([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
]);
