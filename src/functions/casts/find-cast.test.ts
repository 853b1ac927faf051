/** The cast table against PostgreSQL 15's pg_cast, and casts of values. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqlError } from '../../errors/sql-error.ts';
import type { Arena } from '../../memory/arena.ts';
import type { EvaluationContext } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { parseTypeName } from '../../types/type-name.ts';
import { sqlType } from '../../types/type-table.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import { applyTypmod } from '../../types/typmod.ts';
import { findCast } from './find-cast.ts';

const file = join(process.cwd(), '../shared/captures/pg15-facts/pg_cast.tsv');
const skip = existsSync(file) ? false : 'the captures of PostgreSQL 15 are not here';
const contexts: Readonly<Record<string, string>> = {
  i: 'implicit',
  a: 'assignment',
  e: 'explicit',
};

function typeNamed(text: string): TypeName | undefined {
  return text === 'character' ? 'bpchar' : parseTypeName(text)?.name;
}

test('every cast of pg_cast between known types is here with its context', { skip }, () => {
  let seen = 0;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [source = '', target = '', context = ''] = line.split('\t');
    const [from, to] = [typeNamed(source), typeNamed(target)];
    if (from === undefined || to === undefined) continue;
    assert.equal(findCast(from, to)?.context, contexts[context], `${source} to ${target}`);
    seen += 1;
  }
  assert.ok(seen > 150, `only ${seen} casts were seen`);
});

const context: EvaluationContext = {
  arena: undefined as unknown as Arena,
  timeZone: 'America/New_York',
  transactionMicros: 1_704_067_200_000_000n,
  statementMicros: 0n,
  session: {},
  formats: {},
  catalog: { find: () => undefined },
};

function cast(from: TypeName, text: string, to: string): string {
  const target = parseTypeName(to) ?? sqlType('void');
  const record = findCast(from, target.name);
  assert.ok(record, `${from} to ${to}`);
  const value = record.convert(context, parseText(sqlType(from), text), target);
  return formatText(target, value, { ...noFormats, timeZone: context.timeZone });
}

const noFormats = {
  dateStyle: 'ISO, MDY',
  intervalStyle: 'postgres',
  timeZone: 'UTC',
  byteaOutput: 'hex',
  extraFloatDigits: 1,
};

const answers: readonly (readonly [TypeName, string, string, string])[] = [
  ['float8', '2.5', 'integer', '2'],
  ['float8', '-3.5', 'bigint', '-4'],
  ['numeric', '2.5', 'integer', '3'],
  ['float8', '0.1', 'numeric', '0.1'],
  ['float8', '1234567890123456789', 'numeric', '1234567890123460000'],
  ['float4', '3.14159', 'numeric', '3.14159'],
  ['numeric', '1.005', 'numeric(5,2)', '1.01'],
  ['text', 'abcdef', 'varchar(3)', 'abc'],
  ['int4', '42', 'text', '42'],
  ['bool', 't', 'text', 'true'],
  ['inet', '10.0.0.1', 'text', '10.0.0.1/32'],
  ['bpchar', 'ab  ', 'text', 'ab'],
  ['int4', '5', 'bit(4)', '0101'],
  ['timestamp', '2024-03-10 02:30', 'timestamptz', '2024-03-10 03:30:00-04'],
  ['timestamptz', '2024-07-01 02:30+00', 'date', '2024-06-30'],
  ['interval', '-1 hour', 'time', '23:00:00'],
  ['_int4', '{1,2,NULL}', 'text[]', '{1,2,NULL}'],
  ['_text', '{1,2}', 'bigint[]', '{1,2}'],
  ['jsonb', '12.5', 'integer', '13'],
  ['text', '{1,2}', 'int[]', '{1,2}'],
];

test('values become those that PostgreSQL makes of them', () => {
  for (const [from, text, to, expected] of answers) {
    assert.equal(cast(from, text, to), expected, `${text}::${from} to ${to}`);
  }
});

test('what does not fit is an error', () => {
  assert.throws(() => cast('int8', '40000', 'smallint'), { message: 'smallint out of range' });
  assert.throws(() => cast('jsonb', '"a"', 'integer'), {
    message: 'cannot cast jsonb string to type integer',
  });
  assert.throws(() => cast('numeric', '1e400', 'float8'), SqlError);
  assert.throws(() => applyTypmod(sqlType('varchar', 7), 'abcd', false), {
    message: 'value too long for type character varying(3)',
  });
});
