/** A body in SQL, statement by statement; its parameters are those of the statements. */
import type { Routine } from '../../catalog/routine-records.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { ParameterVariables } from '../../plan/binder/routines/parameter-variables.ts';
import { routineBody } from '../../plan/binder/routines/routine-body.ts';
import type { Datum } from '../../types/datum.ts';
import { Portal } from '../portal/portal.ts';
import { Prepared } from '../statement/prepared.ts';
import { SilentWriter } from '../statement/result-writers.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { StatementExecution } from '../statement/statement-execution.ts';
import { nodeKind } from '../statement/statement-kind.ts';

const refused: Readonly<Record<string, string>> = {
  TransactionStmt: 'a transaction command',
  CopyStmt: 'COPY',
};

/** `values`: of the input parameters. Rows that the statements return go nowhere. Errors: 0A000. */
export async function runSqlBody(
  { session, trace, out }: StatementContext,
  routine: Routine,
  values: readonly (Datum | null)[],
): Promise<void> {
  const { record } = routine;
  for (const [index, statement] of routineBody(record).statements.entries()) {
    const what = refused[nodeKind(statement.node)];
    if (what !== undefined) throw unsupported(`${what} in a SQL function`);
    await within(`SQL function "${record.name}" statement ${index + 1}`, async () => {
      const prepared = new Prepared('', statement.text, statement, [], 'fixed');
      const variables = new ParameterVariables(routine, values);
      prepared.variables = () => variables;
      if (prepared.isPlannable) prepared.plan(session);
      const parameters = variables.current();
      const portal = new Portal({ name: '', prepared, parameters, formats: [] });
      const writer = new SilentWriter(out);
      await new StatementExecution(session, prepared, writer).runInside(portal, trace);
    });
  }
}

/** An error's position is one in the body, which the client does not have. */
async function within(place: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof SqlError) {
      const { position: _position, ...fields } = error.fields;
      const around = fields.where === undefined ? '' : `${fields.where}\n`;
      error.fields = { ...fields, where: `${around}${place}` };
    }
    throw error;
  }
}
