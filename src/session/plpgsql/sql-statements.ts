/** Statements of SQL within PL/pgSQL, EXECUTE of a text, PERFORM; INTO, FOUND and ROW_COUNT. */
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import type { PlInto } from '../../sql/plpgsql/tree.ts';
import { nodeBody, nodeKind, splitInto } from '../statement/statement-kind.ts';
import { must } from '../../errors/assert.ts';
import { assign, assignInto } from './assign.ts';
import { callTargets, type CallTargets } from './call-targets.ts';
import { atSql, type SqlPlace } from './contexts.ts';
import { dynamicStatements, keptRows, placeOf } from './prepare-rows.ts';
import type { Flow, PlRun } from './run.ts';
import { countRows, runStatement, type Outcome, type Runnable } from './statement-rows.ts';
import type { StatementOf } from './statements.ts';

/** Errors: those of the statement; 42601, P0002, P0003, 0A000. */
export async function runSql(
  run: PlRun,
  { statement: text, into }: StatementOf<'sql'>,
): Promise<Flow> {
  const { statement, place } = keptRows(run, text);
  refuse(statement, 'static');
  const kind = kindOf(statement);
  const isWrite = kind !== 'SelectStmt' && statement.prepared.isPlannable;
  if (into === undefined && (statement.prepared.fields?.length ?? 0) > 0) throw noDestination(kind);
  const rowsMax = into === undefined || into.isStrict || isWrite ? 2 : 1;
  const outcome = await located(place, () => runStatement(run, statement, rowsMax));
  run.rowCount = outcome.rowCount;
  if (statement.prepared.isPlannable) run.setFound(outcome.rowCount > 0);
  const refusesMore = isWrite || into?.isStrict === true ? { hint: singleRow } : undefined;
  if (into !== undefined) await giveInto(run, into, outcome, refusesMore);
  return undefined;
}

function noDestination(kind: string): SqlError {
  const hint = 'If you want to discard the results of a SELECT, use PERFORM instead.';
  return new SqlError('syntax_error', 'query has no destination for result data', {
    ...(kind === 'SelectStmt' ? { hint } : {}),
  });
}

const singleRow = 'Make sure the query returns a single row, or use LIMIT 1.';

async function giveInto(
  run: PlRun,
  { targets, isStrict }: PlInto,
  { fields, rows }: Outcome,
  refusesMore: SqlErrorFields | undefined,
): Promise<void> {
  if (fields.length === 0) {
    throw new SqlError('syntax_error', 'INTO used with a command that cannot return data');
  }
  if (rows.length === 0 && isStrict) {
    throw new SqlError('no_data_found', 'query returned no rows');
  }
  if (rows.length > 1 && refusesMore !== undefined) {
    throw new SqlError('too_many_rows', 'query returned more than one row', refusesMore);
  }
  await assignInto(run, targets, fields, rows[0]);
}

/** Errors: as runSql; 22004 for a text that is NULL. */
export async function runExecute(run: PlRun, statement: StatementOf<'execute'>): Promise<Flow> {
  const { into } = statement;
  let outcome: Outcome = { fields: [], rows: [], rowCount: 0, tag: '' };
  for (const each of await dynamicStatements(run, statement.text, statement.using)) {
    refuse(each, 'dynamic');
    const rowsMax = into === undefined ? Infinity : 2;
    outcome = await located(placeOf(each.sql), () => runOne(run, each, rowsMax));
  }
  run.rowCount = outcome.rowCount;
  if (into !== undefined) await giveInto(run, into, outcome, into.isStrict ? {} : undefined);
  return undefined;
}

/** Rows that nobody takes are counted. */
async function runOne(run: PlRun, statement: Runnable, rowsMax: number): Promise<Outcome> {
  const isCounted = rowsMax === Infinity && kindOf(statement) === 'SelectStmt';
  if (!isCounted || !statement.prepared.isPlannable) return runStatement(run, statement, rowsMax);
  const rowCount = await countRows(run, statement);
  return { fields: [], rows: [], rowCount, tag: '' };
}

export async function runPerform(run: PlRun, { query }: StatementOf<'perform'>): Promise<Flow> {
  const { statement, place } = keptRows(run, query, 'SELECT ');
  run.rowCount = await located(place, () => countRows(run, statement));
  run.setFound(run.rowCount > 0);
  return undefined;
}

/** CALL and DO. */
export async function runCall(run: PlRun, { statement: text }: StatementOf<'call'>): Promise<Flow> {
  const { statement, place } = keptRows(run, text);
  const call = async (): Promise<CallTargets> => callTargets(run, statement, text);
  const { outputs, targets } = await located(place, call);
  const { rowCount, rows } = await located(place, () => runStatement(run, statement, 1));
  run.rowCount = rowCount;
  for (const [i, { type }] of outputs.entries()) {
    const target = must(targets[i], 'a target');
    await assign(run, target, { type, value: rows[0]?.[i] ?? null });
  }
  return undefined;
}

async function located<T>(place: SqlPlace, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw atSql(error, place);
  }
}

function kindOf({ prepared }: Runnable): string {
  return prepared.statement === undefined ? '' : nodeKind(prepared.statement.node);
}

/** Errors: 0A000. */
function refuse(statement: Runnable, how: 'static' | 'dynamic'): void {
  const kind = kindOf(statement);
  const fail = (message: string, hint?: string): SqlError => {
    return new SqlError('feature_not_supported', message, hint === undefined ? {} : { hint });
  };
  const node = statement.prepared.statement?.node;
  if (kind === 'CopyStmt' && node !== undefined && nodeBody(node)['filename'] === undefined) {
    throw fail('cannot COPY to/from client in PL/pgSQL');
  }
  if (kind === 'TransactionStmt') {
    throw fail(
      how === 'static'
        ? 'unsupported transaction command in PL/pgSQL'
        : 'EXECUTE of transaction commands is not implemented',
    );
  }
  if (kind === 'SelectStmt' && node !== undefined && how === 'dynamic') {
    if (splitInto(nodeBody(node)).into === undefined) return;
    throw fail(
      'EXECUTE of SELECT ... INTO is not implemented',
      'You might want to use EXECUTE ... INTO or EXECUTE CREATE TABLE ... AS instead.',
    );
  }
}
