/** CALL: runs a procedure; what its OUT parameters are then is a row. */
import { SqlError } from '../../errors/sql-error.ts';
import {
  bindProcedureCall,
  mayHaveOutputs,
  type ProcedureOutput,
} from '../../plan/binder/routines/bind-procedure-call.ts';
import { ParameterVariables } from '../../plan/binder/routines/parameter-variables.ts';
import type { Field } from '../../plan/physical.ts';
import type { FactRows, PlannerOptions } from '../../plan/planner.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import type { Ast } from '../../sql/ast.ts';
import { checkRoutineAccess } from '../roles/routine-access.ts';
import { CallingExpressions } from '../routines/calling-expressions.ts';
import { runRoutine } from '../routines/routine-runners.ts';
import { describeFields, expandFormats } from '../statement/fields.ts';
import { nodeBody } from '../statement/statement-kind.ts';
import { encodeRow } from '../statement/value-rows.ts';
import { inBlock } from '../transaction/in-block.ts';
import type { NamesInStatement, Utility, UtilityBody } from './utility.ts';

export const call: Utility = {
  kind: 'CallStmt',
  parameters: (body, names) => bindProcedureCall(nodeOf(body), optionsOf(names)).parameterTypes,
  fields(body, names) {
    const node = nodeOf(body);
    const options = optionsOf(names);
    if (!mayHaveOutputs(node, options)) return undefined;
    const { outputs } = bindProcedureCall(node, options);
    return outputs.length === 0 ? undefined : describeFields(outputs.map(fieldOf), []);
  },
  async run(body, context) {
    const { session, variables, formats, out } = context;
    const options = optionsOf(context);
    const { routine, args, outputs } = bindProcedureCall(nodeOf(body), options);
    checkRoutineAccess(session, [routine.record]);
    if (outputs.length > 0 && variables instanceof ParameterVariables) {
      const words = 'calling procedures with output arguments is not supported in SQL functions';
      throw new SqlError('feature_not_supported', words);
    }
    const parameters = variables?.current() ?? context.parameters;
    const calling = CallingExpressions.of(session, { exprs: args, types: [], options });
    const values =
      calling === undefined
        ? args.map((arg) => evaluateConstant(arg, session.constantContext(), parameters))
        : ((await calling.values([[]], parameters))[0] ?? []);
    const given = { routine, values, fields: outputs };
    let row: FactRows[number] = [];
    await inBlock(session, async () => {
      row = await runRoutine(context, given);
    });
    if (outputs.length > 0) {
      const columns = { fields: outputs, formats: expandFormats(formats, outputs.length) };
      await out.rows(encodeRow(session, row, columns));
    }
    out.commandComplete('CALL');
    return outputs.length === 0 ? 0 : 1;
  },
};

/** What a CALL in PL/pgSQL gives to variables. */
export function outputsOfCall(names: NamesInStatement): readonly ProcedureOutput[] {
  const node = nodeOf(nodeBody(names.statement.node));
  const options = optionsOf(names);
  return mayHaveOutputs(node, options) ? bindProcedureCall(node, options).outputs : [];
}

function fieldOf({ name, type }: ProcedureOutput): Field {
  return { name, type, nullable: true };
}

function nodeOf(body: UtilityBody): Ast<'FuncCall'> {
  return (body['funccall'] ?? {}) as Ast<'FuncCall'>;
}

function optionsOf(names: NamesInStatement): PlannerOptions {
  const { session, statement, parameterTypes, parametersFixed, variables } = names;
  // A client that does not know of OUT parameters' types calls them void: JDBC.
  const types = parameterTypes.map((type) => (type?.name === 'void' ? undefined : type));
  return {
    ...session.plannerOptions(statement, types),
    ...(parametersFixed === true ? { parametersFixed } : {}),
    ...(variables && { variables, parameterTypes: [] }),
    calls: [],
  };
}
