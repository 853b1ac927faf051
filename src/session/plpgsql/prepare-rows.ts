/** A query of PL/pgSQL, or the text of an EXECUTE with its values, ready to run. */
import { SqlError } from '../../errors/sql-error.ts';
import { parseSql } from '../../sql/parse.ts';
import type { FactTable, StatementVariables } from '../../plan/planner.ts';
import type { PlQuery, PlText } from '../../sql/plpgsql/tree.ts';
import { Prepared } from '../statement/prepared.ts';
import { atSql, type SqlPlace } from './contexts.ts';
import { textOf, valueOf } from './expressions.ts';
import type { TypedValue } from './frame.ts';
import type { PlRun } from './run.ts';
import { runnable, type Runnable } from './statement-rows.ts';

export interface PreparedRows {
  readonly statement: Runnable;
  readonly place: SqlPlace;
}

export function placeOf(sql: string): SqlPlace {
  return { what: 'SQL statement', sql, shift: 0 };
}

/** Errors: those of planning it; 22004 for a text that is NULL, 42601. */
export async function prepareRows(run: PlRun, rows: PlQuery): Promise<PreparedRows> {
  if (rows.kind === 'query') return keptRows(run, rows.query);
  return dynamicRows(run, rows.text, rows.using);
}

export function keptRows(run: PlRun, query: PlText, prefix = ''): PreparedRows {
  const place = placeOf(`${prefix}${query.text}`);
  try {
    const kept = run.compiled.text(query, prefix);
    kept.enter(run.frame);
    if (kept.prepared.isPlannable) kept.prepared.plan(run.session);
    return { statement: runnable(run, kept), place };
  } catch (error) {
    throw atSql(error, place);
  }
}

/** EXECUTE of one statement. Errors: 22004, 42601. */
export async function dynamicRows(
  run: PlRun,
  text: PlText,
  using: readonly PlText[],
): Promise<PreparedRows> {
  const [statement, ...more] = await dynamicStatements(run, text, using);
  if (statement === undefined || more.length > 0) {
    const message = 'cannot open multi-query plan as cursor';
    throw new SqlError('invalid_cursor_definition', message);
  }
  return { statement, place: placeOf(statement.sql) };
}

/** EXECUTE sees transition tables, and of variables what USING gives. */
function onlyRelations(
  relations: ReadonlyMap<string, FactTable>,
  given: readonly TypedValue[],
): StatementVariables {
  return {
    conflict: 'column',
    find: (names) => {
      const index = Number(/^\$(\d+)$/.exec(names.join('.'))?.[1] ?? 0) - 1;
      const type = given[index]?.type;
      return type === undefined ? undefined : { index, type, shape: undefined, rest: [] };
    },
    fields: () => undefined,
    relation: (name) => relations.get(name),
    current: () => given.map(({ value }) => value),
  };
}

/** The statements of EXECUTE's text. Errors: 22004, 42601. */
export async function dynamicStatements(
  run: PlRun,
  text: PlText,
  using: readonly PlText[],
): Promise<readonly Runnable[]> {
  const sql = await textOf(run, text);
  if (sql === null) {
    const message = 'query string argument of EXECUTE is null';
    throw new SqlError('null_value_not_allowed', message);
  }
  const given: TypedValue[] = [];
  for (const each of using) given.push(await valueOf(run, each));
  const types = given.map(({ type }) => type);
  const parameters = given.map(({ value }) => value);
  try {
    return parseSql(sql).map((parsed) => {
      const prepared = new Prepared('', parsed.text, parsed, types, 'fixed');
      const { relations } = run.frame;
      if (relations !== undefined) prepared.variables = () => onlyRelations(relations, given);
      const { length } = parameters;
      return { prepared, sql, parameters: () => (length > 0 ? parameters : prepared.literals) };
    });
  } catch (error) {
    throw atSql(error, placeOf(sql));
  }
}
