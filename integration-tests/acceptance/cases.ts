/**
 * Sixty things that clients of PostgreSQL count on, in the order of how many break without them,
 * and where each is shown: by a recorded scenario, a client's program, a replayed capture, a test,
 * or by messages that stand here.
 */

export type Shown =
  /** A scenario of the recorded protocol steps: wire/golden.test.ts. */
  | { readonly by: 'scenario'; readonly name: string }
  /** A client's program: clients/clients.test.ts. */
  | { readonly by: 'client'; readonly name: string }
  /** A capture of a client, answered as PostgreSQL answers it: catalog/replay.test.ts. */
  | { readonly by: 'capture'; readonly name: string }
  /** A test whose name holds this, in a file of integration-tests or src. */
  | { readonly by: 'test'; readonly file: string; readonly name: string }
  /** Messages after a login, and what is heard: each pair in turn, on one connection. */
  | { readonly by: 'messages'; readonly steps: readonly (readonly [send: string, hear: string])[] }
  /** A query's rows, columns apart by `|`. */
  | { readonly by: 'rows'; readonly sql: string; readonly rows: readonly string[] };

export interface AcceptanceCase {
  readonly number: number;
  readonly what: string;
  readonly shown: readonly Shown[];
}

const scenario = (name: string): Shown => ({ by: 'scenario', name });
const client = (name: string): Shown => ({ by: 'client', name });
const capture = (name: string): Shown => ({ by: 'capture', name });
const test = (file: string, name: string): Shown => ({ by: 'test', file, name });
const rows = (sql: string, ...lines: readonly string[]): Shown => ({
  by: 'rows',
  sql,
  rows: lines,
});
const messages = (...steps: readonly (readonly [string, string])[]): Shown => ({
  by: 'messages',
  steps,
});
const query = (sql: string): string => `Query ${JSON.stringify({ sql })}`;
const parse = (sql: string, name = ''): string => `Parse ${JSON.stringify({ name, sql })}`;
const lines = (...parts: readonly string[]): string => parts.join('\n');

const wire = 'integration-tests/wire/';
const server = 'integration-tests/server/';

