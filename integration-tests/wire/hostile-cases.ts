/**
 * Hostile inputs and what a server has to make of them: one row per input, by the numbers of the
 * list of threats.
 *
 * An outcome is the errors that the client hears and how it ends: `A` the session is alive and
 * answers a query, `X` a FATAL error and the end, `C` closed without a word.
 */
import { startup, startupFrame } from './frontend-frames.ts';

export interface HostileCase {
  readonly number: number;
  readonly what: string;
  /** Bytes instead of a startup packet. */
  readonly first?: Buffer;
  /** Fields of the startup packet, in place of a good user and database. */
  readonly startup?: Readonly<Record<string, unknown>>;
  /** Messages after the login, as lines of a wire script. */
  readonly send?: readonly string[];
  readonly outcome: string;
  /** PostgreSQL's, where it is another. */
  readonly postgres?: string;
  /** What PostgreSQL does instead of ending or answering. */
  readonly postgresGoesOn?: string;
}

export interface ShownElsewhere {
  readonly number: number;
  readonly file: string;
  /** Part of a test's name in that file. */
  readonly test: string;
}

const query = (sql: string): string => `Query ${JSON.stringify({ sql })}`;
const parse = (sql: string, name = ''): string => `Parse ${JSON.stringify({ name, sql })}`;
const raw = (hex: string): string => `Raw ${JSON.stringify({ hex })}`;
const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex');
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const copyBad = (sql: string, data: string): readonly string[] => [
  query(sql),
  `CopyData ${JSON.stringify({ hex: data })}`,
  'CopyDone',
];
const copyText = (sql: string, text: string): readonly string[] => copyBad(sql, hex(text));
const bindOne = (fields: object): readonly string[] => [
  parse('select $1::int4'),
  `Bind ${JSON.stringify(fields)}`,
  'Execute',
  'Sync',
];
const kept = 'create temp table kept (a int, b text)';

const beforeLogin: readonly HostileCase[] = [
  { number: 3, what: 'a startup length of 0', first: bytes('00000000'), outcome: 'C' },
  { number: 3, what: 'a startup length of 3', first: bytes('00000003'), outcome: 'C' },
  { number: 3, what: 'a startup length of 7', first: bytes('00000007'), outcome: 'C' },
  { number: 3, what: 'a startup length of 2^32-1', first: bytes('ffffffff'), outcome: 'C' },
  { number: 4, what: 'a startup length above 10,004', first: bytes('00002715'), outcome: 'C' },
  { number: 5, what: 'HTTP', first: Buffer.from('GET / HTTP/1.1\r\n\r\n'), outcome: 'C' },
  { number: 5, what: 'an SSH banner', first: Buffer.from('SSH-2.0-x\r\n'), outcome: 'C' },
  { number: 5, what: 'a bare ClientHello', first: bytes('16030100050100000100'), outcome: 'C' },
  { number: 6, what: 'protocol 4.0', startup: { version: 0x40000 }, outcome: '0A000 X' },
  { number: 7, what: 'protocol 3.2', startup: { version: 0x30002 }, outcome: 'A' },
  { number: 7, what: 'protocol 3.9999', startup: { version: 0x3270f }, outcome: 'A' },
  { number: 7, what: 'an unknown protocol option', startup: { '_pq_.x': '1' }, outcome: 'A' },
  { number: 8, what: 'no user', first: startup({ database: 'postgres' }), outcome: '28000 X' },
  { number: 8, what: 'an empty user', startup: { user: '' }, outcome: '28000 X' },
  {
    number: 9,
    what: 'a startup packet without terminator',
    first: startupFrame(0x30000, 'user\0postgres\0'),
    outcome: '08P01 X',
  },
  {
    number: 9,
    what: "a startup body of 'aaaa'",
    first: startupFrame(0x30000, 'aaaa'),
    outcome: '08P01 X',
  },
  { number: 10, what: 'an unknown parameter', startup: { nosuch: '1' }, outcome: '42704 X' },
  {
    number: 10,
    what: 'a negative timeout',
    startup: { statement_timeout: '-5' },
    outcome: '22023 X',
  },
  {
    number: 10,
    what: 'an unknown client_encoding',
    startup: { client_encoding: 'FOO' },
    outcome: '22023 X',
  },
  {
    number: 11,
    what: 'a path as database',
    startup: { database: '../../etc/passwd' },
    outcome: '3D000 X',
  },
  {
    number: 12,
    what: 'session_authorization in options',
    startup: { user: 'lowly', options: '-c session_authorization=postgres' },
    outcome: '42501 X',
  },
  {
    number: 13,
    what: 'replication=true',
    startup: { replication: 'true' },
    outcome: '0A000 X',
    postgresGoesOn: 'it speaks the replication protocol',
  },
  {
    number: 14,
    what: 'a user of 9,000 bytes',
    startup: { user: 'x'.repeat(9_000) },
    outcome: '28000 X',
  },
  {
    number: 14,
    what: 'a user with newlines and escapes',
    startup: { user: 'a\n\u001b[31mb' },
    outcome: '28000 X',
  },
  {
    number: 19,
    what: 'a CancelRequest with a wrong key',
    first: bytes('00000010 04d2162e 00000001 00000002'),
    outcome: 'C',
  },
  {
    number: 19,
    what: 'a CancelRequest of 12 bytes',
    first: bytes('0000000c 04d2162e 00000001'),
    outcome: 'C',
  },
  {
    number: 19,
    what: 'a CancelRequest of 20 bytes',
    first: bytes('00000014 04d2162e 00000001 00000001 00000001'),
    outcome: 'C',
  },
];

