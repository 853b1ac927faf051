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

/** A case, and what shows it; its number is its place in the list. */
type Row = readonly [what: string, ...shown: Shown[]];

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

const cases: readonly Row[] = [
  [
    'psql connects with sslmode=prefer while TLS is off',
    test(`${wire}login.test.ts`, 'psql logs in without TLS'),
    client('psql'),
  ],
  ['the thirteen parameters of the start', scenario('startup messages (trust) 3.0')],
  [
    'a wrong password, an unknown database',
    test(`${server}login.test.ts`, 'a wrong password and an unknown user hear the same'),
    scenario('startup unknown db'),
  ],
  ['TLS with channel binding', test(`${wire}login.test.ts`, 'psql binds SCRAM to the TLS channel')],
  [
    'protocol 3.2 and options that nobody knows',
    scenario('startup with 3.2 and _pq_.foo -> NegotiateProtocolVersion'),
  ],
  ['asyncpg connects and fetches', client('asyncpg')],
  [
    'pgjdbc connects: SET by Execute of one row',
    client('jdbc'),
    messages([
      lines(parse("SET application_name = 'x'"), 'Bind', 'Execute {"rows": 1}', 'Sync'),
      '1 2 C(SET) S(application_name=x) Z(I)',
    ]),
  ],
  [
    'psqlodbc connects: three statements in one string',
    client('odbc'),
    messages([
      query("SET DateStyle = 'ISO';SET extra_float_digits = 2;show transaction_isolation"),
      'C(SET) C(SET) T[transaction_isolation:25] D(read committed) C(SHOW) Z(I)',
    ]),
  ],
  [
    'types of parameters that nobody named',
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
  [
    'mixed formats of parameters and results',
    scenario('extended: typed params, mixed formats, binary results'),
  ],
  [
    'Describe of statements without rows',
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
  [
    'Execute with a row limit, in a transaction',
    scenario('extended: row limit / PortalSuspended / Flush'),
    client('jdbc-operations'),
  ],
  [
    'Sync outside of a transaction ends a portal',
    scenario('extended: row limit / PortalSuspended / Flush'),
  ],
  [
    'a batch whose third statement fails is undone',
    scenario('extended: error skip until Sync; pipelining with implicit tx'),
  ],
  [
    'a string of statements is one transaction',
    scenario('simple: error mid multi => implicit tx rollback'),
  ],
  [
    'several results of one string',
    scenario('simple: single, multi, empty, comment only, semicolons'),
    client('node-pg'),
  ],
  ['a failed transaction refuses all but its end', scenario('transaction status & aborted')],
  ['savepoints bring a failed transaction back', scenario('transaction status & aborted')],
  [
    'CancelRequest stops a statement',
    scenario('CancelRequest on second connection'),
    client('jdbc-operations'),
  ],
  ['statement_timeout has its own words', scenario('statement timeout, cancel wording')],
  ['codes, texts and places of errors', scenario('extended: errors'), scenario('error fields')],
  [
    'types in text and binary',
    test('integration-tests/sql/type-vectors.test.ts', "has PostgreSQL's text and bytes"),
    test('integration-tests/sql/binary-values.test.ts', "has PostgreSQL's bytes"),
  ],
  ['a JDBC statement eight times: named and binary from the fifth', client('jdbc-operations')],
  ['JDBC parameters of no type and of varchar', client('jdbc-operations'), capture('pgjdbc-ops')],
  [
    'forms of timestamps that clients send',
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
  [
    "timestamps in the session's time zone",
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
  ['ParameterStatus of settings, and of their return', scenario('SET/SHOW/ParameterStatus')],
  [
    'DISCARD ALL and the reset of pools',
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
  [
    'isolation levels and read-only transactions',
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
  [
    'SQLAlchemy connects',
    client('sqlalchemy'),
    rows(
      "select version() ~ '^PostgreSQL 15', pg_catalog.version() = version(), current_schema()",
      't|t|public',
    ),
  ],
  [
    'settings as functions',
    rows(
      "select current_setting('server_version_num')::int / 10000, " +
        "current_setting('nosuch', true) is null, set_config('application_name', 'z', false)",
      '15|t|z',
    ),
  ],
  [
    'backslash commands of psql',
    test('integration-tests/catalog/psql.test.ts', 'prints what it prints'),
  ],
  ['JDBC getTables and its like', client('jdbc-metadata')],
  ['JDBC getColumns', client('jdbc-metadata')],
  ['JDBC keys and indexes', client('jdbc-metadata')],
  ['JDBC types and result metadata', client('jdbc-metadata')],
  ['ODBC catalog functions', client('odbc'), capture('psqlodbc')],
  ['SQLAlchemy reflection', client('sqlalchemy'), capture('sqlalchemy21-psycopg2')],
  ['cursors of psycopg2', client('psycopg2'), scenario('SQL cursors')],
  ['psycopg 3', client('psycopg'), capture('psycopg3')],
  ['pgx', client('pgx'), capture('pgx4')],
  [
    "lib/pq's ping and COPY in a transaction",
    capture('go-libpq'),
    messages(
      [query(';'), 'I Z(I)'],
      [query('begin; create temp table c (a int)'), 'C(BEGIN) C(CREATE TABLE) Z(T)'],
      [query('copy c (a) from stdin'), 'G:0:1'],
      [lines('CopyData {"text": "1\\n"}', 'CopyDone'), 'C(COPY 1) Z(T)'],
      [query('commit'), 'C(COMMIT) Z(I)'],
    ),
  ],
  ['node-postgres', client('node-pg'), capture('node-pg')],
  ['postgres.js', client('postgres-js'), capture('postgresjs')],
  ['COPY both ways, and what goes wrong in it', scenario('COPY out/in text/csv/binary/fail')],
  [
    'PREPARE, EXECUTE, pg_prepared_statements',
    scenario('SQL PREPARE/EXECUTE & pg_prepared_statements'),
  ],
  [
    'LISTEN and NOTIFY',
    scenario('NOTIFY'),
    test(`${server}notify.test.ts`, 'notifications come after the commit'),
  ],
  ['Npgsql loads its types', capture('powerbi-npgsql4.0.17')],
  ['Power BI', capture('powerbi-npgsql4.0.17')],
  ['Metabase', capture('metabase')],
  ['Grafana', capture('grafana')],
  ['asyncpg asks about types', capture('asyncpg')],
  ['DBeaver and DataGrip', capture('dbeaver'), capture('datagrip')],
  ['ActiveRecord', capture('activerecord61')],
  ['Tableau', capture('tableau')],
  [
    'expressions have their types and values',
    test('integration-tests/functions/expression-types.test.ts', 'expressions have the types'),
  ],
  [
    'names and OIDs',
    rows(
      "select to_regclass('nope') is null, 'pg_class'::regclass::oid, 25::regtype, " +
        'format_type(1043, 84)',
      't|1259|text|character varying(80)',
    ),
    test('integration-tests/acceptance/acceptance.test.ts', 'OIDs stay the same'),
  ],
  [
    'a plan whose result would change',
    scenario('describe metadata: table oid/attnum/typmod; changed result type; replan'),
  ],
  ['postgres_fdw and pgbench', capture('postgres_fdw'), capture('pgbench15-prepared')],
  ['hostile clients', test(`${wire}hostile-table.test.ts`, 'every input from 1 to 65')],
];

export const acceptanceCases: readonly AcceptanceCase[] = cases.map(([what, ...shown], index) => ({
  number: index + 1,
  what,
  shown,
}));
