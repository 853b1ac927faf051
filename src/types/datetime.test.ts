/** Dates, times and intervals against PostgreSQL: input, zones, arithmetic, templates. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { SqlError } from '../errors/sql-error.ts';
import { civilFromDays, daysFromCivil } from './calendar.ts';
import type { Datum } from './datum.ts';
import { timestampTzToChar } from './date-format.ts';
import { truncateTimestampTz } from './date-trunc.ts';
import { defaultFormats } from './format-settings.ts';
import { numericToChar } from './number-format.ts';
import { parseNumeric } from './numeric.ts';
import type { TypeName } from './sql-type.ts';
import { addToTimestampTz, ageOf } from './timestamp-arithmetic.ts';
import { timeZone } from './time-zone.ts';
import { sqlType } from './type-table.ts';
import { formatText, parseText } from './type-text.ts';

const zoneName = 'America/New_York';
const formats = { ...defaultFormats, timeZone: zoneName };
const zone = timeZone(zoneName);

let postgres: PGlite;
before(async () => {
  postgres = await PGlite.create();
  await postgres.exec(`set timezone = '${zoneName}'; create function answer(q text) returns text
    language plpgsql as $$ declare r text; begin execute 'select (' || q || ')::text' into r;
    return r; exception when others then return sqlerrm; end $$`);
});
after(() => postgres.close());

async function ask(expressions: readonly string[]): Promise<string[]> {
  const sql =
    'select answer(q) as text from unnest($1::text[]) with ordinality as t(q, n) order by n';
  const { rows } = await postgres.query<{ text: string }>(sql, [expressions]);
  return rows.map(({ text }) => text);
}

function shown(type: TypeName, compute: () => Datum | null): string | null {
  try {
    const value = compute();
    return value === null ? null : formatText(sqlType(type), value, formats);
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}

function timestampTz(text: string): bigint {
  return parseText(sqlType('timestamptz'), text, formats) as bigint;
}

const inputs: Readonly<Partial<Record<TypeName, readonly string[]>>> = {
  timestamptz: [
    '2024-01-05',
    '2024-01-05 10:11:12.123456789+02',
    'Jan 5 2024',
    'Fri Jan 05 10:11:12 2024 EST',
    '20240105T101112Z',
    '01/05/2024',
    '13/05/2024',
    '2024-02-30',
    '99-01-05',
    'epoch',
    'infinity',
    '2024-01-05 24:00',
    '2024-01-05 10:59:60',
    '2024-01-05 10:11:12 Europe/Berlin',
    '2024-07-05 10:11:12 MET DST',
    '2024-01-05 10:11:12 Foo/Bar',
    '2024-01-05 10:11:12+16',
    '2024-03-10 02:30',
    '2024-11-03 01:30',
    '1883-11-18 12:00',
    '2500-07-01 12:00',
    'J2451187',
    '2024-005',
    '2024-Jan-05',
    '24-Jan-05',
    '2024-01-05 12:30 PM',
    '0044-03-15 BC',
    '2024',
    '',
    '4714-11-23 BC',
    '0000-01-01',
  ],
  date: ['2024-02-29', '2023-02-29', '5.1.2024', 'infinity', '0001-01-01 BC', '4714-11-24 BC'],
  time: ['10:11', '101112', '04:05 PM', '24:00:01', '040506.789', '2024-01-05 10:11+05'],
  timetz: ['10:11+05', '10:11 EST', '2024-07-05 10:11 Europe/Berlin'],
  interval: [
    '1 day',
    '1.5 months',
    '-1 day +02:03',
    '1-2 3 4:05:06',
    'P1Y2M3DT4H5M6.7S',
    '1:2.5',
    '1 day ago',
    '90',
    '1-12',
    '6.6 months',
    '1 day 1 day',
    'P0001-02-03T04:05:06',
    '1 fortnight',
    '1:60',
  ],
};

test('input texts are read or refused as PostgreSQL does', async () => {
  for (const [type, texts] of Object.entries(inputs) as [string, readonly string[]][]) {
    const wanted = await ask(texts.map((text) => `'${text}'::${type}`));
    texts.forEach((text, i) => {
      const name = type as TypeName;
      const got = shown(name, () => parseText(sqlType(name), text, formats));
      assert.equal(got, wanted[i], `${type} '${text}'`);
    });
  }
});

const instants = [
  '2024-02-29 13:14:15.678901',
  '2024-03-10 01:30',
  '2024-11-03 00:30',
  '1999-12-31 23:59:59.999999',
  '1969-12-31 23:59:59.5',
  '0044-03-15 12:00 BC',
  '2024-12-30 05:00',
  '2038-07-01',
  '5000-06-15 10:00',
];
const spans = [
  '1 month',
  '1 day',
  '24 hours',
  '-1 month',
  '1 year 2 mons 3 days 04:05:06',
  '13 months',
];

test('months, days and hours move an instant as in PostgreSQL', async () => {
  const pairs = instants.flatMap((at) => spans.map((span) => [at, span] as const));
  const wanted = await ask(pairs.map(([at, span]) => `'${at}'::timestamptz + '${span}'::interval`));
  pairs.forEach(([at, span], i) => {
    const move = parseText(sqlType('interval'), span) as never;
    const got = shown('timestamptz', () => addToTimestampTz(timestampTz(at), move, zone));
    assert.equal(got, wanted[i], `${at} + ${span}`);
  });
});

test('date_trunc and age answer as PostgreSQL', async () => {
  const units = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'century', 'fortnight'];
  const pairs = instants.flatMap((at) => units.map((unit) => [at, unit] as const));
  const wanted = await ask(
    pairs.map(([at, unit]) => `date_trunc('${unit}', '${at}'::timestamptz)`),
  );
  pairs.forEach(([at, unit], i) => {
    const got = shown('timestamptz', () => truncateTimestampTz(unit, timestampTz(at), zone));
    assert.equal(got, wanted[i], `${unit} of ${at}`);
  });
  const plain = (text: string): bigint => parseText(sqlType('timestamp'), text) as bigint;
  const start = '2001-02-16 20:38:40';
  const ages = await ask(instants.map((at) => `age('${at}'::timestamp, '${start}'::timestamp)`));
  instants.forEach((at, i) => {
    assert.equal(
      shown('interval', () => ageOf(plain(at), plain(start))),
      ages[i],
      at,
    );
  });
});

const templates = [
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"',
  'FMDay, FMDD FMMonth YYYY',
  'DAY Dy DDDth D ID',
  'HH12:MI a.m. TZ',
  'Q CC J W WW IW IYYY IDDD',
  'Y,YYY AD RM TZH:TZM OF',
  'US FF2 SSSS',
];
const numberTemplates = [
  'FM999,990.00',
  'S9999.9',
  '999PR',
  '9.99EEEE',
  'RN',
  '0999',
  'MI99',
  'L9G999D99',
  '99th',
  '99V9',
];

test('templates show times and numbers as PostgreSQL does', async () => {
  const pairs = instants.flatMap((at) => templates.map((template) => [at, template] as const));
  const wanted = await ask(pairs.map(([at, t]) => `to_char('${at}'::timestamptz, '${t}')`));
  pairs.forEach(([at, template], i) => {
    assert.equal(
      timestampTzToChar(timestampTz(at), template, zone),
      wanted[i],
      `${at} ${template}`,
    );
  });
  const numbers = ['0', '-1', '12.345', '-0.5', '1234', '99999'];
  const shapes = numbers.flatMap((n) => numberTemplates.map((template) => [n, template] as const));
  const texts = await ask(shapes.map(([n, t]) => `to_char('${n}'::numeric, '${t}')`));
  shapes.forEach(([n, template], i) => {
    assert.equal(numericToChar(parseNumeric(n), template), texts[i], `${n} ${template}`);
  });
});

test('every day has one civil date', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2440588, max: 2145042905 }), (days) => {
      const { year, month, day } = civilFromDays(days);
      assert.equal(daysFromCivil(year, month, day), days);
    }),
  );
});

test('every instant survives its text', () => {
  const micros = fc.bigInt({ min: -210866803200000000n, max: 9200000000000000000n });
  fc.assert(
    fc.property(micros, (value) => {
      const text = formatText(sqlType('timestamptz'), value, formats);
      assert.equal(timestampTz(text), value, text);
    }),
  );
});
