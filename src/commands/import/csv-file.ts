/** CSV and TSV files: their columns, with types guessed from the first rows. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConfigError } from '../../config.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { copyFormat, type CopyFormat, type CopyRow } from '../../session/copy/copy-format.ts';
import { createCopyParser } from '../../session/copy/copy-parser.ts';
import { splitCsvLine } from '../../session/copy/csv-fields.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import type { FileColumn } from './file-source.ts';

export interface CsvFile {
  readonly columns: readonly FileColumn[];
  readonly delimiter: string;
  readonly byteSize: number;
  /** All bytes, header included; `onRead` hears how many were read. */
  bytes(onRead: (byteSize: number) => void): AsyncIterable<Uint8Array>;
}

const sampleBytes = 1 << 20;
const chunkBytes = 1 << 18;
const byteOrderMark = '\uFEFF';

/** Errors: ConfigError when the file has no header. */
export async function openCsv(path: string, delimiter: string): Promise<CsvFile> {
  const format = copyFormat('csv', { delimiter, header: 'line' });
  const { sample, byteSize } = await readSample(path);
  const names = headerOf(sample, format, path);
  const rows = sampleRows(sample, format, names, byteSize > sample.length);
  const columns = names.map((name, column) => ({
    name,
    type: sqlType(guessType(rows.map(({ values }) => values[column] ?? null))),
  }));
  return {
    columns,
    delimiter,
    byteSize,
    bytes: async function* (onRead) {
      let done = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
        const bytes = chunk as Buffer;
        done += bytes.length;
        onRead(done);
        yield bytes;
      }
    },
  };
}

async function readSample(path: string): Promise<{ sample: Buffer; byteSize: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const sample = Buffer.alloc(Math.min(size, sampleBytes));
    await file.read(sample, 0, sample.length, 0);
    return { sample, byteSize: size };
  } finally {
    await file.close();
  }
}

function headerOf(sample: Buffer, format: CopyFormat, path: string): readonly string[] {
  const end = sample.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  const line = sample.subarray(0, end < 0 ? sample.length : end);
  const names = splitCsvLine(line, format)?.map((name) => name ?? '');
  if (names === undefined || names.length === 0 || line.length === 0) {
    throw new ConfigError(`"${path}" has no header line`);
  }
  return names.map((name, index) => {
    const shown = index === 0 && name.startsWith(byteOrderMark) ? name.slice(1) : name;
    return shown === '' ? `column_${index + 1}` : shown;
  });
}

/** Whole rows of the sample; what the sample cuts off is left out. */
function sampleRows(
  sample: Buffer,
  format: CopyFormat,
  columns: readonly string[],
  isCut: boolean,
): readonly CopyRow<string>[] {
  const parser = createCopyParser(format, { relation: 'sample', columns });
  const rows = [...parser.push(sample)];
  return isCut ? rows : [...rows, ...parser.finish()];
}

/** From the narrowest; text takes what none of them does. */
const candidates: readonly (readonly [TypeName, RegExp])[] = [
  ['bool', /^(t|f|true|false)$/i],
  ['int8', /^[-+]?(0|[1-9]\d*)$/],
  ['float8', /^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[-+]?\d+)?$|^(nan|[-+]?inf(inity)?)$/i],
  ['date', /^\d{4}[-/]\d{1,2}[-/]\d{1,2}$/],
  [
    'timestamptz',
    /^\d{4}[-/]\d\d?[-/]\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?( ?(Z|[-+]\d\d(:?\d\d)?))?)?$/,
  ],
];

/** The first type that all values have; numbers with leading zeros are text. */
export function guessType(values: readonly (string | null)[]): TypeName {
  const given = values.filter((value) => value !== null);
  if (given.length === 0) return 'text';
  const found = candidates.find(([name, pattern]) =>
    given.every((text) => isValue(name, pattern, text)),
  );
  return found?.[0] ?? 'text';
}

function isValue(name: TypeName, pattern: RegExp, text: string): boolean {
  if (!pattern.test(text)) return false;
  try {
    parseText(sqlType(name), text);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
