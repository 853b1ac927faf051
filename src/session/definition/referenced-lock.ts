/** The lock on a table that a new foreign key references. */
import type { RelationLock } from '../utility/utility.ts';
import type { ForeignKeyNode } from './foreign-key.ts';
import { nameOf } from './relation.ts';

export function referencedLock({ pktable }: ForeignKeyNode): readonly RelationLock[] {
  return pktable === undefined ? [] : [{ name: nameOf(pktable), mode: 'share row exclusive' }];
}
