/** Which of INSERT, UPDATE and DELETE a relation takes: a view takes what is behind it takes. */
import type { Moment } from './moment.ts';
import { systemRelationByOid } from './system-relations.ts';
import type { UserRelation } from './user-relations.ts';

const insertBit = 8;
const updateBit = 4;
const deleteBit = 16;
const allEvents = insertBit | updateBit | deleteBit;

/** Bits of pg_relation_is_updatable(); with an attnum those that its column alone allows. */
export function updatableEvents(moment: Moment, oid: number, column?: number): number {
  const relation = moment.relationByOid(oid);
  if (relation === undefined) return systemRelationByOid(oid)?.kind === 'r' ? allEvents : 0;
  const name = column === undefined ? undefined : relation.columns[column - 1]?.name;
  if (column !== undefined && name === undefined) return 0;
  return eventsOf(moment, relation, name === undefined ? undefined : [name]);
}

/** `wanted`: columns of which one must be writable; undefined: any. */
function eventsOf(
  moment: Moment,
  { kind, columns, viewBase }: UserRelation,
  wanted: readonly string[] | undefined,
): number {
  if (kind === 'r' || kind === 'p') return allEvents;
  const behind = viewBase === undefined ? undefined : moment.relationByOid(viewBase.oid);
  if (viewBase === undefined || behind === undefined) return 0;
  const writable = viewBase.columns.filter((name, i): name is string => {
    return name !== null && (wanted?.includes(columns[i]?.name ?? '') ?? true);
  });
  const own = writable.length > 0 ? allEvents : deleteBit;
  return own & eventsOf(moment, behind, writable);
}
