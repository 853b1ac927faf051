/** Views of pg_catalog: SQL text over its tables, columns and types as PostgreSQL's. */
import { extensions, languageExtension, type Extension } from '../../extensions.ts';
import type { SystemView } from './view-text.ts';

const roles = `
  SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
    rolconnlimit, '********'::text AS rolpassword, rolvaliduntil, rolbypassrls,
    s.setconfig AS rolconfig, oid
  FROM pg_catalog.pg_authid
    LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = oid AND s.setdatabase = 0`;

const shadow = (password: string): string => `
  SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper,
    rolreplication AS userepl, rolbypassrls AS usebypassrls, ${password} AS passwd,
    rolvaliduntil AS valuntil, s.setconfig AS useconfig
  FROM pg_catalog.pg_authid
    LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = oid AND s.setdatabase = 0
  WHERE rolcanlogin`;

const tables = `
  SELECT n.nspname AS schemaname, c.relname AS tablename, a.rolname AS tableowner,
    t.spcname AS tablespace, c.relhasindex AS hasindexes, c.relhasrules AS hasrules,
    c.relhastriggers AS hastriggers, c.relrowsecurity AS rowsecurity
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
    LEFT JOIN pg_catalog.pg_authid a ON a.oid = c.relowner
  WHERE c.relkind IN ('r', 'p')`;

const policies = `
  SELECT n.nspname AS schemaname, c.relname AS tablename, pol.polname AS policyname,
    CASE WHEN pol.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS permissive,
    CASE WHEN pol.polroles = '{0}' THEN pg_catalog.string_to_array('public'::text, ''::text)::name[]
      ELSE ARRAY(SELECT rolname FROM pg_catalog.pg_authid
        WHERE oid = ANY (pol.polroles) ORDER BY rolname) END AS roles,
    CASE pol.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
      WHEN 'd' THEN 'DELETE' WHEN '*' THEN 'ALL' END AS cmd,
    pg_catalog.pg_get_expr(pol.polqual, pol.polrelid) AS qual,
    pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid) AS with_check
  FROM pg_catalog.pg_policy pol JOIN pg_catalog.pg_class c ON c.oid = pol.polrelid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const userViews = `
  SELECT n.nspname AS schemaname, c.relname AS viewname, a.rolname AS viewowner,
    pg_catalog.pg_get_viewdef(c.oid) AS definition
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_authid a ON a.oid = c.relowner
  WHERE c.relkind = 'v'`;

const materializedViews = `
  SELECT n.nspname AS schemaname, c.relname AS matviewname,
    pg_catalog.pg_get_userbyid(c.relowner) AS matviewowner, t.spcname AS tablespace,
    c.relhasindex AS hasindexes, c.relispopulated AS ispopulated,
    pg_catalog.pg_get_viewdef(c.oid) AS definition
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
  WHERE c.relkind = 'm'`;

const indexes = `
  SELECT n.nspname AS schemaname, c.relname AS tablename, i.relname AS indexname,
    t.spcname AS tablespace, pg_catalog.pg_get_indexdef(i.oid) AS indexdef
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_tablespace t ON t.oid = i.reltablespace`;

const sequences = `
  SELECT n.nspname AS schemaname, c.relname AS sequencename,
    pg_catalog.pg_get_userbyid(c.relowner) AS sequenceowner, s.seqtypid::regtype AS data_type,
    s.seqstart AS start_value, s.seqmin AS min_value, s.seqmax AS max_value,
    s.seqincrement AS increment_by, s.seqcycle AS cycle, s.seqcache AS cache_size,
    CASE WHEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT,USAGE')
      THEN pg_catalog.pg_sequence_last_value(c.oid) END AS last_value
  FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const systemSchemas = `('pg_catalog', 'information_schema', 'pg_toast')`;

const tableCounters = [
  'seq_scan',
  'seq_tup_read',
  'idx_scan',
  'idx_tup_fetch',
  'n_tup_ins',
  'n_tup_upd',
  'n_tup_del',
  'n_tup_hot_upd',
];

const zero = (name: string): string => `0::bigint AS ${name}`;

/** Nothing is counted per table but its live rows. */
const tableStatistics = (where: string): string => `
  SELECT c.oid AS relid, n.nspname AS schemaname, c.relname, ${tableCounters.map(zero).join(', ')},
    greatest(c.reltuples, 0)::bigint AS n_live_tup, ${zero('n_dead_tup')},
    ${zero('n_mod_since_analyze')}, ${zero('n_ins_since_vacuum')},
    NULL::timestamptz AS last_vacuum, NULL::timestamptz AS last_autovacuum,
    NULL::timestamptz AS last_analyze, NULL::timestamptz AS last_autoanalyze,
    ${['vacuum_count', 'autovacuum_count', 'analyze_count', 'autoanalyze_count']
      .map(zero)
      .join(', ')}
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 't', 'm')${where}`;

