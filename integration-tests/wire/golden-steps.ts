/**
 * What to send for the recorded scenarios whose labels are not SQL: per step the messages of a
 * wire script. The statements are ours; a real PostgreSQL 15 answers them as recorded.
 *
 * Lines that are no messages: `until NAME` reads replies up to one of that name unseen, and
 * `cancel` sends a CancelRequest on a connection of its own, whose end is the step's answer.
 */

export interface GoldenScenario {
  /** SQL run first, its replies unread. */
  readonly setup?: string;
  /** Fields of the startup packet. */
  readonly startup?: Readonly<Record<string, unknown>>;
  /** The steps begin with the startup packet itself. */
  readonly raw?: true;
  /** The user `analyst` has to have a password. */
  readonly needsPassword?: true;
  readonly steps: readonly string[];
}

const query = (sql: string): string => `Query ${JSON.stringify({ sql })}`;
const parse = (sql: string, name = ''): string => `Parse ${JSON.stringify({ name, sql })}`;
const lines = (...parts: readonly string[]): string => parts.join('\n');
/** A statement through the extended protocol, up to Sync. */
const run = (sql: string): string => lines(parse(sql), 'Bind', 'Execute', 'Sync');
/** A statement whose replies are not compared. */
const unseen = (sql: string): string => lines(query(sql), 'until ReadyForQuery');
/** COPY … FROM STDIN up to the server's readiness for data. */
const copyIn = (sql: string): string => lines(query(sql), 'until CopyInResponse');
const data = (text: string): string => `CopyData ${JSON.stringify({ text })}`;
/** Parse and Sync. */
const check = (sql: string): string => lines(parse(sql), 'Sync');
const series = 'select g from generate_series(1,5) g';

const extendedErrors: readonly string[] = [
  check('select 1; select 2'),
  lines(
    parse(''),
    'Describe {"statement": ""}',
    'Bind',
    'Describe {"portal": ""}',
    'Execute',
    'Sync',
  ),
  lines(parse('select 1', 'a'), parse('select 2', 'a'), 'Sync'),
  lines('Bind {"statement": "zz"}', 'Sync'),
  lines('Execute {"portal": "zz"}', 'Sync'),
  lines('Describe {"statement": "zz"}', 'Sync'),
  lines('Describe {"portal": "zz"}', 'Sync'),
  lines(parse('select $1::int'), 'Bind', 'Sync'),
  lines(parse('select $1::int'), 'Bind {"values": ["abc"]}', 'Sync'),
  lines(parse('select $1::int'), 'Bind {"formats": [1], "values": [{"hex": "0001"}]}', 'Sync'),
  lines(parse('select $1'), 'Describe {"statement": ""}', 'Sync'),
  check('select pg_typeof($1)'),
  lines(parse('select 1'), 'Bind {"portal": "x"}', 'Bind {"portal": "x"}', 'Sync'),
  lines(parse('select $1::text'), 'Bind {"values": [{"hex": "ff"}]}', 'Sync'),
  lines(parse('select 1'), 'Bind {"results": [2]}', 'Execute', 'Sync'),
  check('select $2::int'),
  check('select nope from projects'),
  check('select * from nope'),
  check('select nofunc(1)'),
  check('select from where'),
  lines(parse('begin'), 'Bind', 'Describe {"portal": ""}', 'Execute', 'Sync'),
  run('rollback'),
];

