/** Functions of triggers: NEW and OLD are records, TG_… tells what fired. */
import type { RoutineRecord } from '../../catalog/routine-records.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { PlVariable } from '../../sql/plpgsql/tree.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { Firing, Row } from '../write/triggers/fire-trigger.ts';
import type { TypedValue } from './frame.ts';
import { compiledFor } from './run-routine.ts';
import { PlRun } from './run.ts';

/** The row that it returned; undefined: NULL. Errors: the body's own; 2F005, 42804. */
export async function runTriggerFunction(
  context: StatementContext,
  record: RoutineRecord,
  firing: Firing,
): Promise<Row | undefined> {
  const compiled = compiledFor(context.session, { record }, []);
  const run = new PlRun(context, compiled);
  run.isTrigger = true;
  const { table, row, relations } = firing;
  run.frame.relations = relations;
  const shape: RecordShape = table.columns.map(({ name, type }) => ({ name, type }));
  for (const variable of compiled.tree.variables) {
    if (variable.line === 0) tell(run, variable, { firing, shape });
  }
  let returned: Row | undefined;
  await run.run(() => {
    returned = returnedRow(run, row === undefined ? undefined : shape);
  });
  return returned;
}

interface Told {
  readonly firing: Firing;
  readonly shape: RecordShape;
}

function tell(run: PlRun, variable: PlVariable, { firing, shape }: Told): void {
  const cell = run.frame.cell(variable);
  if (cell.kind === 'record') {
    const { row } = firing;
    if (row === undefined) return;
    cell.fields = shape;
    cell.values = variable.name === 'new' ? row.after : row.before;
    return;
  }
  const value = facts[variable.name];
  if (value !== undefined) cell.value = value(firing);
}

const facts: Readonly<Record<string, ((firing: Firing) => Datum | null) | undefined>> = {
  tg_name: ({ trigger }) => trigger.name,
  tg_when: ({ trigger }) => trigger.timing.toUpperCase(),
  tg_level: ({ trigger }) => trigger.level.toUpperCase(),
  tg_op: ({ event }) => event.toUpperCase(),
  tg_relid: ({ table }) => table.oid,
  tg_relname: ({ table }) => table.name,
  tg_table_name: ({ table }) => table.name,
  tg_table_schema: ({ table }) => table.schema,
  tg_nargs: ({ trigger }) => trigger.args.length,
  tg_argv: ({ trigger: { args } }) =>
    args.length === 0
      ? null
      : { element: 'text', dimensions: [{ length: args.length, lowerBound: 0 }], values: args },
};

function returnedRow(
  { returned, compiled }: PlRun,
  shape: RecordShape | undefined,
): Row | undefined {
  if (returned === undefined) {
    const where = `PL/pgSQL function ${compiled.signature}`;
    const message = 'control reached end of trigger procedure without RETURN';
    throw new SqlError('function_executed_no_return_statement', message, { where });
  }
  if (returned.value === null || shape === undefined) return undefined;
  return rowOf(returned, shape, `PL/pgSQL function ${compiled.signature} during function exit`);
}

/** Errors: 42804. */
function rowOf({ value }: TypedValue, shape: RecordShape, where: string): Row {
  const { fields } = value as RecordValue;
  const message = 'returned row structure does not match the structure of the triggering table';
  const fail = (detail: string): SqlError =>
    new SqlError('datatype_mismatch', message, { detail, where });
  if (fields.length !== shape.length) {
    const counts = `(${fields.length}) does not match expected column count (${shape.length})`;
    throw fail(`Number of returned columns ${counts}.`);
  }
  return shape.map(({ type }, i) => {
    const field = fields[i];
    if (field === undefined || field.value === null) return null;
    if (field.type === type.name) return field.value;
    const given = sqlNameOf({ name: field.type, typmod: -1 });
    const types = `${given} does not match expected type ${sqlNameOf(type)}`;
    throw fail(`Returned type ${types} in column ${i + 1}.`);
  });
}
