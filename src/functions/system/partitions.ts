/** Trees of partitions, of tables and of indexes. */
import type { EvaluationContext } from '../function-record.ts';
import type { Datum } from '../../types/datum.ts';
import { factOf } from './catalog-facts.ts';

/** The relation, and what it is a partition of, the nearest first; none for other relations. */
export function ancestorsIn(context: EvaluationContext, oid: number): readonly number[] {
  const parent = factOf(context, 'partition_parent', oid);
  if (parent === undefined) return [];
  const next = Number(parent);
  return [oid, ...(next === 0 ? [] : ancestorsIn(context, next))];
}

/** Level by level: relid, parentrelid, isleaf, level. */
export function partitionTree(
  context: EvaluationContext,
  oid: number,
): readonly (readonly (Datum | null)[])[] {
  if (factOf(context, 'partition_parent', oid) === undefined) return [];
  const rows: (readonly (Datum | null)[])[] = [];
  let level = [oid];
  for (let depth = 0; level.length > 0; depth++) {
    const next: number[] = [];
    for (const each of level) {
      const children = factOf(context, 'partition_children', each);
      const parent = Number(factOf(context, 'partition_parent', each) ?? 0);
      rows.push([each, parent === 0 ? null : parent, children === undefined, depth]);
      if (children === undefined || children === '') continue;
      next.push(...children.split(' ').map(Number));
    }
    level = next;
  }
  return rows;
}

/** Whether a kept text is the bound of a partition. */
export function isBound(text: string): boolean {
  return text === 'DEFAULT' || text.startsWith('FOR VALUES ');
}

/** Bounds of partitions are shown as the session's settings have it. */
export function keptText(context: EvaluationContext, text: string, relation: number): string {
  return isBound(text) ? (factOf(context, 'partition_bound', relation) ?? text) : text;
}