export const acceptanceCases: readonly AcceptanceCase[] = [
  {
    number: 1,
    what: 'psql connects with sslmode=prefer while TLS is off',
    shown: [test(`${wire}login.test.ts`, 'psql logs in without TLS'), client('psql')],
  },
  {
    number: 2,
    what: 'the thirteen parameters of the start',
    shown: [scenario('startup messages (trust) 3.0')],
  },
  {
    number: 3,
    what: 'a wrong password, an unknown database',
    shown: [
      test(`${server}login.test.ts`, 'a wrong password and an unknown user hear the same'),
      scenario('startup unknown db'),
    ],
  },
  {
    number: 4,
    what: 'TLS with channel binding',
    shown: [test(`${wire}login.test.ts`, 'psql binds SCRAM to the TLS channel')],
  },
  {
    number: 5,
    what: 'protocol 3.2 and options that nobody knows',
    shown: [scenario('startup with 3.2 and _pq_.foo -> NegotiateProtocolVersion')],
  },
  { number: 6, what: 'asyncpg connects and fetches', shown: [client('asyncpg')] },
  {
    number: 7,
    what: 'pgjdbc connects: SET by Execute of one row',
    shown: [
      client('jdbc'),
      messages([
        lines(parse("SET application_name = 'x'"), 'Bind', 'Execute {"rows": 1}', 'Sync'),
        '1 2 C(SET) S(application_name=x) Z(I)',
      ]),
    ],
  },
  {
    number: 8,
    what: 'psqlodbc connects: three statements in one string',
    shown: [
      client('odbc'),
      messages([
        query("SET DateStyle = 'ISO';SET extra_float_digits = 2;show transaction_isolation"),
        'C(SET) C(SET) T[transaction_isolation:25] D(read committed) C(SHOW) Z(I)',
      ]),
    ],
  },
  {
    number: 9,
    what: 'types of parameters that nobody named',
    shown: [
      messages([
        lines(
          parse('select $1::int+1 as x, $2 as y, $3::text[]'),
          'Describe {"statement": ""}',
          'Bind {"values": ["41", "hi", "{a,b}"]}',
          'Execute',
          'Sync',
        ),
        '1 t[23,25,1009] T[x:23,y:25,text:1009] 2 D(42|hi|{a,b}) C(SELECT 1) Z(I)',
      ]),
    ],
  },
  {
    number: 10,
    what: 'mixed formats of parameters and results',
    shown: [scenario('extended: typed params, mixed formats, binary results')],
  },
  {
    number: 11,
    what: 'Describe of statements without rows',
    shown: [
      messages(
        [query('create temp table d (a int, b text)'), 'C(CREATE TABLE) Z(I)'],
        [
          lines(
            parse('insert into d values ($1, $2)'),
            'Describe {"statement": ""}',
            parse('begin'),
            'Describe {"statement": ""}',
            'Sync',
          ),
          '1 t[23,25] n 1 t[] n Z(I)',
        ],
      ),
      scenario('extended: errors'),
    ],
  },
  {
    number: 12,
    what: 'Execute with a row limit, in a transaction',
    shown: [scenario('extended: row limit / PortalSuspended / Flush'), client('jdbc-operations')],
  },
  {
    number: 13,
    what: 'Sync outside of a transaction ends a portal',
    shown: [scenario('extended: row limit / PortalSuspended / Flush')],
  },
  {
    number: 14,
    what: 'a batch whose third statement fails is undone',
    shown: [scenario('extended: error skip until Sync; pipelining with implicit tx')],
  },
  {
    number: 15,
    what: 'a string of statements is one transaction',
    shown: [scenario('simple: error mid multi => implicit tx rollback')],
  },
  {
    number: 16,
    what: 'several results of one string',
    shown: [scenario('simple: single, multi, empty, comment only, semicolons'), client('node-pg')],
  },
  {
    number: 17,
    what: 'a failed transaction refuses all but its end',
    shown: [scenario('transaction status & aborted')],
  },
  {
    number: 18,
    what: 'savepoints bring a failed transaction back',
    shown: [scenario('transaction status & aborted')],
  },
  {
    number: 19,
    what: 'CancelRequest stops a statement',
    shown: [scenario('CancelRequest on second connection'), client('jdbc-operations')],
  },
  {
    number: 20,
    what: 'statement_timeout has its own words',
    shown: [scenario('statement timeout, cancel wording')],
  },
  {
    number: 21,
    what: 'codes, texts and places of errors',
    shown: [scenario('extended: errors'), scenario('error fields')],
  },
  {
    number: 22,
    what: 'types in text and binary',
    shown: [
      test('src/types/type-encodings.test.ts', 'test('),
      test('integration-tests/sql/binary-values.test.ts', "has PostgreSQL's bytes"),
    ],
  },
  {
    number: 23,
    what: 'a JDBC statement eight times: named and binary from the fifth',
    shown: [client('jdbc-operations')],
  },
  {
    number: 24,
    what: 'JDBC parameters of no type and of varchar',
    shown: [client('jdbc-operations'), capture('pgjdbc-ops')],
  },
  {
    number: 25,
    what: 'forms of timestamps that clients send',
    shown: [
      rows(
        "select v::timestamptz from unnest(array['2025-01-01T00:00:00.000Z', " +
          "'2025-01-01T00:00:00+00:00', '2025-01-01 00:00:00-05:00', '2025-01-01', " +
          "'2025-01-01 00:00:00.123456789+00']) v",
        '2025-01-01 00:00:00+00',
        '2025-01-01 00:00:00+00',
        '2025-01-01 05:00:00+00',
        '2025-01-01 00:00:00+00',
        '2025-01-01 00:00:00.123457+00',
      ),
    ],
  },
  {
    number: 26,
    what: "timestamps in the session's time zone",
    shown: [
      messages(
        [query("set timezone = 'America/New_York'"), 'C(SET) S(TimeZone=America/New_York) Z(I)'],
        [
          query("select timestamptz '2025-06-01 12:00+00', timestamp '2025-06-01 12:00'"),
          'T[timestamptz:1184,timestamp:1114] ' +
            'D(2025-06-01 08:00:00-04|2025-06-01 12:00:00) C(SELECT 1) Z(I)',
        ],
        [query("set timezone = 'Asia/Kolkata'"), 'C(SET) S(TimeZone=Asia/Kolkata) Z(I)'],
        [
          query("select timestamptz '2025-06-01 12:00+00'"),
          'T[timestamptz:1184] D(2025-06-01 17:30:00+05:30) C(SELECT 1) Z(I)',
        ],
      ),
    ],
  },
  {
    number: 27,
    what: 'ParameterStatus of settings, and of their return',
    shown: [scenario('SET/SHOW/ParameterStatus')],
  },
  {
    number: 28,
    what: 'DISCARD ALL and the reset of pools',
    shown: [
      messages(
        [query('prepare p as select 1'), 'C(PREPARE) Z(I)'],
        [query('DISCARD ALL'), 'C(DISCARD ALL) Z(I)'],
        [query('execute p'), 'E(ERROR 26000: prepared statement "p" does not exist) Z(I)'],
        [
          query('SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;'),
          'T[pg_advisory_unlock_all:2278] D() C(SELECT 1) C(CLOSE CURSOR ALL) C(UNLISTEN) ' +
            'C(RESET) Z(I)',
        ],
      ),
      client('asyncpg'),
    ],
  },
  {
    number: 29,
    what: 'isolation levels and read-only transactions',
    shown: [
      messages(
        [
          query('SHOW TRANSACTION ISOLATION LEVEL'),
          'T[transaction_isolation:25] D(read committed) C(SHOW) Z(I)',
        ],
        [
          query('SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ UNCOMMITTED'),
          'C(SET) Z(I)',
        ],
        [query('BEGIN READ ONLY; COMMIT'), 'C(BEGIN) C(COMMIT) Z(I)'],
        [query('BEGIN ISOLATION LEVEL REPEATABLE READ; COMMIT'), 'C(BEGIN) C(COMMIT) Z(I)'],
      ),
    ],
  },
  {
    number: 30,
    what: 'SQLAlchemy connects',
    shown: [
      client('sqlalchemy'),
      rows(
        "select version() ~ '^PostgreSQL 15', pg_catalog.version() = version(), current_schema()",
        't|t|public',
      ),
    ],
  },
  {
    number: 31,
    what: 'settings as functions',
    shown: [
      rows(
        "select current_setting('server_version_num')::int / 10000, " +
          "current_setting('nosuch', true) is null, set_config('application_name', 'z', false)",
        '15|t|z',
      ),
    ],
  },
  {
    number: 32,
    what: 'backslash commands of psql',
    shown: [test('integration-tests/catalog/psql.test.ts', 'prints what it prints')],
  },
  { number: 33, what: 'JDBC getTables and its like', shown: [client('jdbc-metadata')] },
  { number: 34, what: 'JDBC getColumns', shown: [client('jdbc-metadata')] },
  { number: 35, what: 'JDBC keys and indexes', shown: [client('jdbc-metadata')] },
  { number: 36, what: 'JDBC types and result metadata', shown: [client('jdbc-metadata')] },
  { number: 37, what: 'ODBC catalog functions', shown: [client('odbc'), capture('psqlodbc')] },
  {
    number: 38,
    what: 'SQLAlchemy reflection',
    shown: [client('sqlalchemy'), capture('sqlalchemy21-psycopg2')],
  },
  {
    number: 39,
    what: 'cursors of psycopg2',
    shown: [client('psycopg2'), scenario('SQL cursors')],
  },
  { number: 40, what: 'psycopg 3', shown: [client('psycopg'), capture('psycopg3')] },
  { number: 41, what: 'pgx', shown: [client('pgx'), capture('pgx4')] },
  {
    number: 42,
    what: "lib/pq's ping and COPY in a transaction",
    shown: [
      capture('go-libpq'),
      messages(
        [query(';'), 'I Z(I)'],
        [query('begin; create temp table c (a int)'), 'C(BEGIN) C(CREATE TABLE) Z(T)'],
        [query('copy c (a) from stdin'), 'G:0:1'],
        [lines('CopyData {"text": "1\\n"}', 'CopyDone'), 'C(COPY 1) Z(T)'],
        [query('commit'), 'C(COMMIT) Z(I)'],
      ),
    ],
  },
  { number: 43, what: 'node-postgres', shown: [client('node-pg'), capture('node-pg')] },
  { number: 44, what: 'postgres.js', shown: [client('postgres-js'), capture('postgresjs')] },
  {
    number: 45,
    what: 'COPY both ways, and what goes wrong in it',
    shown: [scenario('COPY out/in text/csv/binary/fail')],
  },
  {
    number: 46,
    what: 'PREPARE, EXECUTE, pg_prepared_statements',
    shown: [scenario('SQL PREPARE/EXECUTE & pg_prepared_statements')],
  },
  {
    number: 47,
    what: 'LISTEN and NOTIFY',
    shown: [
      scenario('NOTIFY'),
      test(`${server}notify.test.ts`, 'notifications come after the commit'),
    ],
  },
  { number: 48, what: 'Npgsql loads its types', shown: [capture('powerbi-npgsql4.0.17')] },
  { number: 49, what: 'Power BI', shown: [capture('powerbi-npgsql4.0.17')] },
  { number: 50, what: 'Metabase', shown: [capture('metabase')] },
  { number: 51, what: 'Grafana', shown: [capture('grafana')] },
  { number: 52, what: 'asyncpg asks about types', shown: [capture('asyncpg')] },
  { number: 53, what: 'DBeaver and DataGrip', shown: [capture('dbeaver'), capture('datagrip')] },
  { number: 54, what: 'ActiveRecord', shown: [capture('activerecord61')] },
  { number: 55, what: 'Tableau', shown: [capture('tableau')] },
  {
    number: 56,
    what: 'expressions have their types and values',
    shown: [
      test('integration-tests/functions/expression-types.test.ts', 'expressions have the types'),
    ],
  },
  {
    number: 57,
    what: 'names and OIDs',
    shown: [
      rows(
        "select to_regclass('nope') is null, 'pg_class'::regclass::oid, 25::regtype, " +
          'format_type(1043, 84)',
        't|1259|text|character varying(80)',
      ),
      test('integration-tests/acceptance/acceptance.test.ts', 'OIDs stay the same'),
    ],
  },
  {
    number: 58,
    what: 'a plan whose result would change',
    shown: [scenario('describe metadata: table oid/attnum/typmod; changed result type; replan')],
  },
  {
    number: 59,
    what: 'postgres_fdw and pgbench',
    shown: [capture('postgres_fdw'), capture('pgbench15-prepared')],
  },
  {
    number: 60,
    what: 'hostile clients',
    shown: [test(`${wire}hostile-table.test.ts`, 'every input from 1 to 55')],
  },
];
