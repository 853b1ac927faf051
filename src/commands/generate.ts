/**
 * `timefusion generate --rows N`: deterministic telemetry into otel_logs_and_spans of the data
 * folder, or as CSV on standard output (`--csv`). The same options give the same rows.
 */
import { once } from 'node:events';
import { ConfigError } from '../config.ts';
import { Arena, Budget } from '../memory/arena.ts';
import type { Database } from '../database.ts';
import { must } from '../errors/assert.ts';
import { builtInTables } from '../storage/schemas/all.ts';
import type { Store, StoreTransaction, Table } from '../catalog/table.ts';
import { readFlags } from './command-options.ts';
import { SpanColumns } from './generate/span-columns.ts';
import { SpanCsv } from './generate/span-csv.ts';
import { generateSpans, type SpanOptions } from './generate/spans.ts';
import { openFolder } from './open-folder.ts';
import { ProgressBar } from './progress-bar.ts';

const usage =
  'timefusion generate --rows N [--seed 1] [--start 2025-06-01T00:00:00Z] [--days 1] [--csv]';
const tableName = 'otel_logs_and_spans';

export async function runGenerate(args: readonly string[]): Promise<void> {
  const flags = readFlags(
    args,
    {
      rows: { type: 'string' },
      seed: { type: 'string', default: '1' },
      start: { type: 'string', default: '2025-06-01T00:00:00Z' },
      days: { type: 'string', default: '1' },
      csv: { type: 'boolean', default: false },
    },
    usage,
  );
  const [word] = flags.words;
  if (word !== undefined) throw new ConfigError(`unexpected argument "${word}"\n${usage}`);
  const startMs = Date.parse(flags.text('start') ?? '');
  if (Number.isNaN(startMs) || startMs < 0) {
    throw new ConfigError(
      `--start is "${flags.text('start')}"; it takes a time since 1970\n${usage}`,
    );
  }
  const options: SpanOptions = {
    rows: flags.count('rows', 1),
    seed: flags.count('seed', 0),
    startMicros: startMs * 1000,
    days: readDays(flags.text('days') ?? ''),
  };
  if (flags.isSet('csv')) await writeCsv(options);
  else await fillFolder(options);
}

function readDays(text: string): number {
  const days = Number(text);
  if (days > 0 && days <= 3660) return days;
  throw new ConfigError(`--days is "${text}"; it takes a number above 0, at most 3660\n${usage}`);
}

async function fillFolder(options: SpanOptions): Promise<void> {
  const database = await openFolder(
    'Stop it, or load "timefusion generate --csv" into it by COPY.',
  );
  try {
    await generateInto(database, options);
  } finally {
    await database.close();
  }
}

/** Rows per transaction: large enough to go straight to segment files. */
const rowsPerCommit = 1 << 20;
const columnBytesMax = 1 << 30;

/** Fills otel_logs_and_spans; progress on standard error. */
export async function generateInto(database: Database, options: SpanOptions): Promise<void> {
  const { store } = database.environment;
  const table: Table = must(store.findTable('public', tableName, undefined), tableName);
  const budget = new Budget(columnBytesMax);
  const arenas = { kept: new Arena(budget), batch: new Arena(budget) };
  try {
    await insertSpans(store, table, options, arenas);
  } finally {
    arenas.batch.free();
    arenas.kept.free();
  }
}

async function insertSpans(
  store: Store,
  { definition }: Table,
  options: SpanOptions,
  arenas: { readonly kept: Arena; readonly batch: Arena },
): Promise<void> {
  const bar = new ProgressBar('generate', options.rows);
  const columns = new SpanColumns(definition.columns, arenas.kept);
  let transaction: StoreTransaction = store.begin();
  let uncommitted = 0;
  let done = 0;
  for (const rows of generateSpans(options)) {
    arenas.batch.reset();
    const write = transaction.write(definition.oid);
    await write.ready();
    write.insert(columns.batch(rows, arenas.batch));
    uncommitted += rows.count;
    done += rows.count;
    bar.update(done);
    if (uncommitted < rowsPerCommit) continue;
    await transaction.commit();
    transaction = store.begin();
    uncommitted = 0;
  }
  await transaction.commit();
  bar.end(done);
}

const rowsPerWrite = 512;

async function writeCsv(options: SpanOptions): Promise<void> {
  const table = must(
    builtInTables.find(({ name }) => name === tableName),
    tableName,
  );
  const bar = new ProgressBar('generate', options.rows);
  const csv = new SpanCsv(table.columns);
  process.stdout.write(csv.header);
  let done = 0;
  for (const rows of generateSpans(options)) {
    for (let from = 0; from < rows.count; from += rowsPerWrite) {
      const to = Math.min(rows.count, from + rowsPerWrite);
      if (!process.stdout.write(csv.lines(rows, from, to))) await once(process.stdout, 'drain');
      bar.update(done + to);
    }
    done += rows.count;
  }
  bar.end(done);
}
