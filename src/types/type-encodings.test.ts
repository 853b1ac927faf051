/** The encodings of PostgreSQL 15, in both directions. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultFormats } from './format-settings.ts';
import { decodeBinary, encodeBinary, fromStorageBytes, storageBytes } from './type-binary.ts';
import { formatText, parseText } from './type-text.ts';
import { findTypeByOid, layoutOf, sqlType } from './type-table.ts';

const file = join(process.cwd(), '../shared/captures/pg15-facts/type_encodings.tsv');
const skip = existsSync(file) ? false : 'the captures of PostgreSQL 15 are not here';
const rows = skip === false ? readFileSync(file, 'utf8').split('\n').slice(1) : [];

/** Their text comes from the catalog, or their input is not offered. */
const outputOnly = new Set(['regclass', 'regproc', 'regnamespace', 'record', 'void', 'jsonpath']);

function lookup(fact: string, key: string): string | undefined {
  return { class_name: 'pg_class', proc_name: 'now', namespace_name: 'pg_catalog' }[fact] ?? key;
}

const formats = { ...defaultFormats, lookup };
const seen: string[] = [];

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}

test('every vector encodes to and decodes from the bytes and text of PostgreSQL', { skip }, () => {
  for (const line of rows.slice(0, rows.indexOf('--- variants\t\t\t\t\t\t'))) {
    const [expression = '', oid = '', , , typmod = '-1', text = '', hex = ''] = line.split('\t');
    const record = findTypeByOid(Number(oid));
    if (record === undefined || hex === 'NULL') continue;
    const type = sqlType(record.name, Number(typmod));
    const decoded = decodeBinary(type, Buffer.from(hex, 'hex'));
    if (record.name !== 'jsonpath')
      assert.equal(formatText(type, decoded, formats), text, expression);
    assert.equal(Buffer.from(encodeBinary(type, decoded)).toString('hex'), hex, expression);
    seen.push(expression);
    if (layoutOf(record.name) === 'varlen') {
      const stored = fromStorageBytes(type, storageBytes(type, decoded));
      assert.deepEqual(plain(stored), plain(decoded), expression);
    }
    if (outputOnly.has(record.name)) continue;
    const parsed = parseText(type, text, formats);
    assert.deepEqual(plain(parsed), plain(decoded), expression);
    assert.equal(Buffer.from(encodeBinary(type, parsed)).toString('hex'), hex, expression);
  }
  assert.ok(seen.length > 80, `only ${seen.length} vectors were seen`);
});

test('styles change the text', () => {
  const type = sqlType('timestamptz');
  const value = parseText(type, '2025-06-01 01:02:03+00');
  const shown = (setting: object): string => formatText(type, value, { ...formats, ...setting });
  assert.equal(shown({ dateStyle: 'Postgres, MDY' }), 'Sun Jun 01 01:02:03 2025 UTC');
  assert.equal(shown({ dateStyle: 'SQL, DMY' }), '01/06/2025 01:02:03 UTC');
  assert.equal(shown({ dateStyle: 'German, DMY' }), '01.06.2025 01:02:03 UTC');
  assert.equal(shown({ timeZone: 'America/New_York' }), '2025-05-31 21:02:03-04');
  assert.equal(shown({ timeZone: 'Asia/Kolkata' }), '2025-06-01 06:32:03+05:30');
  const interval = sqlType('interval');
  const span = (text: string, style: string): string =>
    formatText(interval, parseText(interval, text), { ...formats, intervalStyle: style });
  assert.equal(span('1 year 2 mons 3 days 04:05:06.7', 'iso_8601'), 'P1Y2M3DT4H5M6.7S');
  assert.equal(
    span('1 year 2 mons -3 days 04:05:06.7', 'postgres_verbose'),
    '@ 1 year 2 mons -3 days 4 hours 5 mins 6.7 secs',
  );
  assert.equal(span('1 year 2 mons 3 days 04:05:06.7', 'sql_standard'), '+1-2 +3 +4:05:06.7');
  const bytea = sqlType('bytea');
  const bytes = parseText(bytea, '\\xdeadbeef00');
  assert.equal(
    formatText(bytea, bytes, { ...formats, byteaOutput: 'escape' }),
    '\\336\\255\\276\\357\\000',
  );
  const float = sqlType('float8');
  assert.equal(formatText(float, 0.1 + 0.2, { ...formats, extraFloatDigits: 0 }), '0.3');
  assert.equal(formatText(float, 0.1 + 0.2, formats), '0.30000000000000004');
});
