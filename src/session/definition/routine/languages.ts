/** The languages that routines are written in. */
import { languageNames } from '../../../catalog/system/rows/procs.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { plpgsqlLanguage } from './plpgsql-language.ts';
import type { RoutineLanguage } from './routine-language.ts';
import { sqlLanguage } from './sql-language.ts';

const languages: readonly RoutineLanguage[] = [sqlLanguage, plpgsqlLanguage];

/** Errors: 42P13, 42704, 0A000. */
export function routineLanguage(given: string | undefined, isStandard: boolean): RoutineLanguage {
  if (given === undefined && !isStandard) {
    throw new SqlError('invalid_function_definition', 'no language specified');
  }
  const name = given ?? 'sql';
  const language = languages.find((each) => each.name === name);
  if (language !== undefined) return language;
  if (languageNames.some((each) => each[1] === name)) {
    throw unsupported(`CREATE FUNCTION in language ${name}`);
  }
  throw new SqlError('undefined_object', `language "${name}" does not exist`);
}
