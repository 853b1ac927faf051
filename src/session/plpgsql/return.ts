/** RETURN, RETURN NEXT, RETURN QUERY. */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { isRecordName } from '../../types/user-type.ts';
import { atSql } from './contexts.ts';
import { valueOf } from './expressions.ts';
import { recordValue, type TypedValue } from './frame.ts';
import { prepareRows } from './prepare-rows.ts';
import type { Flow, PlRun } from './run.ts';
import { eachRow } from './statement-rows.ts';
import type { StatementOf } from './statements.ts';

export async function runReturn(run: PlRun, { value }: StatementOf<'return'>): Promise<Flow> {
  if (value !== undefined) run.returned = await valueOf(run, value);
  const { returned, isTrigger } = run;
  const wantsRow = isTrigger || run.results?.wantsRow === true;
  if (wantsRow && returned?.value !== null && returned !== undefined) refuseScalar(returned);
  return { kind: 'return' };
}

/** Errors: 42804. */
function refuseScalar({ type }: TypedValue): void {
  if (isRecordName(type.name)) return;
  const message = 'cannot return non-composite value from function returning composite type';
  throw new SqlError('datatype_mismatch', message);
}

export async function runReturnNext(
  run: PlRun,
  { value }: StatementOf<'returnNext'>,
): Promise<Flow> {
  const results = must(run.results, 'a set');
  if (value === undefined) results.rows.push(outputValues(run).map((output) => output.value));
  else {
    const given = await valueOf(run, value);
    if (results.wantsRow && given.value !== null) refuseScalar(given);
    results.addValue(given);
  }
  return undefined;
}

/** Values of the OUT parameters at the moment. */
export function outputValues({ compiled, frame, outputs }: PlRun): readonly TypedValue[] {
  return outputs.map((place) => {
    const cell = frame.cell(must(compiled.tree.parameters[place], 'a parameter'));
    return { type: cell.type, value: cell.kind === 'record' ? recordValue(cell) : cell.value };
  });
}

/** Errors: 42804 and those of the query. */
export async function runReturnQuery(
  run: PlRun,
  { rows: query }: StatementOf<'returnQuery'>,
): Promise<Flow> {
  const results = must(run.results, 'a set');
  const { statement, place } = await prepareRows(run, query);
  const before = results.rows.length;
  try {
    const rows = eachRow(run, statement, (fields) => results.checkQuery(fields));
    for await (const row of rows) results.rows.push(row);
  } catch (error) {
    throw atSql(error, place);
  }
  run.rowCount = results.rows.length - before;
  run.setFound(run.rowCount > 0);
  return undefined;
}
