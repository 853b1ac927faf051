/** RAISE and ASSERT: what they say, under which code and with which fields. */
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import { sqlStates, type SqlStateName } from '../../errors/sql-state.ts';
import type {
  PlRaise,
  PlRaiseLevel,
  PlRaiseOptionName,
  PlStatement,
} from '../../sql/plpgsql/tree.ts';
import { makeNotice } from '../statement/statement-context.ts';
import { booleanOf, textOf } from './expressions.ts';
import type { PlRun } from './run.ts';

const codesByLevel: Readonly<Partial<Record<PlRaiseLevel, string>>> = {
  EXCEPTION: sqlStates.raise_exception,
  WARNING: sqlStates.warning,
};

const fieldsByOption = {
  DETAIL: 'detail',
  HINT: 'hint',
  COLUMN: 'column',
  CONSTRAINT: 'constraint',
  DATATYPE: 'dataType',
  TABLE: 'table',
  SCHEMA: 'schema',
} as const satisfies Partial<Record<PlRaiseOptionName, keyof SqlErrorFields>>;

/** Errors: what it raises; 42601 for an option given twice, 22004 for a NULL one, 42704, 0Z002. */
export async function runRaise(run: PlRun, raise: PlRaise): Promise<undefined> {
  const { level, condition } = raise;
  if (raise.message === undefined && condition === undefined && raise.options.length === 0) {
    throw raisedAgain(run);
  }
  const given = await optionsOf(run, raise);
  const named = given.get('ERRCODE');
  const code =
    named === undefined
      ? (codesByLevel[level] ?? sqlStates.successful_completion)
      : conditionCode(named);
  const message = given.get('MESSAGE') ?? named ?? code;
  const fields = fieldsOf(given);
  if (level === 'EXCEPTION') throw SqlError.withCode(code, message, fields);
  run.context.out.notice(run.located(makeNotice(level, code, message, fields)));
  return undefined;
}

function raisedAgain({ caught }: PlRun): SqlError {
  const message = 'RAISE without parameters cannot be used outside an exception handler';
  return caught ?? new SqlError('stacked_diagnostics_accessed_without_active_handler', message);
}

async function optionsOf(
  run: PlRun,
  raise: PlRaise,
): Promise<ReadonlyMap<PlRaiseOptionName, string>> {
  const given = new Map<PlRaiseOptionName, string>();
  if (raise.message !== undefined) given.set('MESSAGE', await formatted(run, raise));
  if (raise.condition !== undefined) given.set('ERRCODE', raise.condition);
  for (const { name, value } of raise.options) {
    const text = await textOf(run, value);
    if (text === null) {
      const message = 'RAISE statement option cannot be null';
      throw new SqlError('null_value_not_allowed', message);
    }
    if (given.has(name)) {
      throw new SqlError('syntax_error', `RAISE option already specified: ${name}`);
    }
    given.set(name, text);
  }
  return given;
}

function fieldsOf(given: ReadonlyMap<PlRaiseOptionName, string>): SqlErrorFields {
  const named = Object.entries(fieldsByOption).flatMap(([option, field]) => {
    const text = given.get(option as PlRaiseOptionName);
    return text === undefined ? [] : [[field, text] as const];
  });
  return Object.fromEntries(named);
}

async function formatted(run: PlRun, { message = '', parameters }: PlRaise): Promise<string> {
  const texts: string[] = [];
  for (const parameter of parameters) texts.push((await textOf(run, parameter)) ?? '<NULL>');
  return message.replaceAll(/%%|%/g, (mark) => (mark === '%%' ? '%' : (texts.shift() ?? '%')));
}

/** The code of a condition by its name, or the code itself. Errors: 42704. */
export function conditionCode(condition: string): string {
  if (/^[0-9A-Z]{5}$/.test(condition)) return condition;
  const code = sqlStates[condition as SqlStateName] as string | undefined;
  if (code !== undefined) return code;
  throw new SqlError('undefined_object', `unrecognized exception condition "${condition}"`);
}

type PlAssert = Extract<PlStatement, { readonly kind: 'assert' }>;

/** Errors: P0004. */
export async function runAssert(run: PlRun, { condition, message }: PlAssert): Promise<undefined> {
  if (run.session.settings.get('plpgsql.check_asserts') === 'off') return undefined;
  if (await booleanOf(run, condition)) return undefined;
  const text = message === undefined ? null : await textOf(run, message);
  throw new SqlError('assert_failure', text ?? 'assertion failed');
}
