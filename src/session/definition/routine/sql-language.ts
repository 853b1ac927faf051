/** LANGUAGE sql: bodies of SQL statements, as a text or in the forms of the SQL standard. */
import type { Node } from '@pgsql/types';
import { must } from '../../../errors/assert.ts';
import {
  isInput,
  type Routine,
  type RoutineDraft,
  type RoutineRecord,
} from '../../../catalog/routine-records.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import { isPolymorphic } from '../../../plan/binder/calls/polymorphic.ts';
import {
  checkRoutineQuery,
  checkRoutineStatement,
} from '../../../plan/binder/routines/check-routine.ts';
import { astAs } from '../../../sql/ast.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { ParsedStatement } from '../../../sql/statement.ts';
import { typeRecord } from '../../../types/type-table.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import { isPlannable, nodeBody, nodeKind } from '../../statement/statement-kind.ts';
import { shownType } from './routine-lookup.ts';
import type { BodyNodes, RoutineLanguage } from './routine-language.ts';
import { standardBody } from './standard-body.ts';

export const sqlLanguage: RoutineLanguage = { name: 'sql', read: readBody, check: checkBody };

function invalid(message: string, detail?: string): SqlError {
  return new SqlError(
    'invalid_function_definition',
    message,
    detail === undefined ? {} : { detail },
  );
}

function readBody(
  context: StatementContext,
  draft: RoutineDraft,
  { texts, standard }: BodyNodes,
): RoutineDraft {
  if (texts !== undefined && standard !== undefined) {
    throw invalid('duplicate function body specified');
  }
  if (standard !== undefined)
    return { ...draft, ...standardBody(context, draft, standard as Node) };
  const [body, second] = texts ?? [];
  if (body === undefined) throw invalid('no function body specified');
  if (second !== undefined) throw invalid('only one AS item needed for language "sql"');
  return { ...draft, body };
}

const pseudo = new Set(['void', 'record']);

/** Errors: 42P13, 0A000 and those of the body's statements. */
function checkBody(context: StatementContext, record: RoutineRecord): void {
  const { session, statement } = context;
  const catalog = session.catalog();
  const isWanted = (oid: number, also: ReadonlySet<string>): boolean => {
    const name = catalog.typeByOid(oid)?.name;
    if (name === undefined) return false;
    return typeRecord(name).category !== 'P' || isPolymorphic(name) || also.has(name);
  };
  if (!isWanted(record.result, pseudo)) {
    throw invalid(`SQL functions cannot return type ${shownType(session, record.result)}`);
  }
  const stray = record.parameters.find(({ type }) => !isWanted(type, new Set(['record'])));
  if (stray !== undefined) {
    throw invalid(`SQL functions cannot have arguments of type ${shownType(session, stray.type)}`);
  }
  if (session.settings.get('check_function_bodies') === 'off') return;
  const routine = must(catalog.routineOf(record), 'types');
  const offset = statement.text.indexOf(record.body);
  const isSure = offset >= 0 && offset === statement.text.lastIndexOf(record.body);
  atPlace(record.name, isSure && record.standardText === undefined ? offset : undefined, () => {
    checkStatements(context, routine, parseSql(record.body));
  });
}

/** Places in the body as places in the statement; errors without one name the function. */
function atPlace(name: string, offset: number | undefined, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position, ...fields } = error.fields;
    if (position === undefined) {
      error.fields = { ...fields, where: `SQL function "${name}"` };
      throw error;
    }
    error.fields = offset === undefined ? fields : { ...fields, position: position + offset };
    throw error;
  }
}

function checkStatements(
  { session }: StatementContext,
  routine: Routine,
  statements: readonly ParsedStatement[],
): void {
  const inputs = routine.parameters.filter(isInput);
  const isOpen = inputs.some(({ type }) => isPolymorphic(type.name));
  const { record, result } = routine;
  const last = statements.at(-1);
  const wantsResult = !record.isProcedure && result.name !== 'void';
  if (wantsResult && (last === undefined || !givesRows(last.node))) throw noResult(routine);
  for (const statement of statements) {
    const { node } = statement;
    if (isOpen || !isPlannable(node)) continue;
    const options = session.plannerOptions(statement);
    const select = astAs(node, 'SelectStmt');
    const isResult = wantsResult && statement === last;
    if (select !== undefined && select.lockingClause === undefined) {
      checkRoutineQuery(routine, select, { options, isResult });
    } else checkRoutineStatement(routine, node, { options, isResult });
  }
}

/** A query, or a statement that writes with RETURNING. */
function givesRows(node: Node): boolean {
  return nodeKind(node) === 'SelectStmt' || nodeBody(node)['returningClause'] !== undefined;
}

function noResult({ result }: Routine): SqlError {
  return invalid(
    `return type mismatch in function declared to return ${typeRecord(result.name).sqlName}`,
    "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.",
  );
}
