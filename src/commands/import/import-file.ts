/**
 * One file into a table: CSV, Parquet, Arrow IPC or OTLP/JSON, by COPY.
 *
 *     file ─▶ columns ─▶ COPY text ─▶ COPY FROM STDIN of the target
 */
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { ConfigError } from '../../config.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { typeRecord } from '../../types/type-table.ts';
import { ProgressBar } from '../progress-bar.ts';
import { openArrow } from './arrow-file.ts';
import { copyLines } from './copy-lines.ts';
import { openCsv } from './csv-file.ts';
import type { FileColumn, FileSource } from './file-source.ts';
import type { ImportTarget } from './import-target.ts';
import { openOtlp } from './otlp-file.ts';
import { openParquet } from './parquet-file.ts';

export interface ImportRequest {
  readonly path: string;
  /** csv, tsv, parquet, arrow or otlp; by the file's ending when not given. */
  readonly format?: string | undefined;
  /** Named after the file when not given. */
  readonly table?: string | undefined;
  /** Makes the table when there is none. */
  readonly create: boolean;
  /** OTLP: the project of resources that name none. */
  readonly project: string;
}

const formatOfEnding: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.arrow': 'arrow',
  '.arrows': 'arrow',
  '.feather': 'arrow',
  '.ipc': 'arrow',
  '.json': 'otlp',
  '.jsonl': 'otlp',
  '.ndjson': 'otlp',
};

/** What is loaded, whatever its format. */
interface Load {
  readonly columns: readonly FileColumn[];
  /** The options of COPY, and the bytes that it reads. */
  readonly options: string;
  readonly data: () => AsyncIterable<Uint8Array>;
  /** Rows, where COPY's own count is not yet known. */
  readonly bar: ProgressBar;
}

/** Loads all rows, or none. Errors: ConfigError; what the file or the target say is in it. */
export async function importFile(target: ImportTarget, request: ImportRequest): Promise<void> {
  const { path, table, create } = request;
  if (!existsSync(path)) throw new ConfigError(`there is no file "${path}"`);
  const format = request.format ?? formatOfEnding[extname(path).toLowerCase()];
  if (format === undefined) {
    throw new ConfigError(`the ending of "${path}" names no format; give --format`);
  }
  const load = await openLoad(request, format);
  await loadInto(target, tableText(table ?? tableName(path, format)), load, create);
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

async function openLoad({ path, project }: ImportRequest, format: string): Promise<Load> {
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
      return sourceLoad(openOtlp(path, project));
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
