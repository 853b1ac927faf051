/** information_schema about privileges on routines, domains, sequences and collations. */
import { isGrantable, isShown, items, relationList } from './information-tables.ts';
import { database, type InformationView } from './information-view.ts';

const routineGrants = (name: string): InformationView => ({
  name,
  from: `pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL ${items(`coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))`)}
    WHERE ${isShown}`,
  columns: {
    grantor: 'g.rolname',
    grantee: `coalesce(e.rolname, 'PUBLIC')`,
    specific_catalog: database,
    specific_schema: 'n.nspname',
    specific_name: `p.proname || '_' || p.oid::text`,
    routine_catalog: database,
    routine_schema: 'n.nspname',
    routine_name: 'p.proname',
    privilege_type: `'EXECUTE'`,
    is_grantable: isGrantable('p.proowner'),
  },
});

const usage = (kind: string, [object, name, owner]: readonly [string, string, string]): string => `
  SELECT g.rolname AS grantor, coalesce(e.rolname, 'PUBLIC') AS grantee, n.nspname,
    ${name} AS name, '${kind}' AS kind, ${isGrantable(owner)} AS grantable
  FROM ${object} WHERE ${isShown} AND x.privilege_type = 'USAGE'`;

const domains = `pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n
    ON n.oid = t.typnamespace AND t.typtype = 'd'
    CROSS JOIN LATERAL ${items(`coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))`)}`;

const sequences = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
    ON n.oid = c.relnamespace AND c.relkind = 'S' CROSS JOIN LATERAL ${items(relationList)}`;

const collations = `
  SELECT g.rolname, 'PUBLIC', n.nspname, c.collname, 'COLLATION', 'NO'
  FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    JOIN pg_catalog.pg_authid g ON g.oid = c.collowner WHERE c.collencoding IN (-1, 6)`;

const usageGrants = (name: string): InformationView => ({
  name,
  from: `(${usage('DOMAIN', [domains, 't.typname', 't.typowner'])}
    UNION ALL ${usage('SEQUENCE', [sequences, 'c.relname', 'c.relowner'])}
    UNION ALL ${collations}) u`,
  columns: {
    grantor: 'u.grantor',
    grantee: 'u.grantee',
    object_catalog: database,
    object_schema: 'u.nspname',
    object_name: 'u.name',
    object_type: 'u.kind',
    privilege_type: `'USAGE'`,
    is_grantable: 'u.grantable',
  },
});

export const grantViews: readonly InformationView[] = [
  routineGrants('routine_privileges'),
  routineGrants('role_routine_grants'),
  usageGrants('usage_privileges'),
  usageGrants('role_usage_grants'),
];
