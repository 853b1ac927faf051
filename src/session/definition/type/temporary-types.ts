/** What outlives a session names no type of its temporary schema. */
import { unsupported } from '../../../errors/sql-error.ts';
import { rowTypeRecord } from '../../../catalog/system/row-types.ts';
import { keptCast } from '../../../catalog/type-records.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import type { SqlSession } from '../../sql-session.ts';
import { userTypes } from './user-types.ts';

interface Kept {
  /** Schema of what is kept. */
  readonly schema: string;
  readonly types: readonly SqlType[];
  /** Kept expressions and queries, which cast to types by their names. */
  readonly texts: readonly (string | undefined)[];
}

/** PostgreSQL would drop it with the type when the session ends. Errors: 0A000. */
export function refuseTemporaryTypes(session: SqlSession, { schema, types, texts }: Kept): void {
  if (schema === session.temporarySchema) return;
  const { temporarySchema, environment, transaction } = session;
  const { store } = environment;
  const relations = store.tables(transaction.storeTransaction).map(({ definition }) => definition);
  const views = store.views(transaction.storeTransaction);
  const isTemporary = (each: { readonly schema: string }): boolean =>
    each.schema === temporarySchema;
  const rows = [...relations, ...views].filter(isTemporary);
  const temporary = [
    ...userTypes(session).filter(isTemporary),
    ...rows.map((each) => rowTypeRecord({ columns: [], ...each })),
  ];
  const isNamed = temporary.some(
    (type) =>
      types.some(({ name, domain }) => (domain ?? userTypeOid(name)) === type.oid) ||
      texts.some((text) => text?.includes(keptCast(type)) === true),
  );
  if (isNamed) throw unsupported('a temporary type of what is not temporary');
}
