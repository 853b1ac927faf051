/** CALL: runs a procedure. */
import { bindProcedureCall } from '../../plan/binder/routines/bind-procedure-call.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import type { Ast } from '../../sql/ast.ts';
import { checkRoutineAccess } from '../roles/routine-access.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import { runRoutine } from '../routines/routine-runners.ts';
import { inBlock } from '../transaction/in-block.ts';
import type { Utility } from './utility.ts';

export const call: Utility = {
  kind: 'CallStmt',
  async run(body, context) {
    const { session, statement, parameterTypes, variables } = context;
    const options = {
      ...session.plannerOptions(statement, parameterTypes),
      ...(variables && { variables }),
      calls: [],
    };
    const node = (body['funccall'] ?? {}) as Ast<'FuncCall'>;
    const { routine, args } = bindProcedureCall(node, options);
    checkRoutineAccess(session, [routine.record]);
    const parameters = variables?.current() ?? context.parameters;
    const calling = CallingExpressions.of(session, { exprs: args, types: [], options });
    const values =
      calling === undefined
        ? args.map((arg) => evaluateConstant(arg, session.constantContext(), parameters))
        : ((await calling.values([[]], parameters))[0] ?? []);
    await inBlock(session, () => runRoutine(context, routine, values));
    context.out.commandComplete('CALL');
    return 0;
  },
};
