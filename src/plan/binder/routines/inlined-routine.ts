/** Calls of functions that are one expression: the expression itself, arguments in their places. */
import { must } from '../../../errors/assert.ts';
import { isInput } from '../../../catalog/routine-records.ts';
import type { Expr } from '../../../expr/expr.ts';
import { mapExpr, someExpr, visitExpr } from '../../../expr/walk.ts';
import { isRecordName } from '../../../types/user-type.ts';
import type { LogicalColumn } from '../../logical.ts';
import { isVolatile, registryFacts } from '../../rules/function-facts.ts';
import { astAs, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';
import type { ResolvedCall } from '../calls/calls.ts';
import { resolveUnknown } from '../coerce.ts';
import { bindExpr } from '../expressions.ts';
import { nullOf } from '../literals.ts';
import { allOf } from '../rows.ts';
import { envOf } from '../scope.ts';
import { parameterLevel, routineBody } from './routine-body.ts';
import { isKnown, resultExprs, routineOf, within } from './routine-rows.ts';

/**
 * A body that is one expression over its parameters, with the arguments in their places; undefined:
 * it is more than that, or an argument would be computed more often than once.
 */
export function inlinedExpr(context: BindContext, resolved: ResolvedCall): Expr | undefined {
  const routine = routineOf(resolved);
  if (isRecordName(routine.result.name)) return undefined;
  const { query } = routineBody(routine.record);
  const target = query === undefined ? undefined : loneTarget(query);
  if (target === undefined) return undefined;
  const inputs = routine.parameters.filter(isInput);
  const columns = resolved.args.map(({ type }, i) =>
    context.newColumn(inputs[i]?.name ?? '', type),
  );
  const level = parameterLevel(routine, columns);
  return within(context, routine, () => {
    const bound = resolveUnknown(context, bindExpr(envOf(context, level, 'select'), target.val));
    if (
      !isPlain(bound) ||
      level.sets.length > 0 ||
      level.aggregates.length + level.windows.length > 0
    )
      return undefined;
    const column = { ...context.newColumn('', bound.type) };
    const [result] = resultExprs(context, routine, [{ name: '', column }], {
      typeOf: resolved.typeOf,
    });
    if (result === undefined) return undefined;
    const whole = mapExpr(result.expr, (part) =>
      part.kind === 'column' && part.index === column.id ? bound : part,
    );
    return withArguments(resolved, columns, whole);
  });
}

function isPlain(expr: Expr): boolean {
  return !someExpr(expr, ({ kind }) => kind === 'subplan');
}

const clauses = [
  'fromClause',
  'whereClause',
  'groupClause',
  'havingClause',
  'windowClause',
  'valuesLists',
  'sortClause',
  'limitOffset',
  'limitCount',
  'distinctClause',
  'withClause',
  'larg',
] as const;

function loneTarget(select: Ast<'SelectStmt'>): Ast<'ResTarget'> | undefined {
  if (clauses.some((clause) => select[clause] !== undefined)) return undefined;
  const [target, second] = select.targetList ?? [];
  return second === undefined ? astAs(target, 'ResTarget') : undefined;
}

/** Nodes of an argument that may be there more than once. */
const copiedMax = 4;

function withArguments(
  { args, candidate }: ResolvedCall,
  columns: readonly LogicalColumn[],
  body: Expr,
): Expr | undefined {
  const { isStrict } = must(candidate.match, 'a routine').routine.record;
  const byId = new Map(columns.map(({ id }, i) => [id, must(args[i], 'argument')]));
  const uses = new Map<number, number>();
  visitExpr(body, (part) => {
    if (part.kind === 'column') uses.set(part.index, (uses.get(part.index) ?? 0) + 1);
  });
  const tested = isStrict ? [...byId.values()].filter(mayBeNull) : [];
  for (const [id, arg] of byId) {
    const count = (uses.get(id) ?? 0) + (tested.includes(arg) ? 1 : 0);
    if (!mayOccur(arg, count)) return undefined;
  }
  const inlined = mapExpr(body, (part) =>
    part.kind === 'column' ? (byId.get(part.index) ?? part) : part,
  );
  const [first] = tested;
  if (first === undefined) return inlined;
  const when = allOf(tested.map(isKnown));
  const { type } = inlined;
  return { kind: 'case', whens: [{ when, then: inlined }], otherwise: nullOf(type), type };
}

function mayBeNull(arg: Expr): boolean {
  return arg.kind !== 'constant' || arg.value === null;
}

/** Whether the argument may stand in the expression that often. */
function mayOccur(arg: Expr, count: number): boolean {
  if (count === 1 || arg.kind === 'constant' || arg.kind === 'column') return true;
  let size = 0;
  visitExpr(arg, () => {
    size += 1;
  });
  const isCheap = size <= copiedMax && !someExpr(arg, ({ kind }) => kind === 'subplan');
  return isCheap && !isVolatile(registryFacts, arg) && (count > 0 || size === 1);
}
