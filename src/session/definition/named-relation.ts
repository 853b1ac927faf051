/** The relation that an ALTER statement names: its words, its lock, its name. */
import type { RelationLock, UtilityBody } from '../utility/utility.ts';
import { nameOf, type RangeVar, type Relation } from './relation.ts';

export const relationWords: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_VIEW: 'VIEW',
  OBJECT_MATVIEW: 'MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_INDEX: 'INDEX',
};

export function lockRelationOf(body: UtilityBody): readonly RelationLock[] {
  const relation = body['relation'] as RangeVar | undefined;
  return relation === undefined ? [] : [{ name: nameOf(relation), mode: 'access exclusive' }];
}

export function relationName(found: Relation): string {
  switch (found.kind) {
    case 'table':
    case 'materialized view':
      return found.table.definition.name;
    case 'view':
      return found.view.name;
    case 'sequence':
      return found.sequence.definition.name;
    case 'index':
      return found.index;
  }
}
