/** What a RAISE of a DO statement says, under which code and with which fields. */
import { SqlError, type SqlErrorFields } from '../../errors/sql-error.ts';
import { sqlStates, type SqlStateName } from '../../errors/sql-state.ts';
import type { PlRaise, PlRaiseLevel, PlRaiseOptionName } from '../../sql/plpgsql.ts';

export interface Raised {
  readonly code: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
}

/** The text of an expression's value. */
type ValueOf = (expression: string) => Promise<string | null>;

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

/** Errors: 42601 for an option given twice, 22004 for one that is NULL, 42704. */
export async function raised(raise: PlRaise, valueOf: ValueOf): Promise<Raised> {
  const where = `PL/pgSQL function inline_code_block line ${raise.line} at RAISE`;
  const given = new Map<PlRaiseOptionName, string>();
  if (raise.message !== undefined) given.set('MESSAGE', await formatted(raise, valueOf));
  if (raise.condition !== undefined) given.set('ERRCODE', raise.condition);
  for (const { name, value } of raise.options) {
    const text = await valueOf(value);
    if (text === null) {
      const message = 'RAISE statement option cannot be null';
      throw new SqlError('null_value_not_allowed', message, { where });
    }
    if (given.has(name)) {
      throw new SqlError('syntax_error', `RAISE option already specified: ${name}`, { where });
    }
    given.set(name, text);
  }
  const condition = given.get('ERRCODE');
  const code =
    condition === undefined
      ? (codesByLevel[raise.level] ?? sqlStates.successful_completion)
      : conditionCode(condition, where);
  return {
    code,
    message: given.get('MESSAGE') ?? condition ?? code,
    fields: fieldsOf(given, where),
  };
}

function fieldsOf(given: ReadonlyMap<PlRaiseOptionName, string>, where: string): SqlErrorFields {
  const named = Object.entries(fieldsByOption).flatMap(([option, field]) => {
    const text = given.get(option as PlRaiseOptionName);
    return text === undefined ? [] : [[field, text] as const];
  });
  return { ...Object.fromEntries(named), where };
}

async function formatted({ message = '', parameters }: PlRaise, valueOf: ValueOf): Promise<string> {
  const texts: string[] = [];
  for (const parameter of parameters) texts.push((await valueOf(parameter)) ?? '<NULL>');
  return message.replaceAll(/%%|%/g, (mark) => (mark === '%%' ? '%' : (texts.shift() ?? '%')));
}

/** The code of a condition by its name, or the code itself. Errors: 42704. */
export function conditionCode(condition: string, where?: string): string {
  if (/^[0-9A-Z]{5}$/.test(condition)) return condition;
  const code = sqlStates[condition.toLowerCase() as SqlStateName] as string | undefined;
  if (code !== undefined) return code;
  const message = `unrecognized exception condition "${condition}"`;
  throw new SqlError('undefined_object', message, where === undefined ? {} : { where });
}
