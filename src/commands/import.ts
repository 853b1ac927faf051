/**
 * `timefusion import FILE`: CSV, Parquet, Arrow IPC or OTLP/JSON into a table, by COPY.
 *
 *     file ─▶ columns ─▶ COPY text ─▶ COPY FROM STDIN ─▶ data folder, or a running server
 */
import { basename, extname } from 'node:path';
import { existsSync } from 'node:fs';
import { ConfigError } from '../config.ts';
import { SqlError } from '../errors/sql-error.ts';
import { attachHeap, createSharedMemory } from '../memory/heap.ts';
import { initializeAllocator } from '../memory/allocator.ts';
import { quoteIdentifier } from '../functions/text/quote.ts';
import { typeRecord } from '../types/type-table.ts';
import { readFlags, type Flags } from './command-options.ts';
import { openArrow } from './import/arrow-file.ts';
import { copyLines } from './import/copy-lines.ts';
import { openCsv } from './import/csv-file.ts';
import type { FileColumn, FileSource } from './import/file-source.ts';
import { openFolderTarget } from './import/folder-target.ts';
import type { ImportTarget } from './import/import-target.ts';
import { openOtlp } from './import/otlp-file.ts';
import { openParquet } from './import/parquet-file.ts';
import { openServerTarget } from './import/server-target.ts';
import { ProgressBar } from './progress-bar.ts';

const usage = `timefusion import FILE [--table NAME] [--create] [--format csv|tsv|parquet|arrow|otlp]
                      [--project NAME] [--server HOST:PORT]`;

const formatOfEnding: Readonly<Record<string, string>> = {
  '.csv': 'csv', '.tsv': 'tsv', '.tab': 'tsv', '.parquet': 'parquet', '.pq': 'parquet',
  '.arrow': 'arrow', '.arrows': 'arrow', '.feather': 'arrow', '.ipc': 'arrow',
  '.json': 'otlp', '.jsonl': 'otlp', '.ndjson': 'otlp',
};

/** Memory of this process when the rows go to a server. */
const clientMemoryBytes = 1 << 29;

/** What is loaded, whatever its format. */
interface Load {
  readonly columns: readonly FileColumn[];
  /** The options of COPY, and the bytes that it reads. */
  readonly options: string;
  readonly data: () => AsyncIterable<Uint8Array>;
  /** Rows, where COPY's own count is not yet known. */
  readonly bar: ProgressBar;
}

export async function runImport(args: readonly string[]): Promise<void> {
  const flags = readFlags(
    args,
    {
      table: { type: 'string' },
      create: { type: 'boolean', default: false },
      format: { type: 'string' },
      project: { type: 'string', default: 'default' },
      server: { type: 'string' },
    },
    usage,
  );
  const [path, ...others] = flags.words;
  if (path === undefined || others.length > 0) throw new ConfigError(`import takes one file\n${usage}`);
  if (!existsSync(path)) throw new ConfigError(`there is no file "${path}"`);
  const format = flags.text('format') ?? formatOfEnding[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new ConfigError(`the ending of "${path}" names no format; give --format\n${usage}`);
  }
  const target = await openTarget(flags.text('server'));
  try {
    const load = await openLoad(path, format, flags);
    const table = tableText(flags.text('table') ?? tableName(path, format));
    await loadInto(target, table, load, flags.isSet('create'));
  } finally {
    await target.close();
  }
}

async function openTarget(server: string | undefined): Promise<ImportTarget> {
  if (server === undefined) return openFolderTarget();
  attachHeap(createSharedMemory(clientMemoryBytes));
  initializeAllocator();
  return openServerTarget(server);
}

/** `name`, or `schema.name`, as SQL text. */
function tableText(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

function tableName(path: string, format: string): string {
  if (format === 'otlp') return 'otel_logs_and_spans';
  const stem = basename(path, extname(path)).toLowerCase();
  return stem.replaceAll(/[^a-z0-9_]+/g, '_');
}

async function openLoad(path: string, format: string, flags: Flags): Promise<Load> {
  switch (format) {
    case 'csv':
      return csvLoad(path, ',');
    case 'tsv':
      return csvLoad(path, '\t');
    case 'parquet':
      return sourceLoad(await openParquet(path));
    case 'arrow':
      return sourceLoad(await openArrow(path));
    case 'otlp':
      return sourceLoad(openOtlp(path, flags.text('project') ?? 'default'));
    default:
      throw new ConfigError(`--format is "${format}"; it takes csv, tsv, parquet, arrow or otlp`);
  }
}

async function csvLoad(path: string, delimiter: string): Promise<Load> {
  const file = await openCsv(path, delimiter);
  const bar = new ProgressBar('import', file.byteSize);
  const shown = delimiter === '\t' ? `E'\\t'` : `'${delimiter}'`;
  return {
    columns: file.columns,
    options: `WITH (FORMAT csv, HEADER, DELIMITER ${shown})`,
    data: () => file.bytes((byteSize) => bar.update(byteSize)),
    bar,
  };
}

function sourceLoad(source: FileSource): Load {
  const bar = new ProgressBar('import', source.rowCount ?? 0);
  return {
    columns: source.columns,
    options: '',
    data: () => copyLines(source, (rows) => bar.update(rows)),
    bar,
  };
}

async function loadInto(
  target: ImportTarget,
  table: string,
  load: Load,
  create: boolean,
): Promise<void> {
  const known = await target.columnsOf(table);
  const names = load.columns.map(({ name }) => quoteIdentifier(name));
  const definition = `CREATE TABLE ${table} (${load.columns
    .map(({ type }, index) => `${names[index]} ${typeRecord(type.name).sqlName}`)
    .join(', ')})`;
  if (known === undefined && !create) {
    throw new ConfigError(`there is no table ${table}; --create makes it:\n${definition}`);
  }
  if (known === undefined) await target.run(definition);
  const missing = load.columns.filter(({ name }) => known !== undefined && !known.includes(name));
  if (missing.length > 0) {
    const list = missing.map(({ name }) => `"${name}"`).join(', ');
    throw new ConfigError(`table ${table} has no column ${list}`);
  }
  const sql = `COPY ${table} (${names.join(', ')}) FROM STDIN ${load.options}`;
  try {
    load.bar.end(await target.copy(sql, load.data()));
  } catch (error) {
    if (known === undefined) await target.run(`DROP TABLE ${table}`);
    throw error instanceof SqlError ? describe(error) : error;
  }
}

function describe(error: SqlError): ConfigError {
  const { where, detail, hint } = error.fields;
  const lines = [where, detail, hint].filter((line) => line !== undefined);
  return new ConfigError([error.message, ...lines].join('\n'));
}
