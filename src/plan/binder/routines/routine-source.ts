/** Users' functions in FROM. */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import { isOutput } from '../../../catalog/routine-records.ts';
import type { Expr } from '../../../expr/expr.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import { isCompositeName, isRecordName } from '../../../types/user-type.ts';
import type { LogicalColumn, LogicalNode } from '../../logical.ts';
import { astAs, type Ast } from '../ast.ts';
import type { ResolvedCall } from '../calls/calls.ts';
import { constant } from '../literals.ts';
import { join, oneRow } from '../nodes.ts';
import type { Env } from '../scope.ts';
import { bindTypeName, typeScope } from '../type-names.ts';
import { bindRoutineCall } from './routine-calls.ts';
import { calledRows, isCalled } from './called-routine.ts';
import { declaredColumns, routineOf, routineRows } from './routine-rows.ts';

export interface RoutineSource {
  readonly node: LogicalNode;
  readonly columns: readonly LogicalColumn[];
  /** The composite type of its rows. */
  readonly rowType: SqlType | undefined;
  /** The function's name alone means its column. */
  readonly isScalar: boolean;
}

interface Place {
  readonly call: Ast<'FuncCall'>;
  /** Of the column of a scalar result. */
  readonly name: string;
  readonly definitions: readonly Node[] | undefined;
}

/** The rows, or the one value, of a call in FROM. Errors: 42601, 0A000. */
export function routineSource(
  env: Env,
  resolved: ResolvedCall,
  { call, name, definitions }: Place,
): RoutineSource | Expr {
  const { context } = env;
  const { record, result, parameters } = routineOf(resolved);
  const isScalar = !isRecordName(result.name);
  const own = parameters.find(isOutput)?.name;
  const isNamed = own !== undefined && own !== '';
  const defined = definedColumns(env, resolved, { call, definitions });
  const isValue = isScalar || result.domain !== undefined;
  if (isValue && !record.returnsSet && !isNamed) return bindRoutineCall(env, call, resolved);
  const isCall = isCalled(context, resolved);
  const rows = isCall
    ? calledRows(env, resolved, defined)
    : routineRows(context, resolved, defined);
  const shown = isScalar
    ? [{ ...must(rows.columns[0], 'column'), name: isNamed ? own : name }]
    : rows.columns;
  return {
    node: record.returnsSet || isCall ? rows.node : oneOf(rows.node),
    columns: shown,
    rowType: isCompositeName(result.name) ? result : undefined,
    isScalar,
  };
}

/** The first row, or one of NULLs. */
function oneOf(input: LogicalNode): LogicalNode {
  const { columns } = input;
  const fetch = constant(sqlType('int8'), 1n);
  const first: LogicalNode = { kind: 'limit', input, columns, skip: undefined, fetch };
  return join(oneRow, first, { joinType: 'left', lateral: false });
}

function misplaced(resolved: ResolvedCall): string {
  const { result } = routineOf(resolved);
  if (result.name === 'record') return 'redundant for a function with OUT parameters';
  return isCompositeName(result.name)
    ? 'redundant for a function returning a named composite type'
    : 'only allowed for functions returning "record"';
}

/** Columns of a result that declares none. Errors: 42601. */
function definedColumns(
  { context }: Env,
  resolved: ResolvedCall,
  { call, definitions }: Pick<Place, 'call' | 'definitions'>,
): readonly { readonly name: string; readonly type: SqlType }[] | undefined {
  const isDeclared = declaredColumns(routineOf(resolved), resolved.typeOf) !== undefined;
  const [first] = definitions ?? [];
  if (isDeclared && first !== undefined) {
    throw context.error(
      'syntax_error',
      `a column definition list is ${misplaced(resolved)}`,
      first,
    );
  }
  if (isDeclared) return undefined;
  if (first === undefined) {
    const message = 'a column definition list is required for functions returning "record"';
    throw context.error('syntax_error', message, call.location);
  }
  return (definitions ?? []).map((definition) => {
    const { colname = '', typeName = {} } = astAs(definition, 'ColumnDef') ?? {};
    return { name: colname, type: bindTypeName(typeName, typeScope(context)) };
  });
}
