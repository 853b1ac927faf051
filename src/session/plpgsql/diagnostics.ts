/** GET DIAGNOSTICS of the last statement, GET STACKED DIAGNOSTICS of the error that is handled. */
import { SqlError } from '../../errors/sql-error.ts';
import { sqlType } from '../../types/type-table.ts';
import { makeNotice } from '../statement/statement-context.ts';
import { assign } from './assign.ts';
import type { TypedValue } from './frame.ts';
import type { Flow, PlRun } from './run.ts';
import type { StatementOf } from './statements.ts';

/** Errors: 0Z002. */
export async function runDiagnostics(
  run: PlRun,
  { items, isStacked }: StatementOf<'diagnostics'>,
): Promise<Flow> {
  if (isStacked && run.caught === undefined) {
    const message = 'GET STACKED DIAGNOSTICS cannot be used outside an exception handler';
    throw new SqlError('stacked_diagnostics_accessed_without_active_handler', message);
  }
  for (const { target, item } of items) await assign(run, target, itemOf(run, item));
  return undefined;
}

function itemOf(run: PlRun, item: string): TypedValue {
  if (item === 'ROW_COUNT') return { type: sqlType('int8'), value: BigInt(run.rowCount) };
  const value = item === 'PG_CONTEXT' ? contextOf(run) : (stackedItem(run.caught, item) ?? '');
  return { type: sqlType('text'), value };
}

/** Of all functions that are running, the innermost first. */
function contextOf(run: PlRun): string {
  const { out } = run.context;
  const own = run.located(makeNotice('NOTICE', '00000', ''));
  return (out.located?.(own) ?? own).fields.where ?? run.line;
}

function stackedItem(error: SqlError | undefined, item: string): string | undefined {
  switch (item) {
    case 'RETURNED_SQLSTATE':
      return error?.code;
    case 'MESSAGE_TEXT':
      return error?.message;
    case 'PG_EXCEPTION_DETAIL':
      return error?.fields.detail;
    case 'PG_EXCEPTION_HINT':
      return error?.fields.hint;
    case 'PG_EXCEPTION_CONTEXT':
      return error?.fields.where;
    case 'COLUMN_NAME':
      return error?.fields.column;
    case 'CONSTRAINT_NAME':
      return error?.fields.constraint;
    case 'PG_DATATYPE_NAME':
      return error?.fields.dataType;
    case 'TABLE_NAME':
      return error?.fields.table;
    default:
      return error?.fields.schema;
  }
}
