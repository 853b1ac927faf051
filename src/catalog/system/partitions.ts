/** What the catalog says of partitioned tables, their partitions and the indexes of both. */
import { defaultFormats, type FormatSettings } from '../../types/format-settings.ts';
import { boundText, conditionText, levelTests, partitionKeyText } from '../partition-text.ts';
import { inBoundOrder } from '../partitions.ts';
import type { TableDefinition } from '../table.ts';
import type { Moment } from './moment.ts';
import type { UserIndex } from './user-relations.ts';

/** As the session's settings have them. */
export function formatsOf({ state: { settings } }: Moment): FormatSettings {
  const valueOf = (name: string): string | undefined =>
    settings.find((setting) => setting.name === name)?.value;
  return {
    ...defaultFormats,
    dateStyle: valueOf('DateStyle') ?? defaultFormats.dateStyle,
    timeZone: valueOf('TimeZone') ?? defaultFormats.timeZone,
  };
}

export function partitionKey(moment: Moment, oid: number): string | undefined {
  const table = moment.relationByOid(oid)?.definition;
  return table && partitionKeyText(table);
}

export function partitionBound(
  moment: Moment,
  oid: number,
  formats: FormatSettings,
): string | undefined {
  const { partitionOf } = moment.relationByOid(oid)?.definition ?? {};
  const parent = partitionOf && moment.relationByOid(partitionOf.parent)?.definition;
  return parent && partitionOf && boundText(parent, partitionOf.bound, formats);
}

/** In the order of their bounds. */
export function partitionsIn(moment: Moment, parent: TableDefinition): readonly TableDefinition[] {
  const children = moment.childrenOf(parent.oid).flatMap(({ definition }) => definition ?? []);
  return inBoundOrder(parent, children);
}

/** Of all levels, those of the top first. */
export function partitionCondition(moment: Moment, oid: number): string | undefined {
  const formats = formatsOf(moment);
  const tests: string[] = [];
  let table = moment.relationByOid(oid)?.definition;
  if (table?.partitionOf === undefined) return undefined;
  while (table?.partitionOf !== undefined) {
    const parent: TableDefinition | undefined = moment.relationByOid(
      table.partitionOf.parent,
    )?.definition;
    if (parent === undefined) break;
    tests.unshift(...levelTests(parent, table, partitionsIn(moment, parent), formats));
    table = parent;
  }
  return conditionText(tests);
}

/** OID of the parent, 0 at the top; undefined for what is in no tree. */
export function partitionParent(moment: Moment, oid: number): number | undefined {
  const definition = moment.relationByOid(oid)?.definition;
  if (definition !== undefined) return definition.partitionOf?.parent ?? 0;
  const index = moment.indexByOid(oid);
  if (index === undefined || !isInTree(index)) return undefined;
  return index.parent?.oid ?? 0;
}

function isInTree({ table, parent }: UserIndex): boolean {
  return table.kind === 'p' || parent !== undefined;
}

/** OIDs with a space between; undefined for a leaf. */
export function partitionChildren(moment: Moment, oid: number): string | undefined {
  const table = moment.relationByOid(oid);
  if (table?.kind === 'p' && table.definition !== undefined) {
    return partitionsIn(moment, table.definition)
      .map((child) => child.oid)
      .join(' ');
  }
  const index = moment.indexByOid(oid);
  if (index?.table.kind !== 'p') return undefined;
  const parts = [...moment.indexes].filter(({ parent }) => parent === index);
  return parts.map((part) => part.oid).join(' ');
}
