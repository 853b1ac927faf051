/** Relations of the system that only superusers read, as PostgreSQL 15 has them. */
const tables = [
  'pg_authid',
  'pg_largeobject',
  'pg_statistic',
  'pg_subscription',
  'pg_user_mapping',
];
const views = [
  'pg_shadow',
  'pg_file_settings',
  'pg_hba_file_rules',
  'pg_ident_file_mappings',
  'pg_config',
  'pg_backend_memory_contexts',
  'pg_shmem_allocations',
];

/** `table` or `view` for a relation that others may not read. */
export function findSystemRelationNoun(name: string): 'table' | 'view' | undefined {
  if (tables.includes(name)) return 'table';
  return views.includes(name) ? 'view' : undefined;
}
