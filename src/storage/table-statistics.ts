/** What the planner may know of a table without reading it: counters and zone maps. */
import type { ColumnStatistics, TableStatistics, ZoneMap } from '../catalog/table.ts';
import type { Datum } from '../types/datum.ts';
import type { StoredTable } from './stored-table.ts';

const known = new WeakMap<StoredTable, { version: number; statistics: TableStatistics }>();

/** Computed once per committed change. */
export function tableStatistics(table: StoredTable): TableStatistics {
  const before = known.get(table);
  if (before?.version === table.version) return before.statistics;
  const columns = table.definition.columns.map((_, index) => columnStatistics(table, index));
  const byteSize = table.segments.reduce((sum, { body }) => sum + body.byteSize, 0);
  const statistics = { rowCount: table.rowCount, byteSize, columns };
  known.set(table, { version: table.version, statistics });
  return statistics;
}

function columnStatistics(table: StoredTable, index: number): ColumnStatistics | undefined {
  let rows = 0;
  let nulls = 0;
  let distinct = 0;
  let isBounded = true;
  const zones: ZoneMap[] = [];
  for (const segment of table.segments) {
    if (segment.rowCount === 0) continue;
    rows += segment.rowCount;
    nulls += segment.nullCount(index) ?? segment.rowCount;
    const zone = segment.zone(index);
    if (zone !== undefined) zones.push(zone);
    distinct = Math.max(distinct, zone?.distinct ?? 0);
    const isNull = zone !== undefined && zone.nullCount === segment.rowCount;
    if (!isNull && zone?.min === undefined) isBounded = false;
  }
  if (rows === 0) return undefined;
  const bounds = isBounded ? boundsOf(zones) : {};
  return {
    nullFraction: Math.min(1, nulls / rows),
    ...(distinct > 0 ? { distinct } : {}),
    ...bounds,
  };
}

function boundsOf(zones: readonly ZoneMap[]): { readonly min?: Datum; readonly max?: Datum } {
  let min: Datum | undefined;
  let max: Datum | undefined;
  for (const zone of zones) {
    if (zone.min !== undefined && (min === undefined || isLess(zone.min, min))) min = zone.min;
    if (zone.max !== undefined && (max === undefined || isLess(max, zone.max))) max = zone.max;
  }
  return min === undefined || max === undefined ? {} : { min, max };
}

/** Zone bounds are numbers, bigints, booleans, and text in byte order. */
function isLess(a: Datum, b: Datum): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  }
  return (a as number) < (b as number);
}
