/** CASCADE, SET NULL, SET DEFAULT over rows whose key went, as statements of their own. */
import { unsupported } from '../../../errors/sql-error.ts';
import type { ReferentialAction } from '../../../catalog/table.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import type { Datum } from '../../../types/datum.ts';
import { planInternal, type InternalQuery } from '../../statement/internal-query.ts';
import type { SqlSession } from '../../sql-session.ts';
import { nullTrace } from '../../../trace/null-tracer.ts';
import { runWrite } from '../write-runner.ts';
import type { Key } from '../key-text.ts';
import { quotedTable } from '../unique-keys.ts';
import type { ForeignKey } from './foreign-key.ts';
import type { KeyChange } from './reference-queue.ts';
import { keyParameters } from './reference-queries.ts';

export interface Lost {
  readonly action: ReferentialAction;
  readonly isDelete: boolean;
  readonly changes: readonly KeyChange[] | undefined;
}

/** Errors: those of the rows that it writes; 0A000 for too many new keys at once. */
export async function actOnLost(session: SqlSession, key: ForeignKey, lost: Lost): Promise<void> {
  const { action, isDelete, changes } = lost;
  if (action === 'cascade' && !isDelete) {
    if (changes === undefined) throw unsupported('ON UPDATE CASCADE of more than 100000 keys');
    await runInternal(session, renewed(key, changes));
    return;
  }
  const table = `${quotedTable(key.table)} AS c`;
  const { source, where, ...query } = rowsOf(key, changes);
  if (action === 'cascade') {
    const using = source === undefined ? '' : ` USING ${source}`;
    await runInternal(session, { ...query, sql: `DELETE FROM ${table}${using} WHERE ${where}` });
    return;
  }
  const names = (isDelete ? key.references.setOnDelete : undefined) ?? namesOf(key.columns);
  const value = action === 'set null' ? 'NULL' : 'DEFAULT';
  const set = names.map((name) => `${quoteIdentifier(name)} = ${value}`).join(', ');
  const from = source === undefined ? '' : ` FROM ${source}`;
  const sql = `UPDATE ${table} SET ${set}${from} WHERE ${where}`;
  await runInternal(session, { ...query, sql });
}

function namesOf(columns: readonly { readonly name: string }[]): readonly string[] {
  return columns.map(({ name }) => name);
}

interface Rows extends Omit<InternalQuery, 'sql'> {
  /** Another source of rows beside the table. */
  readonly source: string | undefined;
  readonly where: string;
}

/** The rows that have the keys, or any key that is not there. */
function rowsOf(key: ForeignKey, changes: readonly KeyChange[] | undefined): Rows {
  const own = namesOf(key.columns).map((name) => `c.${quoteIdentifier(name)}`);
  if (changes === undefined) {
    const equal = key.targetColumns.map(({ name }, i) => `t.${quoteIdentifier(name)} = ${own[i]}`);
    const rows = `SELECT 1 FROM ${quotedTable(key.target)} t WHERE ${equal.join(' AND ')}`;
    const filled = own.map((name) => `${name} IS NOT NULL`);
    const where = [...filled, `NOT EXISTS (${rows})`].join(' AND ');
    return { source: undefined, where, parameters: [], types: [] };
  }
  const keys = changes.map(({ before }) => before);
  const given = keyParameters(key.targetColumns, keys);
  const listed = own.map((name, i) => `${name} = ANY($${i + 1})`);
  if (own.length === 1) return { source: undefined, where: listed.join(' AND '), ...given };
  const places = own.map((_, i) => `k${i + 1}`);
  const arrays = own.map((_, i) => `$${i + 1}`);
  const equal = own.map((name, i) => `${name} = u.k${i + 1}`);
  const source = `unnest(${arrays.join(', ')}) AS u (${places.join(', ')})`;
  return { source, where: [...equal, ...listed].join(' AND '), ...given };
}

/** `UPDATE child SET a = u.n1 FROM unnest(old keys, new keys) u WHERE a = u.k1`. */
function renewed(key: ForeignKey, changes: readonly KeyChange[]): InternalQuery {
  const { columns, targetColumns } = key;
  const count = columns.length;
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const before = keyParameters(
    targetColumns,
    changes.map((change) => change.before),
  );
  const after = keyParameters(
    targetColumns,
    changes.map((change) => (change.after ?? []) as Key),
  );
  const arrays = Array.from({ length: count * 2 }, (_, i) => `$${i + 1}`);
  const places = [...names.map((_, i) => `k${i + 1}`), ...names.map((_, i) => `n${i + 1}`)];
  const source = `unnest(${arrays.join(', ')}) AS u (${places.join(', ')})`;
  const set = names.map((name, i) => `${name} = u.n${i + 1}`).join(', ');
  const equal = names.map((name, i) => `c.${name} = u.k${i + 1}`);
  const listed = names.map((name, i) => `c.${name} = ANY($${i + 1})`);
  const where = [...equal, ...listed].join(' AND ');
  return {
    sql: `UPDATE ${quotedTable(key.table)} AS c SET ${set} FROM ${source} WHERE ${where}`,
    parameters: [...before.parameters, ...after.parameters],
    types: [...before.types, ...after.types],
  };
}

async function runInternal(session: SqlSession, query: InternalQuery): Promise<void> {
  const planned = planInternal(session, query);
  if (planned.kind !== 'write') return;
  const parameters: readonly Datum[] = query.parameters;
  const isRepeatable = session.transaction.isRepeatable;
  await runWrite(session, planned, {
    ...{ parameters, formats: [], trace: nullTrace, stored: undefined },
    // A repeatable read's own snapshot: a row that changed since is a conflict.
    ...(isRepeatable ? {} : { seesLatest: true as const }),
    isInternal: true,
  });
}
