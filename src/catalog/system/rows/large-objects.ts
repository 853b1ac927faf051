/** pg_largeobject_metadata. */
import { largeObjectsOf, type LargeObjectRecord } from '../../large-object-records.ts';
import type { AccessObject } from '../../access-rights.ts';
import { arrayOf, type Fields } from '../fact-rows.ts';
import type { Moment } from '../moment.ts';
import type { FactSource } from './fact-table.ts';

export function largeObjectAccess({ oid, owner }: LargeObjectRecord): AccessObject {
  return { kind: 'largeobject', id: oid, owner };
}

function metadata({ state, access }: Moment): readonly Fields[] {
  return largeObjectsOf(state.records).map((record) => {
    const list = access.listOf(largeObjectAccess(record))?.items;
    const lomacl = list && arrayOf('aclitem', access.itemTexts(list));
    return { oid: record.oid, lomowner: record.owner, lomacl };
  });
}

/** Its number; undefined: there is none. */
export function largeObjectNamed({ state }: Moment, oid: number): string | undefined {
  return largeObjectsOf(state.records).find((record) => record.oid === oid)?.key;
}

export const largeObjectSources: readonly FactSource[] = [
  { name: 'pg_largeobject_metadata', current: metadata },
];