const tableBlocks = (where: string): string => `
  SELECT c.oid AS relid, n.nspname AS schemaname, c.relname,
    ${[
      'heap_blks_read',
      'heap_blks_hit',
      'idx_blks_read',
      'idx_blks_hit',
      'toast_blks_read',
      'toast_blks_hit',
      'tidx_blks_read',
      'tidx_blks_hit',
    ]
      .map(zero)
      .join(', ')}
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 't', 'm')${where}`;

const indexStatistics = (where: string, counters: readonly string[]): string => `
  SELECT c.oid AS relid, i.oid AS indexrelid, n.nspname AS schemaname, c.relname,
    i.relname AS indexrelname, ${counters.map(zero).join(', ')}
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 't', 'm')${where}`;

const indexScans = ['idx_scan', 'idx_tup_read', 'idx_tup_fetch'];
const indexBlocks = ['idx_blks_read', 'idx_blks_hit'];

const ofUsers = ` AND n.nspname NOT IN ${systemSchemas}`;
const ofSystem = ` AND n.nspname IN ${systemSchemas}`;

function extensionRows(
  values: (extension: Extension) => readonly (string | boolean | undefined)[],
): string {
  const literal = (value: string | boolean | undefined): string =>
    typeof value === 'string' ? `'${value}'` : String(value ?? 'NULL::text');
  return extensions.map((each) => `(${values(each).map(literal).join(', ')})`).join(', ');
}

const texts: Readonly<Record<string, string>> = {
  pg_roles: roles,
  pg_shadow: shadow('NULL::text'),
  pg_user: shadow(`'********'::text`),
  pg_group: `
    SELECT rolname AS groname, oid AS grosysid,
      ARRAY(SELECT m.member FROM pg_catalog.pg_auth_members m WHERE m.roleid = a.oid) AS grolist
    FROM pg_catalog.pg_authid a WHERE NOT rolcanlogin`,
  pg_available_extensions: `
    SELECT e.name::name, e.version::text AS default_version, x.extversion AS installed_version,
      e.comment::text
    FROM (VALUES ${extensionRows(({ name, version, comment }) => [name, version, comment])})
      e(name, version, comment) LEFT JOIN pg_catalog.pg_extension x ON x.extname = e.name`,
  pg_available_extension_versions: `
    SELECT e.name::name, e.version::text, x.extname IS NOT NULL AS installed, true AS superuser,
      e.trusted, e.relocatable, e.schema::name, NULL::name[] AS requires, e.comment::text
    FROM (VALUES ${extensionRows(({ name, version, isTrusted, isRelocatable, comment }) => {
      const schema = name === languageExtension ? 'pg_catalog' : undefined;
      return [name, version, isTrusted, isRelocatable, schema, comment];
    })}) e(name, version, trusted, relocatable, schema, comment)
      LEFT JOIN pg_catalog.pg_extension x ON x.extname = e.name AND x.extversion = e.version`,
  pg_tables: tables,
  pg_views: userViews,
  pg_matviews: materializedViews,
  pg_indexes: indexes,
  pg_policies: policies,
  pg_sequences: sequences,
  pg_stat_all_tables: tableStatistics(''),
  pg_stat_user_tables: tableStatistics(ofUsers),
  pg_stat_sys_tables: tableStatistics(ofSystem),
  pg_statio_all_tables: tableBlocks(''),
  pg_statio_user_tables: tableBlocks(ofUsers),
  pg_statio_sys_tables: tableBlocks(ofSystem),
  pg_stat_all_indexes: indexStatistics('', indexScans),
  pg_stat_user_indexes: indexStatistics(ofUsers, indexScans),
  pg_stat_sys_indexes: indexStatistics(ofSystem, indexScans),
  pg_statio_all_indexes: indexStatistics('', indexBlocks),
  pg_statio_user_indexes: indexStatistics(ofUsers, indexBlocks),
  pg_statio_sys_indexes: indexStatistics(ofSystem, indexBlocks),
};

export const catalogViews: readonly SystemView[] = Object.entries(texts).map(([name, sql]) => ({
  schema: 'pg_catalog',
  name,
  sql,
}));
