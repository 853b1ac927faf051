/** Tables, views and sequences of users, by the names that statements give. */
import type { RowSecurity } from '../../catalog/table.ts';
import type { SqlSession } from '../sql-session.ts';

export interface OwnRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly noun: 'table' | 'view' | 'materialized view' | 'sequence';
  readonly viewSql: string | undefined;
  readonly rowSecurity?: RowSecurity;
  /** Of a view, as in pg_class.reloptions. */
  readonly options?: readonly string[];
  readonly columns?: readonly { readonly name: string }[];
}

/** undefined: none of the name, or one of the system. */
export function findOwnRelation(
  session: SqlSession,
  schema: string | undefined,
  name: string,
): OwnRelation | undefined {
  const catalog = session.catalog();
  const table = catalog.findTable(schema, name)?.definition;
  if (table !== undefined) {
    const noun = table.materialized === undefined ? 'table' : 'materialized view';
    return { ...table, noun, viewSql: undefined };
  }
  const view = catalog.findUserView(schema, name);
  if (view !== undefined) return { ...view, noun: 'view', viewSql: view.sql };
  const sequence = catalog.findSequence(schema, name);
  return sequence && { ...sequence, noun: 'sequence', viewSql: undefined };
}
