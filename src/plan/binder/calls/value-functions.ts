/** CURRENT_DATE, CURRENT_USER and their like: functions that are written without parentheses. */
import type { Expr } from '../../../expr/expr.ts';
import { findFunctions } from '../../../functions/registry.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { sqlType } from '../../../types/type-table.ts';
import type { Ast } from '../ast.ts';
import { resolveCall, scalarCall } from './calls.ts';
import { candidatesOf } from './candidates.ts';
import { castExplicitly } from '../coerce.ts';
import type { Env } from '../scope.ts';

type Op = NonNullable<Ast<'SQLValueFunction'>['op']>;

/** The function behind it, and the type that its value is cast to. */
const functions: Readonly<Record<Op, readonly [name: string, type: TypeName | undefined]>> = {
  SVFOP_CURRENT_DATE: ['now', 'date'],
  SVFOP_CURRENT_TIME: ['now', 'timetz'],
  SVFOP_CURRENT_TIME_N: ['now', 'timetz'],
  SVFOP_CURRENT_TIMESTAMP: ['now', undefined],
  SVFOP_CURRENT_TIMESTAMP_N: ['now', undefined],
  SVFOP_LOCALTIME: ['now', 'time'],
  SVFOP_LOCALTIME_N: ['now', 'time'],
  SVFOP_LOCALTIMESTAMP: ['now', 'timestamp'],
  SVFOP_LOCALTIMESTAMP_N: ['now', 'timestamp'],
  SVFOP_CURRENT_ROLE: ['current_user', undefined],
  SVFOP_CURRENT_USER: ['current_user', undefined],
  SVFOP_USER: ['current_user', undefined],
  SVFOP_SESSION_USER: ['session_user', undefined],
  SVFOP_CURRENT_CATALOG: ['current_database', undefined],
  SVFOP_CURRENT_SCHEMA: ['current_schema', undefined],
};

export function bindValueFunction({ context }: Env, node: Ast<'SQLValueFunction'>): Expr {
  const op = node.op ?? 'SVFOP_CURRENT_DATE';
  const place = node.location ?? -1;
  const [name, type] = functions[op];
  const [candidate] = candidatesOf(findFunctions(name), 0);
  if (candidate === undefined) throw context.unsupported(name, place);
  const call = scalarCall(resolveCall(context, candidate, []));
  const typmod = op.endsWith('_N') ? Math.min(node.typmod ?? 0, 6) : -1;
  return castExplicitly(context, call, sqlType(type ?? call.type.name, typmod), place);
}
