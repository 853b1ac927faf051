/** information_schema about functions, roles, character sets, collations and domains. */
import { dataType, typeMeasures, udt } from './information-types.ts';
import { database, type InformationView } from './information-view.ts';

const specificName = {
  specific_catalog: database,
  specific_schema: 'n.nspname',
  specific_name: `p.proname || '_' || p.oid::text`,
};

const resultType = { oid: 't.oid', typmod: '(-1)', type: 't', schema: 'tn' };

const routines: InformationView = {
  name: 'routines',
  from: `pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    LEFT JOIN pg_catalog.pg_type t ON t.oid = p.prorettype AND p.prokind <> 'p'
    LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace`,
  columns: {
    ...specificName,
    routine_catalog: database,
    routine_schema: 'n.nspname',
    routine_name: 'p.proname',
    routine_type: `CASE p.prokind WHEN 'f' THEN 'FUNCTION' WHEN 'p' THEN 'PROCEDURE' END`,
    data_type: `CASE WHEN p.prokind <> 'p' THEN ${dataType(resultType)} END`,
    ...udt(resultType, 'type_'),
    dtd_identifier: '0',
    routine_body: `CASE WHEN l.lanname = 'sql' THEN 'SQL' ELSE 'EXTERNAL' END`,
    routine_definition: 'p.prosrc',
    external_language: 'upper(l.lanname::text)',
    parameter_style: `'GENERAL'`,
    is_deterministic: `CASE WHEN p.provolatile = 'i' THEN 'YES' ELSE 'NO' END`,
    sql_data_access: `'MODIFIES'`,
    is_null_call: `CASE WHEN p.prokind = 'p' THEN NULL WHEN p.proisstrict THEN 'YES' ELSE 'NO' END`,
    schema_level_routine: `'YES'`,
    max_dynamic_result_sets: '0',
    security_type: `CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END`,
    as_locator: `'NO'`,
    is_udt_dependent: `'NO'`,
  },
};

const argumentType = { oid: 't.oid', typmod: '(-1)', type: 't', schema: 'tn' };

const parameters: InformationView = {
  name: 'parameters',
  from: `pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    CROSS JOIN LATERAL unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
      WITH ORDINALITY AS u (type, place)
    JOIN pg_catalog.pg_type t ON t.oid = u.type
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace`,
  columns: {
    ...specificName,
    ordinal_position: 'u.place',
    parameter_mode: `CASE p.proargmodes[u.place] WHEN 'o' THEN 'OUT' WHEN 'b' THEN 'INOUT'
      WHEN 't' THEN 'OUT' ELSE 'IN' END`,
    is_result: `'NO'`,
    as_locator: `'NO'`,
    parameter_name: `nullif(p.proargnames[u.place], '')`,
    data_type: dataType(argumentType),
    ...udt(argumentType),
    dtd_identifier: 'u.place::text',
    parameter_default: 'pg_catalog.pg_get_function_arg_default(p.oid, u.place::int4)',
  },
};

const domainType = { oid: 'b.oid', typmod: 't.typtypmod', type: 'b', schema: 'bn' };

const domains: InformationView = {
  name: 'domains',
  from: `pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    JOIN pg_catalog.pg_namespace bn ON bn.oid = b.typnamespace WHERE t.typtype = 'd'`,
  columns: {
    domain_catalog: database,
    domain_schema: 'n.nspname',
    domain_name: 't.typname',
    data_type: dataType(domainType),
    ...typeMeasures(domainType),
    domain_default: 't.typdefault',
    ...udt(domainType),
    dtd_identifier: '1',
  },
};

const domainName = {
  domain_catalog: database,
  domain_schema: 'n.nspname',
  domain_name: 't.typname',
};

const domainUses: InformationView = {
  name: 'domain_udt_usage',
  from: domains.from,
  columns: { ...udt(domainType), ...domainName },
};

const domainColumns: InformationView = {
  name: 'column_domain_usage',
  from: `pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
    WHERE t.typtype = 'd' AND c.relkind IN ('r', 'v', 'p') AND a.attnum > 0`,
  columns: {
    ...domainName,
    table_catalog: database,
    table_schema: 'cn.nspname',
    table_name: 'c.relname',
    column_name: 'a.attname',
  },
};

const characterSets: InformationView = {
  name: 'character_sets',
  from: '(SELECT 1) one',
  columns: {
    character_set_name: `'UTF8'`,
    character_repertoire: `'UCS'`,
    form_of_use: `'UTF8'`,
    default_collate_catalog: database,
    default_collate_schema: `'pg_catalog'`,
    default_collate_name: `'C'`,
  },
};

const collations: InformationView = {
  name: 'collations',
  from: `pg_catalog.pg_collation l WHERE l.collencoding IN (-1, 6)`,
  columns: {
    collation_catalog: database,
    collation_schema: `'pg_catalog'`,
    collation_name: 'l.collname',
    pad_attribute: `'NO PAD'`,
  },
};

const catalogName: InformationView = {
  name: 'information_schema_catalog_name',
  from: '(SELECT 1) one',
  columns: { catalog_name: database },
};

const enabledRoles: InformationView = {
  name: 'enabled_roles',
  from: 'pg_catalog.pg_authid a',
  columns: { role_name: 'a.rolname' },
};

const applicableRoles = (name: string, where: string): InformationView => ({
  name,
  from: `pg_catalog.pg_auth_members m JOIN pg_catalog.pg_authid r ON r.oid = m.roleid
    JOIN pg_catalog.pg_authid g ON g.oid = m.member${where}`,
  columns: {
    grantee: 'g.rolname',
    role_name: 'r.rolname',
    is_grantable: `CASE WHEN m.admin_option THEN 'YES' ELSE 'NO' END`,
  },
});

export const routineViews: readonly InformationView[] = [
  routines,
  parameters,
  domains,
  domainUses,
  domainColumns,
  characterSets,
  collations,
  catalogName,
  enabledRoles,
  applicableRoles('applicable_roles', ''),
  applicableRoles('administrable_role_authorizations', ' WHERE m.admin_option'),
];
