/**
 * The settings that are a transaction's own: isolation, READ ONLY, DEFERRABLE. When they may
 * change is PostgreSQL's rule (variable.c).
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlSession } from '../sql-session.ts';

export const characteristicNames: ReadonlySet<string> = new Set([
  'transaction_isolation',
  'transaction_read_only',
  'transaction_deferrable',
]);

/** Until the transaction ends. Errors: 25001. */
export function setCharacteristic(session: SqlSession, name: string, value: string): void {
  const { settings, transaction } = session;
  const before = settings.get(name);
  if (name === 'transaction_isolation' && value.toLowerCase() !== before) {
    checkEarly(session, 'SET TRANSACTION ISOLATION LEVEL');
  }
  if (name === 'transaction_deferrable') checkEarly(session, 'SET TRANSACTION [NOT] DEFERRABLE');
  settings.set(name, value, true);
  if (name !== 'transaction_read_only') return;
  if (before !== 'on' || settings.get(name) !== 'off') return;
  settings.set(name, 'on', true);
  if (transaction.inSavepoint) {
    throw activeTransaction(
      'cannot set transaction read-write mode inside a read-only transaction',
    );
  }
  if (transaction.hasSnapshot) {
    throw activeTransaction('transaction read-write mode must be set before any query');
  }
  settings.set(name, 'off', true);
}

function checkEarly({ transaction }: SqlSession, command: string): void {
  if (transaction.hasSnapshot) {
    throw activeTransaction(`${command} must be called before any query`);
  }
  if (transaction.inSavepoint) {
    throw activeTransaction(`${command} must not be called in a subtransaction`);
  }
}

function activeTransaction(message: string): SqlError {
  return new SqlError('active_sql_transaction', message);
}
