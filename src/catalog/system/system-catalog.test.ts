import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { sqlType } from '../../types/type-table.ts';
import { receivedState, type CatalogState, type SystemCatalog } from '../catalog-state.ts';
import type { TableDefinition } from '../table.ts';
import type { Datum } from '../../types/datum.ts';
import { arrayTypeOid, constraintOid, defaultOid, indexOid, rowTypeOid } from './object-ids.ts';
import { nameParts } from './names.ts';
import { loadParser } from '../../sql/parse.ts';
import { KeptDefinitions } from './definition-facts.ts';
import { createSystemCatalog as createCatalog } from './system-catalog.ts';

function table(oid: number, schema: string, name: string): TableDefinition {
  const text = { name: 'text', typmod: -1 } as const;
  return {
    oid,
    schema,
    name,
    columns: [
      { name: 'id', type: { name: 'int4', typmod: -1 }, notNull: true },
      { name: 'name', type: text, notNull: false, defaultSql: "'x'::text", comment: 'a name' },
    ],
    constraints: [{ name: `${name}_pkey`, kind: 'primaryKey', columns: [0] }],
    owner: 'postgres',
    temporary: false,
  };
}

function createSystemCatalog(of: CatalogState): SystemCatalog {
  return createCatalog(of, () => []);
}

function state(...tables: readonly TableDefinition[]): CatalogState {
  return {
    database: 'postgres',
    databaseId: 0,
    firstDatabase: 'postgres',
    currentUser: 'postgres',
    searchPath: ['mon', 'public'],
    tables: tables.map((definition) => ({ definition, rowCount: 3, byteSize: 100 })),
    schemas: ['public', 'mon', 'other'],
    views: [],
    sequences: [],
    viewColumns: () => [],
    currentRole: 10,
    records: [],
    superuser: 'postgres',
    activity: [],
    settings: [],
    prepared: [],
    statistics: [],
  };
}

/** A sequence that handed out 7, and a table whose column owns it. */
function withSequence(oid: number): Pick<CatalogState, 'sequences'> {
  const range = { start: 1n, increment: 1n, min: 1n, max: 99n, cache: 1n, cycles: false };
  const place = { oid, schema: 'public', name: 't_id_seq', owner: 'postgres', temporary: false };
  const definition = { ...place, type: 'int4', ...range } as const;
  return { sequences: [{ definition, value: { last: 7n, isCalled: true }, ahead: 0 }] };
}

type Fields = Readonly<Record<string, Datum | null>>;

function rowsOf(name: string, of = state(table(16_384, 'public', 't'))): readonly Fields[] {
  const catalog = createSystemCatalog(of);
  const facts = catalog.findFacts('pg_catalog', name);
  assert.ok(facts, name);
  return catalog
    .factParts('pg_catalog', name)
    .flat()
    .map((row) =>
      Object.fromEntries(facts.columns.map((column, i) => [column.name, row[i] ?? null])),
    );
}

function values(name: string, column: string): readonly (Datum | null)[] {
  return rowsOf(name).map((row) => row[column] ?? null);
}

const catalogsWithOids = [
  'pg_class',
  'pg_type',
  'pg_proc',
  'pg_operator',
  'pg_cast',
  'pg_opclass',
  'pg_opfamily',
  'pg_namespace',
  'pg_constraint',
  'pg_attrdef',
  'pg_authid',
  'pg_database',
];

for (const name of catalogsWithOids) {
  test(`OIDs of ${name} are unique`, () => {
    const oids = values(name, 'oid');
    assert.ok(oids.length > 0);
    assert.equal(new Set(oids).size, oids.length);
  });
}

const references: readonly (readonly [string, string, string])[] = [
  ['pg_type', 'typinput', 'pg_proc'],
  ['pg_type', 'typoutput', 'pg_proc'],
  ['pg_type', 'typreceive', 'pg_proc'],
  ['pg_type', 'typsend', 'pg_proc'],
  ['pg_type', 'typsubscript', 'pg_proc'],
  ['pg_type', 'typelem', 'pg_type'],
  ['pg_type', 'typarray', 'pg_type'],
  ['pg_type', 'typrelid', 'pg_class'],
  ['pg_type', 'typnamespace', 'pg_namespace'],
  ['pg_class', 'relnamespace', 'pg_namespace'],
  ['pg_class', 'reltype', 'pg_type'],
  ['pg_class', 'relam', 'pg_am'],
  ['pg_attribute', 'atttypid', 'pg_type'],
  ['pg_attribute', 'attrelid', 'pg_class'],
  ['pg_proc', 'prorettype', 'pg_type'],
  ['pg_operator', 'oprcode', 'pg_proc'],
  ['pg_cast', 'castfunc', 'pg_proc'],
  ['pg_am', 'amhandler', 'pg_proc'],
  ['pg_index', 'indexrelid', 'pg_class'],
  ['pg_constraint', 'conindid', 'pg_class'],
];

for (const [from, column, to] of references) {
  test(`${from}.${column} names rows of ${to}`, () => {
    const known = new Set(values(to, 'oid'));
    const missing = values(from, column).filter((oid) => oid !== 0 && !known.has(oid));
    assert.deepEqual([...new Set(missing)], []);
  });
}

before(loadParser);