const messages: readonly HostileCase[] = [
  ...['00', '01', '7a', 'ff', '70'].map((code) => ({
    number: 28,
    what: `message type 0x${code}`,
    send: [raw(`${code}00000004`)],
    outcome: '08P01 X',
  })),
  ...['00000000', '00000003', 'ffffffff', '40000000'].map((length) => ({
    number: 29,
    what: `a length of 0x${length}`,
    send: [raw(`51${length}`)],
    outcome: length === '40000000' ? '54000 X' : '08P01 X',
    postgres: 'C',
  })),
  {
    number: 30,
    what: 'a Query that announces 900 MiB',
    send: [raw('5138400000')],
    outcome: '54000 X',
    postgresGoesOn: 'it waits for 900 MiB',
  },
  {
    number: 31,
    what: 'a Close of 20,000 bytes',
    send: [raw('4300004e20')],
    outcome: '08P01 X',
    postgres: 'C',
  },
  { number: 32, what: 'a Query without body', send: [raw('5100000004')], outcome: '08P01 A' },
  {
    number: 32,
    what: 'a Query without terminator',
    send: [raw(`5100000008${hex('sele')}`)],
    outcome: '08P01 A',
  },
  {
    number: 32,
    what: 'a Query with a zero byte inside',
    send: [raw(`510000000d${hex('sel\0ect1\0')}`)],
    outcome: '08P01 A',
  },
  ...['ff', 'eda080', 'c0af'].map((sequence) => ({
    number: 33,
    what: `a Query with the bytes ${sequence}`,
    send: [
      raw(
        `51${(4 + 9 + sequence.length / 2 + 2).toString(16).padStart(8, '0')}` +
          `${hex("select 'x")}${sequence}${hex("'\0")}`,
      ),
    ],
    outcome: '22021 A',
  })),
  { number: 34, what: 'a Sync with a body', send: [raw('530000000500')], outcome: '08P01 A' },
  { number: 35, what: 'an empty query', send: [query('')], outcome: 'A' },
  {
    number: 36,
    what: 'a Bind with a value too few',
    send: bindOne({ values: [] }),
    outcome: '08P01 A',
  },
  {
    number: 36,
    what: 'a Bind that announces 65,535 values and sends none',
    send: [parse('select $1::int4'), raw('420000000a 0000 0000 ffff'), 'Sync'],
    outcome: '08P01 A',
  },
  {
    number: 36,
    what: 'a Bind of 65,535 values',
    send: [
      `Parse ${JSON.stringify({
        sql: 'select 1 / ($65535 = $1)::int',
        oids: Array.from({ length: 65_535 }, () => 25),
      })}`,
      `Bind ${JSON.stringify({ values: Array.from({ length: 65_535 }, () => 'x') })}`,
      'Execute',
      'Sync',
    ],
    outcome: 'A',
  },
  {
    number: 37,
    what: 'a value of length -2',
    send: [parse('select $1::int4'), raw('420000000e 0000 0000 0001 fffffffe'), 'Sync'],
    outcome: '08P01 A',
  },
  {
    number: 37,
    what: 'a value that ends past the message',
    send: [parse('select $1::int4'), raw('420000000e 0000 0000 0001 00000064'), 'Sync'],
    outcome: '08P01 A',
  },
  {
    number: 38,
    what: 'format code 2',
    send: bindOne({ formats: [2], values: ['1'] }),
    outcome: '22023 A',
  },
  {
    number: 38,
    what: 'format code 7 for results',
    send: bindOne({ values: ['1'], results: [7] }),
    outcome: '22023 A',
  },
  {
    number: 38,
    what: 'three formats for one value',
    send: bindOne({ formats: [0, 0, 0], values: ['1'] }),
    outcome: '08P01 A',
  },
  {
    number: 39,
    what: 'a binary int4 of 3 bytes',
    send: bindOne({ formats: [1], values: [{ hex: '000001' }] }),
    outcome: '08P01 A',
  },
  {
    number: 39,
    what: 'a binary int4 of 5 bytes',
    send: bindOne({ formats: [1], values: [{ hex: '0000000001' }] }),
    outcome: '22P03 A',
  },
  ...[0, 1].flatMap((format) =>
    ['ff', '610062'].map((value) => ({
      number: 40,
      what: `a text value ${value} in format ${format}`,
      send: [
        parse('select $1::text'),
        `Bind ${JSON.stringify({ formats: [format], values: [{ hex: value }] })}`,
        'Execute',
        'Sync',
      ],
      outcome: '22021 A',
    })),
  ),
  {
    number: 41,
    what: 'Bind of an unknown statement',
    send: ['Bind {"statement": "no"}', 'Sync'],
    outcome: '26000 A',
  },
  {
    number: 41,
    what: 'Execute of an unknown portal',
    send: ['Execute {"portal": "no"}', 'Sync'],
    outcome: '34000 A',
  },
  {
    number: 41,
    what: 'Describe of an X',
    send: [raw('44000000065800'), 'Sync'],
    outcome: '08P01 A',
  },
  {
    number: 41,
    what: 'Close of nothing',
    send: ['Close {"statement": "no"}', 'Close {"portal": "no"}', 'Sync'],
    outcome: 'A',
  },
  {
    number: 42,
    what: 'a statement name twice',
    send: [parse('select 1', 's'), parse('select 2', 's'), 'Sync'],
    outcome: '42P05 A',
  },
  {
    number: 42,
    what: 'a portal name twice',
    send: [parse('select 1'), 'Bind {"portal": "p"}', 'Bind {"portal": "p"}', 'Sync'],
    outcome: '42P03 A',
  },
  {
    number: 42,
    what: 'two commands in Parse',
    send: [parse('select 1; select 2'), 'Sync'],
    outcome: '42601 A',
  },
  { number: 43, what: '$65536', send: [parse('select $65536::int'), 'Sync'], outcome: '42P18 A' },
  { number: 43, what: '$0', send: [parse('select $0::int'), 'Sync'], outcome: '42P02 A' },
  {
    number: 43,
    what: 'a parameter of no type',
    send: [parse('select $1 is null'), 'Sync'],
    outcome: '42P18 A',
  },
  {
    number: 43,
    what: 'parameter type OID 999999',
    send: ['Parse {"sql": "select $1", "oids": [999999]}', 'Sync'],
    outcome: '42704 A',
    postgres: 'XX000 A',
  },
  {
    number: 44,
    what: 'messages between an error and Sync',
    send: [parse('selec'), parse('select 1'), 'Bind', 'Execute', query('select 1/0'), 'Sync'],
    outcome: '42601 A',
  },
  {
    number: 45,
    what: 'Execute with -5 rows, and again after the end',
    send: [parse('select 1'), 'Bind', 'Execute {"rows": -5}', 'Execute', 'Sync'],
    outcome: 'A',
  },
  {
    number: 46,
    what: 'COPY messages outside of COPY',
    send: ['CopyData {"text": "x"}', 'CopyDone', 'CopyFail {"message": "x"}'],
    outcome: 'A',
  },
  {
    number: 47,
    what: 'a bad value in COPY',
    send: [query(kept), ...copyText('copy kept from stdin', '1\ta\nx\tb\n')],
    outcome: '22P02 A',
  },
  {
    number: 47,
    what: 'a column too few in COPY',
    send: [query(kept), ...copyText('copy kept from stdin', '1\ta\n2\n')],
    outcome: '22P04 A',
  },
  {
    number: 47,
    what: 'a column too many in COPY',
    send: [query(kept), ...copyText('copy kept from stdin', '1\ta\tb\n')],
    outcome: '22P04 A',
  },
  {
    number: 47,
    what: 'bad UTF-8 in COPY',
    send: [query(kept), ...copyBad('copy kept from stdin', '3109ff0a')],
    outcome: '22021 A',
  },
  {
    number: 47,
    what: 'CopyFail, and no row is kept',
    send: [
      query(kept),
      query('copy kept from stdin'),
      'CopyData {"text": "1\\ta\\n"}',
      'CopyFail {"message": "enough"}',
      query('select 1 / (select count(*) from kept)'),
    ],
    outcome: '57014 22012 A',
  },
  {
    number: 48,
    what: 'a Query in COPY',
    send: [query(kept), query('copy kept from stdin'), query('select 1')],
    outcome: '08P01 08P01 X',
  },
  {
    number: 48,
    what: 'Sync and Flush in COPY',
    send: [query(kept), query('copy kept from stdin'), 'Sync', 'Flush', 'CopyDone'],
    outcome: 'A',
  },
  ...(
    [
      ['without arguments', '{"oid": 177}', '08P01'],
      [
        'with two formats for one value',
        '{"oid": 77, "formats": [1, 1], "values": ["78"]}',
        '08P01',
      ],
      ['with 3 bytes for an int4', '{"oid": 212, "formats": [1], "values": ["000001"]}', '08P01'],
      [
        'with 5 bytes for an int4',
        '{"oid": 212, "formats": [1], "values": ["0000000001"]}',
        '22P03',
      ],
      ['with a word for an int4', '{"oid": 212, "values": ["61"]}', '22P02'],
      ['with format 7', '{"oid": 212, "formats": [7], "values": ["31"]}', '22023'],
      ['of an aggregate', '{"oid": 2108, "values": ["31"]}', '0A000'],
    ] as const
  ).map(([what, fields, error]) => ({
    number: 49,
    what: `FunctionCall ${what}`,
    send: [`FunctionCall ${fields}`],
    outcome: `${error} A`,
  })),
  {
    number: 49,
    what: 'FunctionCall with a text and a NULL',
    send: [
      'FunctionCall {"oid": 212, "values": ["2d31"]}',
      'FunctionCall {"oid": 212, "values": [null]}',
    ],
    outcome: 'A',
  },
  {
    number: 49,
    what: 'FunctionCall of nothing',
    send: ['FunctionCall {"oid": 999999}'],
    outcome: '42883 A',
  },
  {
    number: 50,
    what: 'an error between two statements',
    send: [query('select 1; select 1/0; select 2')],
    outcome: '22012 A',
  },
  {
    number: 50,
    what: 'a write before an error of the same string',
    send: [
      query(kept),
      query("insert into kept values (1, 'a'); select 1/0"),
      query('select 1 / (select count(*) from kept)'),
    ],
    outcome: '22012 22012 A',
  },
  {
    number: 51,
    what: 'a statement in a failed transaction',
    send: [query('begin'), query('select 1/0'), query('select 1'), query('rollback')],
    outcome: '22012 25P02 A',
  },
];

