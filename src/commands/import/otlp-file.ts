/** OTLP/JSON files: one document, or one per line, as the collector's file exporter writes them. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ConfigError } from '../../config.ts';
import { must } from '../../errors/assert.ts';
import { builtInTables } from '../../storage/schemas/all.ts';
import { batchOf, importBatchRows, type FileSource } from './file-source.ts';
import { OtlpRows, type OtlpRow } from './otlp-rows.ts';
import type { OtlpDocument } from './otlp-values.ts';

/** `project`: the project of resources that name none. */
export function openOtlp(path: string, project: string): FileSource {
  const { columns } = must(
    builtInTables.find(({ name }) => name === 'otel_logs_and_spans'),
    'the table',
  );
  const maker = new OtlpRows(columns, project);
  return {
    columns,
    rowCount: undefined,
    batches: async function* (arena) {
      for await (const rows of chunks(path, maker)) {
        arena.reset();
        yield batchOf(
          columns,
          rows.length,
          (column, row) => rows[row]?.get(columns[column]?.name ?? '') ?? null,
          arena,
        );
      }
    },
  };
}

async function* chunks(path: string, maker: OtlpRows): AsyncGenerator<readonly OtlpRow[]> {
  let waiting: OtlpRow[] = [];
  for await (const document of documents(path)) {
    for (const row of maker.rows(document)) {
      waiting.push(row);
      if (waiting.length < importBatchRows) continue;
      yield waiting;
      waiting = [];
    }
  }
  if (waiting.length > 0) yield waiting;
}

/** Errors: ConfigError with the line that is no OTLP/JSON. */
async function* documents(path: string): AsyncGenerator<OtlpDocument> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const document = parsed(line);
    if (document === undefined && number === 1) {
      lines.close();
      yield wholeDocument(path, await readFile(path, 'utf8'));
      return;
    }
    if (document === undefined) throw new ConfigError(`"${path}", line ${number}: no OTLP/JSON`);
    yield document;
  }
}

/** undefined: no JSON, or not of OTLP's form. */
function parsed(text: string): OtlpDocument | undefined {
  try {
    const value = JSON.parse(text) as OtlpDocument | null;
    const isOtlp = typeof value === 'object' && value !== null;
    return isOtlp && ('resourceSpans' in value || 'resourceLogs' in value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function wholeDocument(path: string, text: string): OtlpDocument {
  const document = parsed(text);
  if (document !== undefined) return document;
  throw new ConfigError(`"${path}" holds no OTLP/JSON: neither resourceSpans nor resourceLogs`);
}