test('a name without a schema means the first schema of the search path that has it', () => {
  const catalog = createSystemCatalog(
    state(table(16_384, 'public', 't'), table(16_385, 'mon', 't'), table(16_386, 'other', 'x')),
  );
  assert.equal(catalog.resolveName('regclass', 't'), 16_385);
  assert.equal(catalog.resolveName('regclass', 'public.t'), 16_384);
  assert.equal(catalog.resolveName('regclass', 'x'), undefined);
  assert.equal(catalog.find('class_name', '16385'), 't');
  assert.equal(catalog.find('class_name', '16384'), 'public.t');
  assert.equal(catalog.find('object_visible', 'class 16386'), 'f');
});

test('names are folded unless they are quoted', () => {
  const catalog = createSystemCatalog(state(table(16_384, 'public', 'Mixed')));
  assert.equal(catalog.resolveName('regclass', 'Mixed'), undefined);
  assert.equal(catalog.resolveName('regclass', '"Mixed"'), 16_384);
  assert.equal(catalog.resolveName('regclass', 'PUBLIC."Mixed"'), 16_384);
  assert.equal(catalog.find('class_name', '16384'), '"Mixed"');
  assert.deepEqual(nameParts('a."b.""c".D'), ['a', 'b."c', 'd']);
  assert.equal(nameParts('a."b'), undefined);
});

test('built-in objects have the OIDs of PostgreSQL', () => {
  const catalog = createSystemCatalog(state());
  assert.equal(catalog.resolveName('regclass', 'pg_catalog.pg_class'), 1259);
  assert.equal(catalog.resolveName('regtype', 'timestamp with time zone'), 1184);
  assert.equal(catalog.resolveName('regproc', 'array_in'), 750);
  assert.equal(catalog.find('procedure_oid', 'array_in(cstring,oid,integer)'), '750');
  assert.equal(catalog.find('operator_name', '96'), '=(integer,integer)');
  assert.equal(catalog.find('type_name', '603'), 'box');
  assert.throws(() => catalog.resolveName('regproc', 'abs'), /more than one function named "abs"/);
});

test('a key is shown with its columns', () => {
  const definition = { ...table(16_384, 'public', 't') };
  const catalog = createSystemCatalog(state(definition));
  const index = catalog.resolveName('regclass', 't_pkey');
  const text = 'CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)';
  assert.equal(catalog.find('index_definition', String(index)), text);
  const constraint = rowsOf('pg_constraint').find(({ conname }) => conname === 't_pkey');
  assert.equal(
    catalog.find('constraint_definition', String(constraint?.['oid'])),
    'PRIMARY KEY (id)',
  );
  assert.equal(catalog.find('object_comment', 'pg_class.16384.2'), 'a name');
});

test('a catalog made from state that was sent answers the same', () => {
  const view = { oid: 16_385, schema: 'public', name: 'v', sql: 'select 1', owner: 'postgres' };
  const columns = [{ name: 'one', type: sqlType('int4') }];
  const plain = table(16_384, 'public', 't');
  const owning = plain.columns.map((column, i) =>
    i === 0 ? { ...column, owns: [16_386] } : column,
  );
  const tables = { ...state({ ...plain, columns: owning }), ...withSequence(16_386) };
  const own = { ...tables, views: [view], viewColumns: () => columns };
  const catalog = createSystemCatalog(own);
  const other = createSystemCatalog(receivedState(structuredClone(catalog.sent([]))));
  assert.equal(other.find('serial_sequence', '16384.id'), 'public.t_id_seq');
  assert.equal(other.find('sequence_value', '16386'), '7');
  for (const name of [
    'pg_class',
    'pg_sequence',
    'pg_depend',
    'pg_attribute',
    'pg_index',
    'pg_type',
    'pg_constraint',
  ]) {
    const parts = catalog.factParts('pg_catalog', name);
    assert.deepEqual(other.factParts('pg_catalog', name), parts, name);
  }
  for (const key of ['t', 'v', 'pg_class', 'nope']) {
    assert.equal(other.find('class_oid', key), catalog.find('class_oid', key), key);
  }
});

test('OIDs of what belongs to tables never meet, and fit a signed integer', () => {
  const tables = fc.uniqueArray(fc.integer({ min: 16_384, max: 400_000 }), {
    minLength: 2,
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      tables,
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: 1, max: 1600 }),
      (oids, i, n) => {
        const made = oids.flatMap((oid) => [
          oid,
          rowTypeOid(oid),
          arrayTypeOid(oid),
          indexOid(oid, i),
          constraintOid(oid, i),
          defaultOid(oid, n),
        ]);
        assert.equal(new Set(made).size, made.length);
        assert.ok(made.every((oid) => oid > 0 && oid < 2 ** 31));
      },
    ),
  );
});

test('a thread keeps rows of states that were sent while definitions and sizes are the same', () => {
  const kept = new KeptDefinitions();
  const definition = table(16_384, 'public', 't');
  const rowsWith = (rowCount: number, definitionsKey: string) => {
    const tables = [{ definition, rowCount, byteSize: 100 }];
    const sent = createSystemCatalog({ ...state(), tables, definitionsKey }).sent([]);
    const catalog = createSystemCatalog(receivedState(structuredClone(sent), kept));
    return catalog.factParts('pg_catalog', 'pg_class')[1];
  };
  const first = rowsWith(3, 'a');
  assert.equal(rowsWith(3, 'a'), first);
  assert.notEqual(rowsWith(3, 'b'), first);
  const grown = rowsWith(4, 'a');
  assert.ok(grown?.some((row) => row.includes(4)) && first?.some((row) => row.includes(3)));
});
