/** information_schema about primary keys, unique constraints and NOT NULL. */
import { database, tableName, type InformationView } from './information-view.ts';

const keys = `pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/** Every column of every key and check, with its place in it. */
const constraintColumns = `${keys}
  CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u (number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number`;

/** Where a column that a foreign key references stands in the key. */
const keyPlace = `CASE WHEN k.contype = 'f' THEN (SELECT w.place FROM pg_catalog.pg_constraint p
    CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY AS w (number, place)
  WHERE p.conindid = k.conindid AND p.contype IN ('p', 'u')
    AND w.number = k.confkey[u.place]) END`;

const domainKeys = `pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid
  JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
  JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace`;

const notNull = `pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND a.attnotnull AND c.relkind IN ('r', 'p')`;

const notNullName = `n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null'`;

const constraintName = {
  constraint_catalog: database,
  constraint_schema: 'n.nspname',
  constraint_name: 'k.conname',
};

/** Keys, then NOT NULL as checks under the names that PostgreSQL makes up for them. */
const tableConstraints: InformationView = {
  name: 'table_constraints',
  from: `(SELECT c.relname, n.nspname, k.conname::text AS conname, k.contype::text AS kind,
      k.condeferrable, k.condeferred FROM ${keys}
    UNION ALL SELECT c.relname, n.nspname, ${notNullName}, 'c', false, false FROM ${notNull}) k`,
  columns: {
    constraint_catalog: database,
    constraint_schema: 'k.nspname',
    constraint_name: 'k.conname',
    table_catalog: database,
    table_schema: 'k.nspname',
    table_name: 'k.relname',
    constraint_type: `CASE k.kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE'
      WHEN 'f' THEN 'FOREIGN KEY' ELSE 'CHECK' END`,
    is_deferrable: `CASE WHEN k.condeferrable THEN 'YES' ELSE 'NO' END`,
    initially_deferred: `CASE WHEN k.condeferred THEN 'YES' ELSE 'NO' END`,
    enforced: `'YES'`,
    nulls_distinct: `CASE WHEN k.kind = 'u' THEN 'YES' END`,
  },
};

const keyColumnUsage: InformationView = {
  name: 'key_column_usage',
  from: `${constraintColumns} WHERE k.contype IN ('p', 'u', 'f')`,
  columns: {
    ...constraintName,
    ...tableName('table'),
    column_name: 'a.attname',
    ordinal_position: 'u.place',
    position_in_unique_constraint: keyPlace,
  },
};

/** A foreign key uses the table that it references, other constraints their own. */
const usedTables = `pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c
    ON c.oid = CASE k.contype WHEN 'f' THEN k.confrelid ELSE k.conrelid END
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_namespace m ON m.oid = k.connamespace`;

const constraintColumnUsage: InformationView = {
  name: 'constraint_column_usage',
  from: `${usedTables}
    CROSS JOIN LATERAL unnest(
      CASE k.contype WHEN 'f' THEN k.confkey ELSE k.conkey END) AS u (number)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number
    WHERE k.contype IN ('c', 'p', 'u', 'f')`,
  columns: {
    ...constraintName,
    constraint_schema: 'm.nspname',
    ...tableName('table'),
    column_name: 'a.attname',
  },
};

const constraintTableUsage: InformationView = {
  name: 'constraint_table_usage',
  from: `${usedTables} WHERE k.contype IN ('p', 'u', 'f')`,
  columns: { ...constraintName, constraint_schema: 'm.nspname', ...tableName('table') },
};

const checks: InformationView = {
  name: 'check_constraints',
  from: `(SELECT n.nspname, k.conname::text AS conname,
      substring(pg_catalog.pg_get_constraintdef(k.oid), 7) AS clause
      FROM ${keys} WHERE k.contype = 'c'
    UNION ALL SELECT n.nspname, k.conname::text,
      substring(pg_catalog.pg_get_constraintdef(k.oid), 7) FROM ${domainKeys}
    UNION ALL SELECT n.nspname, ${notNullName}, a.attname || ' IS NOT NULL' FROM ${notNull}) k`,
  columns: {
    constraint_catalog: database,
    constraint_schema: 'k.nspname',
    constraint_name: 'k.conname',
    check_clause: 'k.clause',
  },
};

const domainConstraints: InformationView = {
  name: 'domain_constraints',
  from: domainKeys,
  columns: {
    ...constraintName,
    domain_catalog: database,
    domain_schema: 'tn.nspname',
    domain_name: 't.typname',
    is_deferrable: `CASE WHEN k.condeferrable THEN 'YES' ELSE 'NO' END`,
    initially_deferred: `CASE WHEN k.condeferred THEN 'YES' ELSE 'NO' END`,
  },
};

const action = (column: string): string => `CASE ${column} WHEN 'c' THEN 'CASCADE'
  WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT'
  ELSE 'NO ACTION' END`;

const referential: InformationView = {
  name: 'referential_constraints',
  from: `${keys} LEFT JOIN pg_catalog.pg_constraint p
      ON p.conindid = k.conindid AND p.contype IN ('p', 'u')
    LEFT JOIN pg_catalog.pg_namespace m ON m.oid = p.connamespace
    WHERE k.contype = 'f'`,
  columns: {
    ...constraintName,
    unique_constraint_catalog: `CASE WHEN p.oid IS NOT NULL THEN ${database} END`,
    unique_constraint_schema: 'm.nspname',
    unique_constraint_name: 'p.conname',
    match_option: `CASE k.confmatchtype WHEN 'f' THEN 'FULL' ELSE 'NONE' END`,
    update_rule: action('k.confupdtype'),
    delete_rule: action('k.confdeltype'),
  },
};

export const constraintViews: readonly InformationView[] = [
  tableConstraints,
  keyColumnUsage,
  constraintColumnUsage,
  constraintTableUsage,
  checks,
  domainConstraints,
  referential,
];
