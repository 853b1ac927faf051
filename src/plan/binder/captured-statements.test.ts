/**
 * Expressions with the types that PostgreSQL 15 gave them, and the catalog statements that clients
 * send, bound over PostgreSQL's own catalog columns.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { SqlError } from '../../errors/sql-error.ts';
import { loadParser, parseSql } from '../../sql/parse.ts';
import { findTypeByOid, sqlType } from '../../types/type-table.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import type { FactTable, PlannerCatalog } from '../planner.ts';
import { bindText, testCatalog } from './test-catalog.ts';

const folder = join(process.cwd(), '../shared/captures');
const skip = existsSync(folder) ? false : 'the captures of PostgreSQL 15 are not here';

before(loadParser);

function table(name: string): readonly (readonly string[])[] {
  const rows = readFileSync(join(folder, 'pg15-facts', name), 'utf8')
    .trim()
    .split('\n');
  return rows.slice(1).map((row) => row.split('\t'));
}

const domains: Readonly<Record<string, TypeName>> = {
  'information_schema.sql_identifier': 'name',
  'information_schema.character_data': 'varchar',
  'information_schema.cardinal_number': 'int4',
  'information_schema.yes_or_no': 'varchar',
  'information_schema.time_stamp': 'timestamptz',
};

/** Every catalog and information_schema view as an empty fact table. */
function catalogFacts(): readonly FactTable[] {
  const facts = new Map<string, FactTable & { columns: { name: string; type: SqlType }[] }>();
  for (const [schema = '', name = '', , , column = '', type = '', oid = ''] of table(
    'catalog_columns.tsv',
  )) {
    const key = `${schema}.${name}`;
    const known = facts.get(key) ?? {
      oid: 10_000 + facts.size,
      schema,
      name,
      columns: [],
      rowCount: () => 0,
    };
    facts.set(key, known);
    const typeName = domains[type] ?? findTypeByOid(Number(oid))?.name ?? 'text';
    known.columns.push({ name: column, type: sqlType(typeName) });
  }
  return [...facts.values()];
}

function catalog(): PlannerCatalog {
  const facts = catalogFacts();
  const plain = testCatalog(facts);
  return {
    ...plain,
    resolveName: (kind, name) =>
      kind === 'regclass'
        ? (plain.resolveName(kind, name) ??
          facts.find((each) => each.name === name.replace('pg_catalog.', ''))?.oid)
        : 1,
  };
}

/** Functions that are not offered are counted, everything else must be as in PostgreSQL. */
function isMissingFunction(error: unknown): error is SqlError {
  return error instanceof SqlError && (error.code === '42883' || error.code === '0A000');
}

test('expressions have the types and names of PostgreSQL', { skip }, (t) => {
  const missing: string[] = [];
  const wrong: string[] = [];
  const over = { catalog: catalog() };
  for (const [expr = '', type = '', name = ''] of table('expr_types.tsv')) {
    try {
      const [field] = bindText(`select ${expr}`, over).fields;
      if (field?.type.name !== type || field.name !== name) {
        wrong.push(`${expr}: ${field?.name} ${field?.type.name}, not ${name} ${type}`);
      }
    } catch (error) {
      if (error instanceof SqlError && error.code === type) continue;
      if (isMissingFunction(error)) missing.push(`${expr}: ${error.message}`);
      else wrong.push(`${expr}: ${String(error)}`);
    }
  }
  for (const line of missing) t.diagnostic(line);
  assert.deepEqual(wrong, []);
});

/** Tables, types and schemas that the clients' fixtures had. */
const userObjects: ReadonlySet<string> = new Set(['42P01', '42704', '3F000']);

interface Captured {
  readonly sql: string;
  readonly columns: string;
}

function captured(file: string): readonly Captured[] {
  const chunks = readFileSync(join(folder, file), 'utf8')
    .split(/^-- \[\d+\].*$/m)
    .slice(1);
  return chunks.flatMap((chunk) => {
    const columns = /^-- cols: (.*)$/m.exec(chunk)?.[1];
    if (columns === undefined) return [];
    const sql = chunk
      .split('\n')
      .filter((line) => !line.startsWith('-- '))
      .join('\n');
    return [{ sql, columns: withTypeNames(columns.replace(/\(\d+\)/g, '')) }];
  });
}

/** The captures name rare types by OID. */
function withTypeNames(columns: string): string {
  return columns.replace(/:(\d+)(?=,|$)/g, (_, oid: string) => {
    return `:${findTypeByOid(Number(oid))?.name ?? oid}`;
  });
}

function bindCaptured({ sql, columns }: Captured, over: PlannerCatalog): string | undefined {
  const [statement, ...others] = parseSql(sql);
  if (statement === undefined || others.length > 0 || !('SelectStmt' in statement.node))
    return undefined;
  const { fields } = bindText(sql, { catalog: over });
  const bound = fields.map(({ name, type }) => `${name}:${type.name}`).join(', ');
  const isSame = columns.includes('information_schema.') || bound === columns;
  return isSame ? undefined : `${bound}, not ${columns}`;
}

for (const file of [
  'psql15.sql',
  'pgjdbc-meta.sql',
  'metabase.sql',
  'datagrip.sql',
  'asyncpg.sql',
]) {
  test(`statements of ${file} bind with the columns that PostgreSQL described`, { skip }, (t) => {
    const over: PlannerCatalog = { ...catalog(), findTable: () => undefined };
    const wrong: string[] = [];
    let missing = 0;
    const statements = captured(file);
    for (const statement of statements) {
      try {
        const difference = bindCaptured(statement, over);
        if (difference !== undefined) wrong.push(`${statement.sql}: ${difference}`);
      } catch (error) {
        const isUserObject = error instanceof SqlError && userObjects.has(error.code);
        if (!isMissingFunction(error) && !isUserObject)
          wrong.push(`${statement.sql}: ${String(error)}`);
        else if (isMissingFunction(error)) {
          missing += 1;
          t.diagnostic(error.message);
        }
      }
    }
    t.diagnostic(`${missing} of ${statements.length} use functions that are not offered`);
    assert.deepEqual(wrong, []);
  });
}
