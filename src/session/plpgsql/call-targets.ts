/** What a CALL gives its OUT parameters to: arguments that are variables, or fields of them. */
import type { Node } from '@pgsql/types';
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { astAs } from '../../sql/ast.ts';
import type { ProcedureOutput } from '../../plan/binder/routines/bind-procedure-call.ts';
import { findName } from '../../sql/plpgsql/names.ts';
import { mayHaveFields } from '../../sql/plpgsql/targets.ts';
import type { PlTarget, PlTargetStep, PlText } from '../../sql/plpgsql/tree.ts';
import type { Prepared } from '../statement/prepared.ts';
import { nodeKind } from '../statement/statement-kind.ts';
import { outputsOfCall } from '../utility/call.ts';
import type { PlRun } from './run.ts';
import type { Runnable } from './statement-rows.ts';

export interface CallTargets {
  readonly outputs: readonly ProcedureOutput[];
  /** One for each of them. */
  readonly targets: readonly PlTarget[];
}

/** Errors: 42601 for what is no variable, 22005 for a constant; those of the call. */
export function callTargets(run: PlRun, { prepared }: Runnable, { names }: PlText): CallTargets {
  const outputs = callOutputs(run, prepared);
  return { outputs, targets: outputs.map((output) => targetOf(output, names)) };
}

/** The row that a CALL gives; none of other statements. Errors: those of the call. */
export function callOutputs({ session }: PlRun, prepared: Prepared): readonly ProcedureOutput[] {
  const statement = must(prepared.statement, 'a statement');
  if (nodeKind(statement.node) !== 'CallStmt') return [];
  const { parameterTypes } = prepared;
  const variables = prepared.variables?.();
  return outputsOfCall({ session, statement, parameterTypes, ...(variables && { variables }) });
}

function targetOf({ given, label }: ProcedureOutput, names: PlText['names']): PlTarget {
  const parts = namesOf(given);
  const found = parts.length === 0 ? undefined : findName(names, parts, mayHaveFields);
  if (found === undefined) {
    const words = 'is an output parameter but corresponding argument is not writable';
    throw new SqlError('syntax_error', `procedure parameter ${label} ${words}`);
  }
  const { variable, used } = found;
  if (variable.isConstant) {
    const message = `variable "${variable.name}" is declared CONSTANT`;
    throw new SqlError('error_in_assignment', message);
  }
  const path = parts.slice(used).map((name): PlTargetStep => ({ kind: 'field', name }));
  return { variable, written: parts.join('.'), path };
}

function namesOf(node: Node | undefined): readonly string[] {
  const parameter = astAs(node, 'ParamRef');
  if (parameter !== undefined) return [`$${parameter.number}`];
  const fields = astAs(node, 'ColumnRef')?.fields ?? [];
  const names = fields.map((field) => astAs(field, 'String')?.sval ?? '');
  return names.includes('') ? [] : names;
}
