/** Why a view cannot be written to, in PostgreSQL's words (view_query_is_auto_updatable). */
import type { SqlError } from '../../../errors/sql-error.ts';
import type { Expr } from '../../../expr/expr.ts';
import { findFunctions } from '../../../functions/registry.ts';
import type { FactTable, ViewDefinition, WriteOperation } from '../../planner.ts';
import { astAs, stringsOf, visitAst, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';

const words: Readonly<
  Record<Exclude<WriteOperation, 'merge'>, readonly [verb: string, gerund: string]>
> = {
  insert: ['insert into', 'inserting into'],
  update: ['update', 'updating'],
  delete: ['delete from', 'deleting from'],
};

/** 55000 with the reason; 0A000 for MERGE; 42809 for sequences. */
export function notUpdatable(
  context: BindContext,
  relation: ViewDefinition | FactTable,
  operation: WriteOperation,
  reason = '',
): SqlError {
  if (operation === 'merge') return notMergeable(context, relation);
  if (!('sql' in relation)) {
    const message = `cannot change sequence "${relation.name}"`;
    return context.error('wrong_object_type', message, undefined);
  }
  const [verb, gerund] = words[operation];
  const upper = operation.toUpperCase();
  const message = `cannot ${verb} view "${relation.name}"`;
  const rule = `an unconditional ON ${upper} DO INSTEAD rule`;
  return context.error('object_not_in_prerequisite_state', message, undefined, {
    detail: `${reason} are not automatically updatable.`,
    hint: `To enable ${gerund} the view, provide an INSTEAD OF ${upper} trigger or ${rule}.`,
  });
}

/** A materialized view. 42809; 0A000 for MERGE. */
export function notChangeable(
  context: BindContext,
  name: string,
  operation: WriteOperation,
): SqlError {
  if (operation !== 'merge') {
    const message = `cannot change materialized view "${name}"`;
    return context.error('wrong_object_type', message, undefined);
  }
  const message = `cannot execute MERGE on relation "${name}"`;
  const detail = 'This operation is not supported for materialized views.';
  return context.error('feature_not_supported', message, undefined, { detail });
}

export interface ComputedColumn {
  readonly view: ViewDefinition;
  readonly column: string;
  readonly expr: Expr;
}

/** 0A000 for a column that is no column of what the view shows. */
export function refuseComputed(
  context: BindContext,
  { view, column, expr }: ComputedColumn,
): (operation: 'insert' | 'update') => SqlError {
  const kind = expr.kind === 'row' ? 'return whole-row references' : notColumns;
  const detail = `View columns that ${kind} are not updatable.`;
  return (operation) => {
    const verb = operation === 'insert' ? 'insert into' : 'update';
    const message = `cannot ${verb} column "${column}" of view "${view.name}"`;
    return context.error('feature_not_supported', message, undefined, { detail });
  };
}

const notColumns = 'are not columns of their base relation';

function notMergeable(context: BindContext, relation: ViewDefinition | FactTable): SqlError {
  const kind = 'sql' in relation ? 'views' : 'sequences';
  const message = `cannot execute MERGE on relation "${relation.name}"`;
  const detail = `This operation is not supported for ${kind}.`;
  return context.error('feature_not_supported', message, undefined, { detail });
}

/** What keeps a view from being written through; undefined: nothing. */
export function viewRefusal(select: Ast<'SelectStmt'>): string | undefined {
  if (select.distinctClause !== undefined) return 'Views containing DISTINCT';
  if (select.groupClause !== undefined) return 'Views containing GROUP BY';
  if (select.havingClause !== undefined) return 'Views containing HAVING';
  if (select.op !== undefined && select.op !== 'SETOP_NONE') {
    return 'Views containing UNION, INTERSECT, or EXCEPT';
  }
  if (select.withClause !== undefined) return 'Views containing WITH';
  if (select.limitCount !== undefined || select.limitOffset !== undefined) {
    return 'Views containing LIMIT or OFFSET';
  }
  const called = calledKinds(select);
  if (called.has('aggregate')) return 'Views that return aggregate functions';
  if (called.has('window')) return 'Views that return window functions';
  if (called.has('table')) return 'Views that return set-returning functions';
  const [only, ...others] = select.fromClause ?? [];
  const isOne = astAs(only, 'RangeVar') !== undefined && others.length === 0;
  if (others.length === 0 && astAs(only, 'RangeTableSample') !== undefined) {
    return 'Views containing TABLESAMPLE';
  }
  return isOne ? undefined : 'Views that do not select from a single table or view';
}

/** What the functions of the select list are. */
function calledKinds(select: Ast<'SelectStmt'>): ReadonlySet<string> {
  const kinds = new Set<string>();
  visitAst(select.targetList, 'FuncCall', (content) => {
    const call = content as Ast<'FuncCall'>;
    if (call.over !== undefined) kinds.add('window');
    if (call.over !== undefined) return;
    const found = findFunctions(stringsOf(call.funcname).at(-1) ?? '');
    for (const { overload } of found) kinds.add(overload.kind);
  });
  return kinds;
}
