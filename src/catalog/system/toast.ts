/**
 * Toast tables, where PostgreSQL puts values that do not fit a page. Nothing is kept in them here;
 * the catalog lists them for the tables that would have one (toasting.c).
 */
import type { UserColumn, UserRelation } from './user-relations.ts';
import { typeFactByOid } from './type-facts.ts';

/** Longest row that PostgreSQL leaves as it is. */
const rowBytesMax = 2032;
const headerBytes = 24;
const charBytesMax = 4;

export function hasToast({ kind, columns }: UserRelation): boolean {
  if (kind !== 'r' && kind !== 'm') return false;
  const sizes = columns.map(sizeOf);
  const isWide = headerBytes + sizes.reduce((sum, { bytes }) => sum + bytes, 0) > rowBytesMax;
  return sizes.some(({ isToasted }) => isToasted) && isWide;
}

/** Most bytes of a value. */
function sizeOf({ typeOid, type }: UserColumn): {
  readonly bytes: number;
  readonly isToasted: boolean;
} {
  const fact = typeFactByOid(typeOid);
  if (fact === undefined || fact.length >= 0) return { bytes: fact?.length ?? 0, isToasted: false };
  return { bytes: longestOf(type.name, type.typmod), isToasted: fact.storage !== 'p' };
}

function longestOf(name: string, typmod: number): number {
  if (typmod < 0) return Number.POSITIVE_INFINITY;
  if (name === 'varchar' || name === 'bpchar') return (typmod - 4) * charBytesMax + 4;
  if (name === 'bit' || name === 'varbit') return Math.ceil(typmod / 8) + 8;
  if (name === 'numeric') return Math.ceil((((typmod - 4) >> 16) & 0xffff) / 4 + 1) * 2 + 8;
  return Number.POSITIVE_INFINITY;
}
