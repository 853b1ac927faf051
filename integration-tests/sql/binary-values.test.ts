/**
 * Values in binary, byte for byte as PostgreSQL sends them, and read back from binary parameters.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServerProcess } from '../server/server-process.ts';
import { openPglitePeer, openWirePeer, type Peer } from './peer.ts';

/** Texts of values by type: limits, empty ones, and what encodings get wrong. */
const values: Readonly<Record<string, readonly string[]>> = {
  bool: ['true', 'false'],
  int2: ['0', '-32768', '32767'],
  int4: ['-2147483648', '2147483647', '-1'],
  int8: ['-9223372036854775808', '9223372036854775807', '4294967296'],
  oid: ['0', '4294967295'],
  float4: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '3.4028235e38', '1e-45', '0.1'],
  float8: ['0', '-0', 'NaN', 'Infinity', '-Infinity', '1.7976931348623157e308', '5e-324', '0.1'],
  numeric: [
    '0',
    '0.00',
    '1',
    '-1',
    '1.50',
    '10000',
    '9999',
    '99999999',
    '0.0001',
    '0.00001',
    '-12345.6789',
    '123456789012345678901234567890.123456789',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e-20',
    '1e100',
    '100000000000000000000',
    '1000.0010',
    '0.10000000000000000000',
  ],
  text: ['', 'a', 'café 日本 😀', 'line\nbreak'],
  varchar: ['', 'varchar'],
  'char(5)': ['ab', ''],
  name: ['name'],
  '"char"': ['x', ''],
  bytea: ['\\x', '\\x00ff10', 'text'],
  date: ['2000-01-01', '1999-12-31', '4713-01-01 BC', 'infinity', '-infinity', '5874897-12-31'],
  time: ['00:00', '23:59:59.999999', '24:00'],
  timetz: ['12:00+05:30', '00:00-12', '23:59:59.999999+00'],
  timestamp: ['2000-01-01', '1999-12-31 23:59:59.999999', 'infinity', '-infinity', '0044-03-15 BC'],
  timestamptz: ['2000-01-01 00:00+00', '2025-06-01 12:34:56.789+02', 'infinity', '-infinity'],
  interval: [
    '0',
    '1 year 2 mons 3 days 04:05:06.789',
    '-1 mons +1 day -00:00:00.000001',
    '100 hours',
  ],
  uuid: ['00112233-4455-6677-8899-aabbccddeeff'],
  json: ['{"b": 1,  "a": 2}', 'null'],
  jsonb: ['{"b": 1,  "a": [2.50, null]}', '"x"', '[]'],
  'int4[]': ['{}', '{1,NULL,3}', '{{1,2},{3,4}}', '[0:1]={5,6}'],
  'text[]': ['{}', '{a,"b c",NULL,""}'],
  'numeric[]': ['{1.50,NaN}'],
  'timestamptz[]': ['{2025-01-01 00:00+00,infinity}'],
  'jsonb[]': ['{"{\\"a\\": 1}",NULL}'],
  'bool[]': ['{t,f,NULL}'],
  'float8[]': ['{1.5,NaN,-0}'],
  'uuid[]': ['{00112233-4455-6677-8899-aabbccddeeff}'],
  'interval[]': ['{1 day,NULL}'],
  'bit(5)': ['10101'],
  varbit: ['', '1', '101010101'],
  inet: ['192.168.1.1', '192.168.0.0/16', '::1', 'fe80::/10'],
  cidr: ['10.0.0.0/8'],
  int2vector: ['1 2 3'],
  regtype: ['integer', 'text[]'],
  xid: ['1'],
  pg_lsn: ['16/B374D848'],
};

let server: ServerProcess;
let ours: Peer;
let judge: Peer;

before(async () => {
  server = await ServerProcess.start();
  ours = await openWirePeer(server.port);
  judge = await openPglitePeer();
  for (const peer of [ours, judge]) await peer.run("set timezone = 'UTC'");
});

after(async () => {
  await ours.close();
  await judge.close();
  await server.stop();
});

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

for (const [type, texts] of Object.entries(values)) {
  test(`${type} has PostgreSQL's bytes`, async () => {
    const items = texts.map((text) => `${quoted(text)}::${type}`).join(', ');
    for (const sql of [`select ${items}`, `select null::${type}, array[${items}]`]) {
      // A list of these types has another form than their values.
      if (sql.includes('array[') && (type.endsWith('[]') || type === 'int2vector')) continue;
      const expected = await judge.runExtended(sql, 1);
      const actual = await ours.runExtended(sql, 1);
      assert.equal(expected.failure, undefined, sql);
      assert.deepEqual(actual.failure, undefined, sql);
      const bytes = (answer: typeof expected) =>
        answer.rows.map((row) => row.map((value) => value?.toString('hex') ?? null));
      const shape = (answer: typeof expected) =>
        answer.columns?.map(({ name, typeOid, typmod }) => [name, typeOid, typmod]);
      assert.deepEqual(shape(actual), shape(expected), sql);
      assert.deepEqual(bytes(actual), bytes(expected), sql);
    }
  });

  test(`${type} is read from the bytes that were sent`, async () => {
    const select = `select ${texts.map((text) => `${quoted(text)}::${type}`).join(', ')}`;
    const sent = (await judge.runExtended(select, 1)).rows[0] ?? [];
    const back = `select ${texts.map((_, index) => `$${index + 1}::${type}::text`).join(', ')}`;
    const wanted = `select ${texts.map((text) => `${quoted(text)}::${type}::text`).join(', ')}`;
    const expected = (await judge.run(wanted)).rows;
    const actual = await ours.runWith(back, sent);
    assert.equal(actual.failure, undefined, back);
    assert.deepEqual(actual.rows.map(String), expected.map(String));
  });
}
