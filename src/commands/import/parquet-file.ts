/** Parquet files, one row group at a time, by hyparquet. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AsyncBuffer, Compressors, FileMetaData, ParquetParsers } from 'hyparquet';
import { snappyUncompressor } from 'hysnappy';
import * as zstd from '@bokuweb/zstd-wasm';
import { ConfigError } from '../../config.ts';
import { batchOf, importBatchRows, type FileSource } from './file-source.ts';
import { decimalScale, parquetColumn, type ParquetColumn } from './parquet-types.ts';

/** Times stay µs; hyparquet's own parsers make a Date of them, which ends at milliseconds. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) =>
    millis === undefined ? undefined : BigInt(millis) * 1000n,
  timestampFromMicroseconds: (micros) => micros,
  timestampFromNanoseconds: (nanos) => (nanos === undefined ? undefined : nanos / 1000n),
  dateFromDays: (days) => days,
  jsonFromBytes: (bytes) => bytes && Buffer.from(bytes).toString('utf8'),
};

async function codecs(): Promise<Compressors> {
  await zstd.init();
  const snappy = snappyUncompressor();
  return {
    SNAPPY: (input, size) => snappy(input, size),
    ZSTD: (input, size) => zstd.decompress(input, { defaultHeapSize: size }),
    GZIP: (input) => gunzipSync(input),
    BROTLI: (input) => brotliDecompressSync(input),
  };
}

/** Errors: ConfigError when it is no Parquet file. */
export async function openParquet(path: string): Promise<FileSource> {
  const file = await asyncBufferFromFile(path);
  const metadata = await readMetadata(file, path);
  const columns = parquetSchema(metadata).children.map(parquetColumn);
  for (const element of metadata.schema) {
    if (decimalScale(element) === undefined) continue;
    delete element.converted_type;
    delete element.logical_type;
  }
  const compressors = await codecs();
  return {
    columns,
    rowCount: Number(metadata.num_rows),
    batches: async function* (arena) {
      let rowStart = 0;
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const values = await readGroup({ file, metadata, rowStart, rowEnd, compressors }, columns);
        for (let from = 0; from < rowEnd - rowStart; from += importBatchRows) {
          const count = Math.min(importBatchRows, rowEnd - rowStart - from);
          arena.reset();
          yield batchOf(
            columns,
            count,
            (column, row) => {
              const value = values[column]?.[from + row] as never;
              return value === null || value === undefined ? null : convert(columns, column, value);
            },
            arena,
          );
        }
        rowStart = rowEnd;
      }
    },
  };
}

function convert(columns: readonly ParquetColumn[], column: number, value: never) {
  return columns[column]?.convert(value) ?? null;
}

async function readMetadata(file: AsyncBuffer, path: string): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file, { geoparquet: false });
  } catch (error) {
    throw new ConfigError(`"${path}" is not a Parquet file: ${(error as Error).message}`);
  }
}

interface GroupRead {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly compressors: Compressors;
}

/** Values of one row group by column. */
async function readGroup(
  read: GroupRead,
  columns: readonly ParquetColumn[],
): Promise<readonly ArrayLike<unknown>[]> {
  const chunks = new Map<string, ArrayLike<unknown>[]>(columns.map(({ name }) => [name, []]));
  await parquetRead({
    ...read,
    parsers,
    utf8: false,
    geoparquet: false,
    onChunk: ({ columnName, columnData, rowStart, rowEnd }) => {
      const from = Math.max(read.rowStart - rowStart, 0);
      const to = Math.min(read.rowEnd, rowEnd) - rowStart;
      if (to <= from) return;
      const whole = from === 0 && to === columnData.length;
      chunks.get(columnName)?.push(whole ? columnData : columnData.slice(from, to));
    },
  });
  return columns.map(({ name }) => joined(chunks.get(name) ?? []));
}

function joined(parts: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [first] = parts;
  return parts.length === 1 && first !== undefined
    ? first
    : parts.flatMap((part) => Array.from(part));
}
