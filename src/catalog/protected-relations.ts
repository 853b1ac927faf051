/** Relations of the system that only superusers read, as PostgreSQL 15 has them. */
import { catalogSchema, systemRelation } from './system/system-relations.ts';

/** `table` or `view` for a relation that others may not read. */
export function findSystemRelationNoun(name: string): 'table' | 'view' | undefined {
  const relation = systemRelation(catalogSchema, name);
  if (relation === undefined || relation.access.startsWith('all')) return undefined;
  return relation.kind === 'v' ? 'view' : 'table';
}
