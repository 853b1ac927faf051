/** information_schema about primary keys, unique constraints and NOT NULL. */
import { database, tableName, type InformationView } from './information-view.ts';

const keys = `pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

/** Every column of every key and check, with its place in it. */
const constraintColumns = `${keys}
  CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u (number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number`;

const notNull = `pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND a.attnotnull AND c.relkind = 'r'`;

const notNullName = `n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null'`;

const constraintName = {
  constraint_catalog: database,
  constraint_schema: 'n.nspname',
  constraint_name: 'k.conname',
};

/** Keys, then NOT NULL as checks under the names that PostgreSQL makes up for them. */
const tableConstraints: InformationView = {
  name: 'table_constraints',
  from: `(SELECT c.relname, n.nspname, k.conname::text AS conname, k.contype::text AS kind
      FROM ${keys}
    UNION ALL SELECT c.relname, n.nspname, ${notNullName}, 'c' FROM ${notNull}) k`,
  columns: {
    constraint_catalog: database,
    constraint_schema: 'k.nspname',
    constraint_name: 'k.conname',
    table_catalog: database,
    table_schema: 'k.nspname',
    table_name: 'k.relname',
    constraint_type: `CASE k.kind WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE'
      ELSE 'CHECK' END`,
    is_deferrable: `'NO'`,
    initially_deferred: `'NO'`,
    enforced: `'YES'`,
    nulls_distinct: `CASE WHEN k.kind = 'u' THEN 'YES' END`,
  },
};

const keyColumnUsage: InformationView = {
  name: 'key_column_usage',
  from: `${constraintColumns} WHERE k.contype IN ('p', 'u')`,
  columns: {
    ...constraintName,
    ...tableName('table'),
    column_name: 'a.attname',
    ordinal_position: 'u.place',
  },
};

const constraintColumnUsage: InformationView = {
  name: 'constraint_column_usage',
  from: `${constraintColumns} WHERE k.contype IN ('c', 'p', 'u')`,
  columns: { ...constraintName, ...tableName('table'), column_name: 'a.attname' },
};

const constraintTableUsage: InformationView = {
  name: 'constraint_table_usage',
  from: `${keys} WHERE k.contype IN ('p', 'u')`,
  columns: { ...constraintName, ...tableName('table') },
};

const checks: InformationView = {
  name: 'check_constraints',
  from: `(SELECT n.nspname, k.conname::text AS conname,
      substring(pg_catalog.pg_get_constraintdef(k.oid), 7) AS clause
      FROM ${keys} WHERE k.contype = 'c'
    UNION ALL SELECT n.nspname, ${notNullName}, a.attname || ' IS NOT NULL' FROM ${notNull}) k`,
  columns: {
    constraint_catalog: database,
    constraint_schema: 'k.nspname',
    constraint_name: 'k.conname',
    check_clause: 'k.clause',
  },
};

export const constraintViews: readonly InformationView[] = [
  tableConstraints,
  keyColumnUsage,
  constraintColumnUsage,
  constraintTableUsage,
  checks,
];
