/**
 * `timefusion generate --rows N`: deterministic telemetry into otel_logs_and_spans of the data
 * folder, or as CSV on standard output (`--csv`). The same options give the same rows.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { ConfigError, deriveLimits, readConfig } from '../config.ts';
import { Database } from '../database.ts';
import { batchRowsMax } from '../columns/batch.ts';
import { must } from '../errors/assert.ts';
import { Arena, Budget } from '../memory/arena.ts';
import type { ColumnDefinition, StoreTransaction, Table } from '../catalog/table.ts';
import { defaultFormats } from '../types/format-settings.ts';
import { formatText } from '../types/type-text.ts';
import { generateSpans, type Span, type SpanOptions } from './generate/spans.ts';
import { spanBatch, spanValue } from './generate/span-columns.ts';
import { ProgressBar } from './progress-bar.ts';

const help = `timefusion generate --rows N [--seed 1] [--start 2025-06-01T00:00:00Z] [--days 1] [--csv]
`;

export async function runGenerate(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string' },
      seed: { type: 'string', default: '1' },
      start: { type: 'string', default: '2025-06-01T00:00:00Z' },
      days: { type: 'string', default: '1' },
      csv: { type: 'boolean', default: false },
    },
  });
  const rows = Number(values.rows);
  const startMs = Date.parse(values.start);
  if (!Number.isInteger(rows) || rows < 1 || Number.isNaN(startMs)) throw new ConfigError(help);
  const options: SpanOptions = {
    rows,
    seed: Number(values.seed),
    startMicros: startMs * 1000,
    days: Number(values.days),
  };
  const config = readConfig([]);
  const limits = deriveLimits(config);
  const database = await Database.open({
    dataDir: values.csv ? '' : config.get('TIMEFUSION_DATA_DIR'),
    memoryBytes: limits.memoryBytes,
    workers: 0,
  });
  const { store } = database.environment;
  const table = must(store.findTable('public', 'otel_logs_and_spans', undefined), 'the table');
  if (values.csv) await writeCsv(options, table.definition.columns);
  else await generateInto(database, table, options);
  await database.close();
}

/** Rows per transaction: large enough to go straight to segment files. */
const rowsPerCommit = 1 << 20;

export async function generateInto(
  database: Database,
  table: Table,
  options: SpanOptions,
): Promise<void> {
  const { store } = database.environment;
  const bar = new ProgressBar('generate', options.rows);
  const arena = new Arena(new Budget(1 << 30));
  let transaction: StoreTransaction = store.begin();
  let uncommitted = 0;
  let done = 0;
  for (const spans of batched(generateSpans(options), batchRowsMax)) {
    arena.reset();
    const batch = spanBatch(spans, table.definition.columns, arena);
    const write = transaction.write(table.definition.oid);
    await write.ready();
    write.insert(batch);
    uncommitted += spans.length;
    done += spans.length;
    bar.update(done);
    if (uncommitted < rowsPerCommit) continue;
    await transaction.commit();
    transaction = store.begin();
    uncommitted = 0;
  }
  await transaction.commit();
  arena.free();
  bar.end(done);
}

function* batched(spans: Iterable<Span>, size: number): Generator<Span[]> {
  let batch: Span[] = [];
  for (const span of spans) {
    batch.push(span);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function writeCsv(options: SpanOptions, columns: readonly ColumnDefinition[]): Promise<void> {
  const bar = new ProgressBar('generate', options.rows);
  process.stdout.write(`${columns.map(({ name }) => name).join(',')}\n`);
  let done = 0;
  for (const spans of batched(generateSpans(options), 1024)) {
    const text = spans.map((span) => csvLine(span, columns)).join('');
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    done += spans.length;
    bar.update(done);
  }
  bar.end(done);
}

function csvLine(span: Span, columns: readonly ColumnDefinition[]): string {
  const fields = columns.map(({ name, type }) => {
    const value = spanValue(name)?.(span) ?? null;
    return value === null ? '' : csvField(formatText(type, value, defaultFormats));
  });
  return `${fields.join(',')}\n`;
}

function csvField(text: string): string {
  return /[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}
