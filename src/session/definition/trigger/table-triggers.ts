/** A table's triggers, and what becomes of them when it changes. */
import { catalogOids, commentKey } from '../../../catalog/comment-records.ts';
import { triggersOf, type TriggerRecord } from '../../../catalog/trigger-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { foreignKeysOf, foreignKeysTo } from '../../write/references/foreign-key.ts';
import type { SqlSession } from '../../sql-session.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { AlterCommand } from '../alter-command.ts';
import type { TableDraft } from '../table-draft.ts';

export function userTriggers(session: SqlSession): readonly TriggerRecord[] {
  const { store } = session.environment;
  return triggersOf(store.records(session.transaction.storeTransaction));
}

export function tableTriggers(session: SqlSession, table: number): readonly TriggerRecord[] {
  return userTriggers(session)
    .filter((trigger) => trigger.table === table)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Errors: 42704. */
export function triggerNamed(
  session: SqlSession,
  table: { readonly oid: number; readonly name: string },
  name: string,
): TriggerRecord {
  const found = tableTriggers(session, table.oid).find((trigger) => trigger.name === name);
  if (found !== undefined) return found;
  const message = `trigger "${name}" for table "${table.name}" does not exist`;
  throw new SqlError('undefined_object', message);
}

/** ALTER TABLE … ENABLE, DISABLE TRIGGER name. Errors: 42704. */
export function setTrigger(enabled: TriggerRecord['enabled']) {
  return ({ context: { session }, before }: TableDraft, { name = '' }: AlterCommand): void => {
    if (before === undefined) return;
    put(session, { ...triggerNamed(session, before.definition, name), enabled });
  };
}

/** … ALL, and USER. */
export function setTriggers(enabled: TriggerRecord['enabled']) {
  return ({ context: { session }, before }: TableDraft): void => {
    if (before === undefined) return;
    for (const trigger of tableTriggers(session, before.definition.oid)) {
      put(session, { ...trigger, enabled });
    }
  };
}

function put(session: SqlSession, trigger: TriggerRecord): void {
  session.transaction.forWriting().putRecord(trigger);
}

/** Errors: 0A000 where foreign keys would go unchecked. */
export function disableAllTriggers(draft: TableDraft): void {
  const {
    context: { session },
    before,
  } = draft;
  if (before === undefined) return;
  const { definition } = before;
  const keys = [...foreignKeysOf(session, definition), ...foreignKeysTo(session, definition.oid)];
  if (keys.length > 0) throw unsupported('DISABLE TRIGGER ALL on a table with foreign keys');
  setTriggers('D')(draft);
}

/** ALTER TRIGGER … RENAME TO. Errors: 42704, 42710. */
export function renameTrigger(
  session: SqlSession,
  table: { readonly oid: number; readonly name: string },
  [before, after]: readonly [before: string, after: string],
): void {
  const trigger = triggerNamed(session, table, before);
  if (tableTriggers(session, table.oid).some(({ name }) => name === after)) {
    const message = `trigger "${after}" for relation "${table.name}" already exists`;
    throw new SqlError('duplicate_object', message);
  }
  put(session, { ...trigger, name: after });
}

/** Those that name the column in UPDATE OF or WHEN. */
export function triggersOverColumn(
  session: SqlSession,
  table: number,
  column: string,
): readonly TriggerRecord[] {
  return tableTriggers(session, table).filter(({ columns, when }) => {
    return columns.includes(column) || when?.columns.includes(column) === true;
  });
}

/** The table goes, and its triggers with it. */
export function dropTriggersOf(session: SqlSession, table: number): void {
  for (const trigger of tableTriggers(session, table)) dropTrigger(session, trigger);
}

/** With its comment. */
export function dropTrigger(session: SqlSession, { kind, key, oid }: TriggerRecord): void {
  const transaction = session.transaction.forWriting();
  transaction.dropRecord({ kind, key });
  const object = { catalog: catalogOids.trigger, oid, column: 0 };
  transaction.dropRecord({ kind: 'comment', key: commentKey(object) });
}

/** DROP TRIGGER IF EXISTS of none. */
export function noteMissing({ out }: StatementContext, message: string): void {
  out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
}
