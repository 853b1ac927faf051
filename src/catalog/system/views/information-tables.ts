/** information_schema about schemas, tables, columns and views. */
import { dataType, typeMeasures, udt } from './information-types.ts';
import { database, tableName, type InformationView } from './information-view.ts';

const relations = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const columnType = {
  oid: 'y.oid',
  typmod: `CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END`,
  type: 'y',
  schema: 'yn',
};
/** Bits of INSERT 8, UPDATE 4, DELETE 16. */
const takes = (events: number): string =>
  `pg_catalog.pg_relation_is_updatable(c.oid, false) & ${events} = ${events}`;

const isCollated = `a.attcollation NOT IN (0, 100)`;

/**
 * A domain's column shows the domain's base type. PostgreSQL promises no order, yet gives that of the
 * columns, and there are clients that count on it.
 */
const columns: InformationView = {
  name: 'columns',
  from: `pg_catalog.pg_attribute a JOIN (${relations}) ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
    JOIN pg_catalog.pg_type y ON y.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype
      ELSE t.oid END
    JOIN pg_catalog.pg_namespace yn ON yn.oid = y.typnamespace
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
    LEFT JOIN (pg_catalog.pg_depend e JOIN pg_catalog.pg_sequence s ON s.seqrelid = e.objid)
      ON e.classid = 1259 AND e.refclassid = 1259 AND e.deptype = 'i' AND e.refobjid = a.attrelid
      AND e.refobjsubid = a.attnum
    WHERE a.attnum > 0 AND c.relkind IN ('r', 'v', 'p')
    ORDER BY a.attrelid, a.attnum`,
  columns: {
    ...tableName('table'),
    column_name: 'a.attname',
    ordinal_position: 'a.attnum',
    column_default: `CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END`,
    is_nullable: `CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END`,
    data_type: dataType(columnType),
    ...typeMeasures(columnType),
    collation_catalog: `CASE WHEN ${isCollated} THEN ${database} END`,
    collation_schema: `CASE WHEN ${isCollated} THEN 'pg_catalog' END`,
    collation_name: `CASE WHEN ${isCollated} THEN l.collname END`,
    domain_catalog: `CASE WHEN t.typtype = 'd' THEN ${database} END`,
    domain_schema: `CASE WHEN t.typtype = 'd' THEN tn.nspname END`,
    domain_name: `CASE WHEN t.typtype = 'd' THEN t.typname END`,
    ...udt(columnType),
    dtd_identifier: 'a.attnum::text',
    is_self_referencing: `'NO'`,
    is_identity: `CASE WHEN a.attidentity = '' THEN 'NO' ELSE 'YES' END`,
    identity_generation: `CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END`,
    identity_start: 's.seqstart',
    identity_increment: 's.seqincrement',
    identity_maximum: 's.seqmax',
    identity_minimum: 's.seqmin',
    identity_cycle: `CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END`,
    is_generated: `CASE WHEN a.attgenerated = '' THEN 'NEVER' ELSE 'ALWAYS' END`,
    generation_expression: `CASE WHEN a.attgenerated <> ''
      THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END`,
    is_updatable: `CASE WHEN c.relkind IN ('r', 'p')
      OR pg_catalog.pg_column_is_updatable(c.oid, a.attnum, false) THEN 'YES' ELSE 'NO' END`,
  },
};

const tables: InformationView = {
  name: 'tables',
  from: `${relations} WHERE c.relkind IN ('r', 'v', 'p')`,
  columns: {
    ...tableName('table'),
    table_type: `CASE WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY'
      WHEN c.relkind IN ('r', 'p') THEN 'BASE TABLE' ELSE 'VIEW' END`,
    is_insertable_into: `CASE WHEN c.relkind IN ('r', 'p') OR ${takes(8)} THEN 'YES' ELSE 'NO' END`,
    is_typed: `'NO'`,
    commit_action: `CASE WHEN c.relpersistence = 't' THEN 'PRESERVE' END`,
  },
};

const views: InformationView = {
  name: 'views',
  from: `${relations} WHERE c.relkind = 'v'`,
  columns: {
    ...tableName('table'),
    view_definition: 'pg_catalog.pg_get_viewdef(c.oid)',
    check_option: `CASE WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED'
      WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL' ELSE 'NONE' END`,
    is_updatable: `CASE WHEN ${takes(20)} THEN 'YES' ELSE 'NO' END`,
    is_insertable_into: `CASE WHEN ${takes(8)} THEN 'YES' ELSE 'NO' END`,
    is_trigger_updatable: `'NO'`,
    is_trigger_deletable: `'NO'`,
    is_trigger_insertable_into: `'NO'`,
  },
};

/** Identity columns' own are shown with their columns. */
const sequences: InformationView = {
  name: 'sequences',
  from: `${relations} JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
    WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e
      WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'i')`,
  columns: {
    ...tableName('sequence'),
    data_type: 'pg_catalog.format_type(s.seqtypid, NULL)',
    numeric_precision: typeMeasures({ oid: 's.seqtypid', typmod: '-1' })['numeric_precision'],
    numeric_precision_radix: '2',
    numeric_scale: '0',
    start_value: 's.seqstart',
    minimum_value: 's.seqmin',
    maximum_value: 's.seqmax',
    increment: 's.seqincrement',
    cycle_option: `CASE WHEN s.seqcycle THEN 'YES' ELSE 'NO' END`,
  },
};

