/** ALTER TABLE … ENABLE and DISABLE TRIGGER: the only triggers are those of foreign keys. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { foreignKeysOf, foreignKeysTo } from '../write/references/foreign-key.ts';
import type { AlterCommand } from './alter-command.ts';
import type { TableDraft } from './table-draft.ts';

/** Errors: 0A000 where foreign keys would go unchecked. */
export function disableAllTriggers({ context: { session }, before }: TableDraft): void {
  if (before === undefined) return;
  const { definition } = before;
  const keys = [...foreignKeysOf(session, definition), ...foreignKeysTo(session, definition.oid)];
  if (keys.length > 0) throw unsupported('DISABLE TRIGGER ALL on a table with foreign keys');
}

/** Errors: 42704: there is none. */
export function namedTrigger({ target }: TableDraft, { name = '' }: AlterCommand): never {
  const message = `trigger "${name}" for table "${target.name}" does not exist`;
  throw new SqlError('undefined_object', message);
}
