/** RETURN, RETURN NEXT, RETURN QUERY. */
import { unsupported } from '../../errors/sql-error.ts';
import { valueOf } from './expressions.ts';
import type { Flow, PlRun } from './run.ts';
import type { StatementOf } from './statements.ts';

export async function runReturn(run: PlRun, { value }: StatementOf<'return'>): Promise<Flow> {
  if (value !== undefined) run.returned = await valueOf(run, value);
  return { kind: 'return' };
}

export async function runReturnNext(
  _run: PlRun,
  _statement: StatementOf<'returnNext'>,
): Promise<Flow> {
  throw unsupported('RETURN NEXT');
}

export async function runReturnQuery(
  _run: PlRun,
  _statement: StatementOf<'returnQuery'>,
): Promise<Flow> {
  throw unsupported('RETURN QUERY');
}
