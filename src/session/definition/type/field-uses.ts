/** Texts that name fields of composite values: kept expressions of tables, and views over them. */
import { unsupported } from '../../../errors/sql-error.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { SqlSession } from '../../sql-session.ts';
import { definedViews } from '../view/defined-views.ts';

/** `(x).name`, `name(x)`. */
function accessTo(name: string): RegExp {
  const escaped = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const word = `(?:"${escaped.replaceAll('"', '""')}"|${escaped}(?![\\p{L}\\p{N}_$]))`;
  return new RegExp(`\\)\\s*\\.\\s*${word}|(?<![\\p{L}\\p{N}_$.])${word}\\s*\\(`, 'u');
}

const expansion = /\)\s*\.\s*\*/;

/** A view shows the fields that there were when it was made. Errors: 0A000. */
export function refuseExpanded(session: SqlSession, relation: number): void {
  const views = definedViews(session).filter(({ uses }) => uses?.includes(relation) === true);
  if (views.some(({ sql }) => expansion.test(sql))) {
    throw unsupported('changing a type whose fields views show');
  }
}

/** Errors: 0A000 where what is left of a value would be asked for a field that is gone. */
export function refuseNamedFields(
  session: SqlSession,
  { oid, columns, constraints, indexes = [] }: TableDefinition,
  names: readonly string[],
): void {
  const views = definedViews(session).filter(({ uses }) => uses?.includes(oid) === true);
  const texts = [
    ...columns.map(({ defaultSql }) => defaultSql),
    ...constraints.map(({ checkSql }) => checkSql),
    ...indexes.flatMap(({ expressions = [], where }) => [
      ...expressions.map(({ sql }) => sql),
      where,
    ]),
    ...views.map(({ sql }) => sql),
  ];
  const patterns = names.map(accessTo);
  if (texts.some((text) => text !== undefined && patterns.some((each) => each.test(text)))) {
    throw unsupported('dropping a field that views or expressions name');
  }
}
