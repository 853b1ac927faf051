/** ALTER TABLE … SET LOGGED and SET UNLOGGED: what foreign keys allow. */
import { SqlError } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { foreignKeysOf, foreignKeysTo } from '../write/references/foreign-key.ts';
import { lastPass, type Change } from './alter-command.ts';
import type { TableDraft } from './table-draft.ts';

export const loggedChanges: Readonly<Record<string, Change>> = {
  AT_SetLogged: { pass: lastPass, apply: (draft) => change(draft, false) },
  AT_SetUnLogged: { pass: lastPass, apply: (draft) => change(draft, true) },
};

/** Errors: 42P16. */
function change(draft: TableDraft, isUnlogged: boolean): void {
  const table = draft.before?.definition;
  if (table === undefined) return;
  if (table.temporary) {
    const message = `cannot change logged status of table "${table.name}" because it is temporary`;
    throw new SqlError('invalid_table_definition', message);
  }
  if (draft.isUnlogged === isUnlogged) return;
  const { session } = draft.context;
  const pairs = isUnlogged
    ? foreignKeysTo(session, table.oid).map((key) => ({ key, other: key.table }))
    : foreignKeysOf(session, table).map((key) => ({ key, other: key.target }));
  const against = pairs.find(({ other }) => {
    return other.oid !== table.oid && (other.isUnlogged === true) !== isUnlogged;
  });
  if (against !== undefined) throw refusal(table, against.key.name, against.other, isUnlogged);
  draft.isUnlogged = isUnlogged;
}

function refusal(
  { schema, name }: TableDefinition,
  constraint: string,
  other: TableDefinition,
  isUnlogged: boolean,
): SqlError {
  const [to, their] = isUnlogged ? ['unlogged', 'logged'] : ['logged', 'unlogged'];
  const because = `because it references ${their} table "${other.name}"`;
  const message = `could not change table "${name}" to ${to} ${because}`;
  return new SqlError('invalid_table_definition', message, { schema, table: name, constraint });
}