export const goldenScenarios: Readonly<Record<string, GoldenScenario>> = {
  'startup messages (trust) 3.0': { raw: true, steps: ['Startup'] },
  'startup with 3.2 and _pq_.foo -> NegotiateProtocolVersion': {
    raw: true,
    steps: ['Startup {"version": 196610, "_pq_.foo": "1"}'],
  },
  'startup major 2.0 unsupported': { raw: true, steps: ['Startup {"version": 131072}'] },
  'TCP scram auth request + wrong password msg': {
    raw: true,
    needsPassword: true,
    steps: [
      'Startup {"user": "analyst"}',
      `Raw {"hex": "70 00000016 ${Buffer.from('SCRAM-SHA-256\0').toString('hex')} ffffffff"}`,
    ],
  },
  'startup options -c and GUCs and replication=false': {
    startup: {
      options: '-c work_mem=8MB --statement_timeout=5s -c search_path=mon,public',
      DateStyle: 'ISO, DMY',
      replication: 'false',
    },
    steps: [query('show work_mem; show datestyle; show statement_timeout; show search_path')],
  },
  'startup bad GUC': { raw: true, steps: ['Startup {"nosuch_guc": "1"}'] },
  'startup unknown db': { raw: true, steps: ['Startup {"database": "nope"}'] },
  'startup unknown user': { raw: true, steps: ['Startup {"user": "ghost"}'] },
  'startup missing user': { raw: true, steps: ['Startup {"user": ""}'] },
  'simple: error mid multi => implicit tx rollback': {
    setup: 'create temp table em(a int)',
    steps: [
      query('insert into em values(1);select 1/0;insert into em values(2)'),
      query('select count(*) from em'),
      query('begin;insert into em values(1);commit;insert into em values(2);   select  bad'),
      query('select count(*) from em'),
    ],
  },
  'extended basic: unnamed, describe S/P, text result': {
    steps: [
      lines(
        parse('select $1::int4 as x, $2::text as y, $3::text[]'),
        'Describe {"statement": ""}',
        'Bind {"values": ["42", "hi", "{a,b}"]}',
        'Describe {"portal": ""}',
        'Execute',
        'Sync',
      ),
    ],
  },
  'extended: typed params, mixed formats, binary results': {
    steps: [
      lines(
        'Parse {"name": "s1", "sql": "select $1+1, $2||\'\', not $3", "oids": [23, 25, 16]}',
        'Describe {"statement": "s1"}',
        'Bind {"statement": "s1", "formats": [1, 0, 1], "results": [1, 0, 1], ' +
          '"values": [{"hex": "00000029"}, "t", {"hex": "00"}]}',
        'Describe {"portal": ""}',
        'Execute',
        'Sync',
      ),
      lines('Bind {"statement": "s1", "values": ["1", "t", "t"]}', 'Execute', 'Sync'),
      lines('Close {"statement": "s1"}', 'Sync'),
      lines('Bind {"statement": "s1"}', 'Sync'),
      lines('Close {"statement": "s1"}', 'Close {"portal": "pp"}', 'Sync'),
    ],
  },
  'extended: row limit / PortalSuspended / Flush': {
    setup: 'begin',
    steps: [
      lines(parse(series), 'Bind {"portal": "pp"}', 'Execute {"portal": "pp", "rows": 2}', 'Flush'),
      lines('Execute {"portal": "pp", "rows": 2}', 'Flush'),
      lines('Execute {"portal": "pp", "rows": 2}', 'Sync'),
      lines('Execute {"portal": "pp", "rows": 2}', 'Sync'),
      lines(unseen('commit'), 'Execute {"portal": "pp"}', 'Sync'),
      lines(parse(series), 'Bind', 'Execute {"rows": 2}', 'Sync'),
      lines('Execute', 'Sync'),
      lines(parse('select 1 where false'), 'Bind', 'Execute {"rows": 5}', 'Sync'),
      lines(parse('values (1), (2)'), 'Bind', 'Execute {"rows": 2}', 'Sync'),
    ],
  },
  'extended: errors': { steps: extendedErrors },
  'extended: error skip until Sync; pipelining with implicit tx': {
    setup: 'create temp table pl(a int primary key)',
    steps: [
      lines(
        ...[1, 2, 1, 9].map((value) =>
          lines(parse(`insert into pl values(${value})`), 'Bind', 'Execute'),
        ),
        'Sync',
      ),
      query('select count(*) from pl'),
      lines(parse('selec'), 'Bind', 'Execute', 'Sync'),
      run('select 7'),
      run('insert into pl values(1)'),
      lines(parse('select 1/0'), 'Bind', 'Execute', 'Sync'),
      run('select 1'),
    ],
  },
  'describe metadata: table oid/attnum/typmod; changed result type; replan': {
    steps: [
      lines(
        parse("select id, name, owner as o, name||'x' from projects"),
        'Describe {"statement": ""}',
        'Sync',
      ),
      lines(
        unseen('create temp table changing (a int, b text)'),
        parse('select * from changing', 'kept'),
        'Sync',
        'until ReadyForQuery',
        unseen('alter table changing add column c int'),
        'Bind {"statement": "kept"}',
        'Sync',
      ),
      lines(parse('insert into changing values ($1, $2)'), 'Describe {"statement": ""}', 'Sync'),
      lines(parse('select 1 limit $1 offset $2'), 'Describe {"statement": ""}', 'Sync'),
      lines(
        parse(
          'select 1 from changing ' +
            'where a = any($1) and b like $2 and now() > $3 and $4 and c = $5',
        ),
        'Describe {"statement": ""}',
        'Sync',
      ),
    ],
  },
  'COPY out/in text/csv/binary/fail': {
    setup: 'create temp table cp(a int, b text)',
    steps: [
      query("copy (select 1,E'a\\tb\\\\',null) to stdout"),
      query("copy (select 1,'a,\"b',null,'') to stdout with (format csv, header)"),
      query("copy (select 1::int,'x'::text,null::int) to stdout (format binary)"),
      query('copy cp from stdin'),
      lines(data('1\ta\n2\tb\n3\tc\n'), 'CopyDone'),
      lines(
        copyIn('copy cp from stdin with (format csv, header)'),
        data('a,b\n4,"x, y"\n5,\n'),
        'CopyDone',
      ),
      lines(copyIn('copy cp from stdin'), data('6\tgood\nbad\tx\n'), 'CopyDone'),
      lines(copyIn('copy cp from stdin'), 'CopyFail {"message": "client aborted"}'),
      query('copy cp from stdin; select count(*) from cp'),
      lines(data('6\tz\n'), 'CopyDone'),
      lines(
        parse('copy cp to stdout'),
        'Describe {"statement": ""}',
        'Bind',
        'Describe {"portal": ""}',
        'Execute',
        'Sync',
      ),
      lines(parse('copy cp from stdin'), 'Bind', 'Execute', 'Flush'),
      lines(data('7\tw\n'), 'CopyDone', 'Sync'),
      query('copy nosuch from stdin'),
    ],
  },
  'statement timeout, cancel wording': {
    setup: "set statement_timeout='50ms'",
    steps: [query('select pg_sleep(1)')],
  },
  'CancelRequest on second connection': {
    steps: [lines(query('select pg_sleep(5)'), 'cancel'), ''],
  },
  NOTIFY: {
    setup: 'listen ch; listen "Ch"',
    steps: [query("notify ch,'p'; select pg_notify('Ch','q')"), query('unlisten *')],
  },
  'error fields': {
    steps: [
      query("insert into projects (name) values ('p1')"),
      query('insert into projects (name) values (null)'),
      query(
        'insert into otel_logs_and_spans (project_id, timestamp, status_code) ' +
          "values ('11111111-1111-1111-1111-111111111111', now(), -1)",
      ),
      query("select '2025-13-01'::date"),
      query("select 'x'::uuid"),
      query('select 32768::int2'),
      query('select 1/0'),
      query("select 'bad'::json"),
      query("select sum('a'::text)"),
      query('select kind, count(*) from otel_logs_and_spans'),
      query('select a from projects'),
      query('select nam from projects'),
      query('drop table nosuch'),
      query('drop table if exists nosuch'),
      query('select 1 order by 2'),
      query('select * from projects limit -1'),
      query('select (select 1 union all select 2)'),
      query("select 'abc'::int"),
      query("select 1 + 'abc'"),
      query('select now() + 1'),
      query('select 9223372036854775807 + 1'),
      query('select 9223372036854775807 * 2'),
      query("select 'unterminated"),
      query('select projects.id from projects p'),
      query('select id from projects a, projects b'),
      query('create table projects (a int)'),
      query('set foo = 1'),
    ],
  },
  'FunctionCall (fastpath) int4pl via oid 177': {
    steps: [
      'FunctionCall {"oid": 177, "formats": [1], "values": ["00000002", "00000003"], "result": 1}',
      'FunctionCall {"oid": 999999}',
    ],
  },
  'unknown message type': { steps: ['Raw {"hex": "40 00000004"}'] },
  'Sync alone, Flush alone, Terminate in tx': { steps: ['Sync', 'Flush', lines('Sync', 'Sync')] },
  'Query while extended batch unsynced': {
    steps: [
      lines(parse('select 1'), 'Bind', 'Execute', query('select 2')),
      lines(parse('selec'), query('select 1'), 'Sync'),
    ],
  },
};
