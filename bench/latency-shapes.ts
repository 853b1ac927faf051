/** What `npm run bench -- latency` sends: one statement, or a batch, by name. */
import { execute, prepare, query, sync } from './raw-session.ts';

export interface Shape {
  readonly name: string;
  readonly runs: number;
  /** Sent once before, and once after. */
  readonly before?: readonly Buffer[];
  readonly after?: readonly Buffer[];
  /** The bytes of run `index`. */
  readonly bytes: (index: number) => Buffer;
}

const rows = 1_000_000;

/** The same on both servers; PostgreSQL also gets the index that such a table has. */
export const setup: readonly string[] = [
  'DROP TABLE IF EXISTS lat_numbers, lat_inserted, lat_small',
  `CREATE TABLE lat_numbers AS SELECT g AS id, g * 1.5::float8 AS amount, 'name ' || g AS name,
     now() - (${rows} - g) * interval '1 second' AS timestamp
   FROM generate_series(1, ${rows}) g`,
  'CREATE TABLE lat_inserted (id int8, name text)',
  "CREATE TABLE lat_small AS SELECT g AS id, 'n' || g AS name FROM generate_series(1, 100) g",
];
export const postgresSetup: readonly string[] = [
  'CREATE INDEX ON lat_numbers (id)',
  'CREATE INDEX ON lat_numbers (timestamp)',
  'ANALYZE',
];

const same = (sql: string): ((index: number) => Buffer) => {
  const bytes = query(sql);
  return () => bytes;
};

function valuesOf(count: number, index: number): string {
  return Array.from({ length: count }, (_, k) => `(${k}, 'name ${k} of ${index}')`).join();
}

const describeTable = `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
  (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
   WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull,
  (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t
   WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation),
  a.attidentity, a.attgenerated
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = 'lat_small'::regclass AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

const listTables = `SELECT n.nspname, c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner)
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname <> 'pg_catalog'
    AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema'
    AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1, 2`;

const insert = 'INSERT INTO lat_inserted VALUES ($1, $2)';
const begin = query('BEGIN');
const commit = query('COMMIT');

export const shapes: readonly Shape[] = [
  { name: 'SELECT 1, simple', runs: 2000, bytes: same('SELECT 1') },
  {
    name: 'SELECT a literal of its own, simple',
    runs: 1000,
    bytes: (index) => query(`SELECT ${index}`),
  },
  {
    name: 'SELECT $1, prepared',
    runs: 2000,
    before: [prepare('one', 'SELECT $1::int')],
    bytes: (index) => Buffer.concat([execute('one', [index]), sync]),
  },
  {
    name: 'INSERT of a row, committed each',
    runs: 300,
    bytes: (index) => query(`INSERT INTO lat_inserted VALUES (${index}, 'name ${index}')`),
  },
  {
    name: 'INSERT of a row in a transaction',
    runs: 1000,
    before: [begin],
    after: [commit],
    bytes: (index) => query(`INSERT INTO lat_inserted VALUES (${index}, 'name ${index}')`),
  },
  {
    name: 'INSERT of a row, prepared, in one',
    runs: 1000,
    before: [prepare('insert', insert), begin],
    after: [commit],
    bytes: (index) => Buffer.concat([execute('insert', [index, `name ${index}`]), sync]),
  },
  {
    name: 'INSERT VALUES of 2,000 rows',
    runs: 15,
    bytes: (index) => query(`INSERT INTO lat_inserted VALUES ${valuesOf(2000, index)}`),
  },
  {
    name: 'pipeline of 1,000 prepared INSERTs',
    runs: 15,
    before: [prepare('many', insert)],
    bytes: (index) => {
      const each = Array.from({ length: 1000 }, (_, k) => execute('many', [k, `n ${index}`]));
      return Buffer.concat([...each, sync]);
    },
  },
  {
    name: 'a row of 1 M by id',
    runs: 300,
    bytes: (index) => query(`SELECT * FROM lat_numbers WHERE id = ${1 + index * 3001}`),
  },
  {
    name: 'a row of 1 M by id, prepared',
    runs: 300,
    before: [prepare('byid', 'SELECT * FROM lat_numbers WHERE id = $1::int8')],
    bytes: (index) => Buffer.concat([execute('byid', [1 + index * 3001]), sync]),
  },
  {
    name: 'rows of 1 M of the last 5 minutes',
    runs: 200,
    bytes: same("SELECT count(*) FROM lat_numbers WHERE timestamp > now() - interval '5 min'"),
  },
  {
    name: 'count of 100 rows',
    runs: 500,
    bytes: same('SELECT count(*) FROM lat_small'),
  },
  { name: 'SELECT * of 1 M rows', runs: 5, bytes: same('SELECT * FROM lat_numbers') },
  { name: '\\dt', runs: 60, bytes: (index) => query(`${listTables} -- ${index}`) },
  {
    name: '\\d table, its columns',
    runs: 60,
    bytes: (index) => query(`${describeTable} -- ${index}`),
  },
];
