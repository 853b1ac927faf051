/** LANGUAGE plpgsql: bodies are parsed when a routine is made, their SQL is bound when it runs. */
import type { RoutineDraft, RoutineRecord } from '../../../catalog/routine-records.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { isPolymorphic } from '../../../plan/binder/calls/polymorphic.ts';
import { parsePlpgsql } from '../../../sql/plpgsql/parse.ts';
import { sqlType } from '../../../types/type-table.ts';
import { headOf } from '../../plpgsql/run-routine.ts';
import { sourcePlaces } from '../../plpgsql/source-places.ts';
import { ofType, variableTypes } from '../../plpgsql/variable-types.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import type { BodyNodes, RoutineLanguage } from './routine-language.ts';

export const plpgsqlLanguage: RoutineLanguage = {
  name: 'plpgsql',
  read: readBody,
  check: checkBody,
};

/** Errors: 42P13. */
function readBody(
  _context: StatementContext,
  draft: RoutineDraft,
  { texts, standard }: BodyNodes,
): RoutineDraft {
  const invalid = (message: string): SqlError => {
    return new SqlError('invalid_function_definition', message);
  };
  if (standard !== undefined) {
    throw invalid('inline SQL function body only valid for language SQL');
  }
  const [body, second] = texts ?? [];
  if (body === undefined) throw invalid('no function body specified');
  if (second !== undefined) throw invalid('only one AS item needed for language "plpgsql"');
  return { ...draft, body };
}

/** Errors: 42601 and others of PL/pgSQL's compiler; 42704. */
function checkBody({ session }: StatementContext, record: RoutineRecord): void {
  if (session.settings.get('check_function_bodies') === 'off') return;
  const placeOf = sourcePlaces(record.body, session.currentSql);
  const { variables } = parsePlpgsql(record.body, headOf(record), placeOf);
  const catalog = session.catalog();
  const given = record.parameters.map(({ type }) => {
    const found = catalog.typeByOid(type);
    return ofType(found === undefined || isPolymorphic(found.name) ? sqlType('text') : found);
  });
  variableTypes(session, variables, { name: record.name, placeOf, given });
}
