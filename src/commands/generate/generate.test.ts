import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { must } from '../../errors/assert.ts';
import { builtInTables } from '../../storage/schemas/all.ts';
import { SpanCsv } from './span-csv.ts';
import { generateSpans, type SpanOptions } from './spans.ts';
import { diurnalWeight } from './world.ts';

const options: SpanOptions = { rows: 20_000, seed: 1, startMicros: 1_748_736_000_000_000, days: 1 };
const { columns } = must(
  builtInTables.find(({ name }) => name === 'otel_logs_and_spans'),
  'the table',
);

function csvLines(of: SpanOptions, count: number): string[] {
  const csv = new SpanCsv(columns);
  const lines: string[] = [];
  for (const rows of generateSpans(of)) {
    for (let row = 0; row < rows.count && lines.length < count; row++) {
      lines.push(csv.lines(rows, row, row + 1));
    }
  }
  return lines;
}

interface Row {
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly start: number;
  readonly end: number;
  readonly service: number;
  readonly outcome: number;
}

function allRows(of: SpanOptions): Row[] {
  const all: Row[] = [];
  for (const rows of generateSpans(of)) {
    for (let row = 0; row < rows.count; row++) {
      const start = rows.start[row] ?? 0;
      all.push({
        trace: rows.trace.subarray(row * 4, row * 4 + 4).join(),
        span: rows.span.subarray(row * 2, row * 2 + 2).join(),
        parent: rows.parent.subarray(row * 2, row * 2 + 2).join(),
        start,
        end: start + (rows.duration[row] ?? 0),
        service: (rows.instance[row] ?? 0) >> 3,
        outcome: rows.outcome[row] ?? 0,
      });
    }
  }
  return all;
}

test('the same seed gives the same first 10,000 lines, on every machine', () => {
  const hash = createHash('sha256').update(csvLines(options, 10_000).join('')).digest('hex');
  assert.equal(hash, '9b829eb9cf7caedabc7e23f682cce46428734cb77260041f134d6fb3f65ed8ff');
  assert.notDeepEqual(csvLines({ ...options, seed: 2 }, 10), csvLines(options, 10));
});

test('exactly the asked rows come, few or many', () => {
  for (const rows of [1, 7, 16_384, 40_001])
    assert.equal(allRows({ ...options, rows }).length, rows);
});

test('every parent exists in its trace, comes before its children and encloses them', () => {
  const known = new Map<string, Row>();
  let roots = 0;
  for (const row of allRows(options)) {
    const hasParent = (row.outcome & 1) !== 0;
    if (!hasParent) roots++;
    else {
      const parent = must(known.get(row.parent), 'the parent');
      assert.equal(parent.trace, row.trace);
      assert.ok(parent.start <= row.start && row.end <= parent.end);
    }
    known.set(row.span, row);
  }
  assert.ok(roots > 1_000 && roots < 15_000, `${roots} roots`);
});

test('rows per minute follow the curve of the day', () => {
  const perMinute = new Float64Array(1440);
  const first = options.startMicros / 60_000_000;
  for (const { start, outcome } of allRows({ ...options, rows: 144_000 })) {
    if ((outcome & 1) !== 0) continue;
    const minute = Math.floor(start / 60_000_000) - first;
    perMinute[minute] = (perMinute[minute] ?? 0) + 1;
  }
  const roots = perMinute.reduce((sum, count) => sum + count, 0);
  for (let hour = 0; hour < 24; hour++) {
    const counted = perMinute.subarray(hour * 60, hour * 60 + 60).reduce((sum, n) => sum + n, 0);
    let weight = 0;
    for (let minute = hour * 60; minute < hour * 60 + 60; minute++) weight += diurnalWeight(minute);
    const expected = (roots * weight) / 1440;
    assert.ok(
      Math.abs(counted - expected) < expected * 0.15,
      `hour ${hour}: ${counted}, ${expected}`,
    );
  }
});

test('a service fails often in some minutes, and seldom otherwise', () => {
  const counts = new Map<string, { errors: number; rows: number }>();
  const total = { errors: 0, rows: 0 };
  for (const { start, service, outcome } of allRows({ ...options, rows: 144_000 })) {
    const key = `${Math.floor(start / 60_000_000)} ${service}`;
    const count = counts.get(key) ?? { errors: 0, rows: 0 };
    counts.set(key, count);
    for (const each of [count, total]) {
      each.rows++;
      if (outcome >= 8) each.errors++;
    }
  }
  const bursts = [...counts.values()].filter(
    ({ errors, rows }) => rows >= 10 && errors / rows > 0.25,
  );
  assert.ok(total.errors / total.rows < 0.03, `${total.errors} of ${total.rows}`);
  assert.ok(bursts.length >= 5, `${bursts.length} bursts`);
});

test('about half of the columns are filled, and required ones in every row', () => {
  const filled = columns.map(() => 0);
  const lines = csvLines(options, 2_000);
  for (const line of lines) {
    line
      .trimEnd()
      .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
      .forEach((field, index) => {
        if (field !== '') filled[index] = (filled[index] ?? 0) + 1;
      });
  }
  assert.ok(filled.filter((count) => count > 0).length >= 40);
  for (const [index, { name, notNull }] of columns.entries()) {
    if (notNull) assert.equal(filled[index], lines.length, name);
  }
});
