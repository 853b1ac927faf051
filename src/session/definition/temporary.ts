/** What a session made in its temporary schema: gone with DISCARD TEMP and with the session. */
import { routinesOf } from '../../catalog/routine-records.ts';
import { triggersOf } from '../../catalog/trigger-records.ts';
import { userTypesOf } from '../../catalog/type-records.ts';
import type { Store, StoreTransaction } from '../../catalog/table.ts';

interface Inside {
  readonly store: Store;
  readonly schema: string;
}

function contents({ store, schema }: Inside, transaction: StoreTransaction | undefined) {
  const isOwn = (each: { readonly schema: string }): boolean => each.schema === schema;
  return {
    tables: store.tables(transaction).filter(({ definition }) => isOwn(definition)),
    views: store.views(transaction).filter(isOwn),
    sequences: store.sequences(transaction).filter(({ definition }) => isOwn(definition)),
    types: userTypesOf(store.records(transaction)).filter(isOwn),
    routines: routinesOf(store.records(transaction)).filter(isOwn),
  };
}

function hasTemporary(inside: Inside): boolean {
  return Object.values(contents(inside, undefined)).some((objects) => objects.length > 0);
}

export function dropTemporary(inside: Inside, transaction: StoreTransaction): void {
  const { store } = inside;
  const { tables, views, sequences, types, routines } = contents(inside, transaction);
  const oids = new Set(tables.map(({ definition }) => definition.oid));
  for (const { kind, key, table } of triggersOf(store.records(transaction))) {
    if (oids.has(table)) transaction.dropRecord({ kind, key });
  }
  for (const oid of oids) transaction.dropTable(oid);
  for (const { oid } of views) transaction.dropView(oid);
  for (const { definition } of sequences) transaction.dropSequence(definition.oid);
  for (const record of [...types, ...routines]) transaction.dropRecord(record);
}

/** The session is over. */
export async function dropAllTemporary(inside: Inside): Promise<void> {
  if (!hasTemporary(inside)) return;
  const transaction = inside.store.begin();
  dropTemporary(inside, transaction);
  await transaction.commit();
}