export const hostileCases: readonly HostileCase[] = [...beforeLogin, ...messages];

const wire = 'integration-tests/wire/';
const server = 'integration-tests/server/';

export const shownElsewhere: readonly ShownElsewhere[] = [
  { number: 1, file: `${wire}hostile.test.ts`, test: 'a first packet of ${name} is closed' },
  { number: 2, file: `${wire}hostile.test.ts`, test: 'a client that trickles one byte' },
  { number: 15, file: `${wire}hostile.test.ts`, test: 'bytes behind an SSLRequest are refused' },
  { number: 16, file: `${wire}hostile-table.test.ts`, test: 'plaintext after S is closed' },
  { number: 17, file: `${wire}hostile-table.test.ts`, test: 'a stalled handshake is closed' },
  { number: 18, file: `${wire}hostile.test.ts`, test: 'encryption may be asked for once each' },
  { number: 20, file: `${wire}hostile-table.test.ts`, test: 'a flood of CancelRequests' },
  { number: 20, file: `${wire}hostile-table.test.ts`, test: 'cancel requests of one address' },
  { number: 21, file: `${wire}hostile.test.ts`, test: 'a query before the end of the login' },
  { number: 22, file: `${wire}login.test.ts`, test: 'SASL messages that are wrong' },
  { number: 23, file: `${server}login.test.ts`, test: 'a wrong password and an unknown user' },
  { number: 24, file: `${wire}login.test.ts`, test: 'SASL messages that are wrong' },
  { number: 25, file: `${wire}hostile-table.test.ts`, test: 'a flood of failing logins' },
  { number: 26, file: `${server}sessions.test.ts`, test: 'one connection too many hears 53300' },
  {
    number: 27,
    file: `${wire}hostile-table.test.ts`,
    test: 'the server listens while it recovers',
  },
  { number: 27, file: `${wire}login.test.ts`, test: 'closing lets statements finish' },
  { number: 52, file: `${wire}hostile.test.ts`, test: 'a client that half-closes still gets' },
  { number: 53, file: `${wire}hostile.test.ts`, test: 'a flood of Syncs that nobody reads' },
  { number: 54, file: `${wire}hostile-table.test.ts`, test: 'many statements in one Query' },
  { number: 55, file: `${wire}framing.test.ts`, test: 'a session sent byte by byte' },
];
