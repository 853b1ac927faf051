/** CALL: there are no procedures, so that every name is unknown or a function's. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import { findFunctions } from '../../functions/registry.ts';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import { astAs, stringsOf, type Ast } from '../../sql/ast.ts';
import { formatType } from '../../types/type-name.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { Utility } from './utility.ts';

export const call: Utility = {
  kind: 'CallStmt',
  run(body, context) {
    throw refusal((body['funccall'] ?? {}) as Ast<'FuncCall'>, context);
  },
};

/** Errors: 42883, 42809. */
function refusal(node: Ast<'FuncCall'>, context: StatementContext): SqlError {
  const names = stringsOf(node.funcname);
  const args = node.args ?? [];
  const types = args.map((arg) => typeOf(arg, context)).join(', ');
  const signature = `${names.join('.')}(${types})`;
  const { statement } = context;
  const position = statement.positionOf(node.location ?? 0);
  const isFunction = findFunctions(names.at(-1) ?? '').some(
    ({ overload }) => overload.args.length === args.length,
  );
  if (isFunction) {
    const hint = 'To call a function, use SELECT.';
    return new SqlError('wrong_object_type', `${signature} is not a procedure`, { hint, position });
  }
  const hint =
    'No procedure matches the given name and argument types. You might need to add explicit type casts.';
  const message = `procedure ${signature} does not exist`;
  return new SqlError('undefined_function', message, { hint, position });
}

function typeOf(arg: Node, { session, statement }: StatementContext): string {
  const constant = astAs(arg, 'A_Const');
  if (constant?.sval !== undefined || constant?.isnull === true) return 'unknown';
  return formatType(bindExpression(arg, session.plannerOptions(statement)).type.name, -1);
}