const schemata: InformationView = {
  name: 'schemata',
  from: `pg_catalog.pg_namespace n JOIN pg_catalog.pg_authid u ON u.oid = n.nspowner`,
  columns: {
    catalog_name: database,
    schema_name: 'n.nspname',
    schema_owner: 'u.rolname',
  },
};

/** Items of a list, with the names of their roles; those that the user has to do with. */
export const items = (list: string): string => `(SELECT DISTINCT grantor, grantee, privilege_type,
      is_grantable FROM pg_catalog.aclexplode(${list})) x
    JOIN pg_catalog.pg_authid g ON g.oid = x.grantor
    LEFT JOIN pg_catalog.pg_authid e ON e.oid = x.grantee`;

export const isShown = `(x.grantee = 0 OR pg_catalog.pg_has_role(g.oid, 'USAGE')
    OR pg_catalog.pg_has_role(e.oid, 'USAGE'))`;

export const relationList = `coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))`;

/** `owner`: of the object. */
export const isGrantable = (owner: string): string =>
  `CASE WHEN x.is_grantable OR x.grantee = ${owner} THEN 'YES' ELSE 'NO' END`;

const grants = (name: string): InformationView => ({
  name,
  from: `${relations} CROSS JOIN LATERAL ${items(relationList)}
    WHERE c.relkind IN ('r', 'v', 'p') AND ${isShown}`,
  columns: {
    grantor: 'g.rolname',
    grantee: `coalesce(e.rolname, 'PUBLIC')`,
    ...tableName('table'),
    privilege_type: 'x.privilege_type',
    is_grantable: isGrantable('c.relowner'),
    with_hierarchy: `CASE WHEN x.privilege_type = 'SELECT' THEN 'YES' ELSE 'NO' END`,
  },
});

/** What is granted on a relation is granted on its columns. */
const columnGrants = (name: string): InformationView => ({
  name,
  from: `pg_catalog.pg_attribute a JOIN (${relations}) ON c.oid = a.attrelid
    CROSS JOIN LATERAL ${items(`(${relationList} || coalesce(a.attacl, '{}'))`)}
    WHERE c.relkind IN ('r', 'v', 'p') AND a.attnum > 0 AND ${isShown}
      AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')`,
  columns: {
    grantor: 'g.rolname',
    grantee: `coalesce(e.rolname, 'PUBLIC')`,
    ...tableName('table'),
    column_name: 'a.attname',
    privilege_type: 'x.privilege_type',
    is_grantable: isGrantable('c.relowner'),
  },
});

const elementType = { oid: 'e.oid', typmod: 'a.atttypmod', type: 'e', schema: 'en' };

const elementTypes: InformationView = {
  name: 'element_types',
  from: `pg_catalog.pg_attribute a JOIN (${relations}) ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typcategory = 'A'
    JOIN pg_catalog.pg_type e ON e.oid = t.typelem
    JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
    WHERE a.attnum > 0 AND c.relkind IN ('r', 'v', 'p')`,
  columns: {
    ...tableName('object'),
    object_type: `CASE WHEN c.relkind IN ('r', 'p') THEN 'TABLE' ELSE 'VIEW' END`,
    collection_type_identifier: 'a.attnum::text',
    data_type: dataType(elementType),
    ...udt(elementType),
    dtd_identifier: `'a' || a.attnum::text`,
  },
};

const attributeType = { oid: 't.oid', typmod: 'a.atttypmod', type: 't', schema: 'tn' };

const attributes: InformationView = {
  name: 'attributes',
  from: `pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
    WHERE a.attnum > 0 AND c.relkind = 'c'`,
  columns: {
    udt_catalog: database,
    udt_schema: 'n.nspname',
    udt_name: 'c.relname',
    attribute_name: 'a.attname',
    ordinal_position: 'a.attnum',
    is_nullable: `'YES'`,
    data_type: dataType(attributeType),
    ...typeMeasures(attributeType),
    ...udt(attributeType, 'attribute_'),
    dtd_identifier: 'a.attnum::text',
    is_derived_reference_attribute: `'NO'`,
  },
};

const userTypes: InformationView = {
  name: 'user_defined_types',
  from: `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'c'`,
  columns: {
    user_defined_type_catalog: database,
    user_defined_type_schema: 'n.nspname',
    user_defined_type_name: 'c.relname',
    user_defined_type_category: `'STRUCTURED'`,
    is_instantiable: `'YES'`,
  },
};

export const tableViews: readonly InformationView[] = [
  attributes,
  userTypes,
  columns,
  tables,
  views,
  sequences,
  schemata,
  elementTypes,
  grants('table_privileges'),
  grants('role_table_grants'),
  columnGrants('column_privileges'),
  columnGrants('role_column_grants'),
];
