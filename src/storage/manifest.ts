/**
 * The manifest: the store's state at a checkpoint, as one JSON file that is replaced whole.
 *
 *     manifest.json   {"crc32": 123, "state": "…JSON…"}
 *
 * What happened later is in the log files from `firstLog` on.
 */
import { crc32 } from 'node:zlib';
import type { AccessRecord } from '../catalog/access-records.ts';
import type { DatabaseId } from '../catalog/databases.ts';
import type {
  SequenceDefinition,
  SequenceValue,
  StoredView,
  TableDefinition,
} from '../catalog/table.ts';
import { SqlError } from '../errors/sql-error.ts';
import { replaceFile } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import { plainParse, plainStringify } from './plain-json.ts';
import { damaged } from './segment-format.ts';
import type { InDatabase } from './stored-names.ts';

const format = 1;
const fileName = 'manifest.json';

export interface ManifestSegment {
  readonly segment: number;
  readonly file: number;
  readonly rowCount: number;
  readonly byteSize: number;
  /** Rows may still be appended: the file is loaded into memory. */
  readonly isOpen: boolean;
  /** File `<file>.del` of the deleted rows' bitmap. */
  readonly deleted?: { readonly file: number; readonly count: number };
}

export interface ManifestTable {
  readonly definition: TableDefinition;
  readonly nextSegment: number;
  readonly segments: readonly ManifestSegment[];
}

export interface Manifest {
  readonly firstLog: number;
  readonly nextOid: number;
  readonly nextFile: number;
  /** Of the first database. */
  readonly schemas: readonly string[];
  readonly otherSchemas?: readonly (readonly [DatabaseId, readonly string[]])[];
  readonly views: readonly StoredView[];
  readonly records?: readonly InDatabase<AccessRecord>[];
  /** Absent in manifests of releases without sequences. */
  readonly sequences?: readonly {
    readonly sequence: SequenceDefinition;
    readonly value: SequenceValue;
  }[];
  readonly tables: readonly ManifestTable[];
}

export async function writeManifest(
  files: FileSystem,
  dataDir: string,
  manifest: Manifest,
): Promise<void> {
  const state = plainStringify({ format, ...manifest });
  const text = JSON.stringify({ crc32: crc32(state), state });
  await replaceFile(files, dataDir, fileName, [Buffer.from(text)]);
}

/** Undefined when there is none yet. Errors: XX001, F0000 for a format of a later release. */
export async function readManifest(
  files: FileSystem,
  dataDir: string,
): Promise<Manifest | undefined> {
  const path = `${dataDir}/${fileName}`;
  if ((await files.size(path)) === undefined) return undefined;
  const text = Buffer.from(await files.read(path)).toString('utf8');
  const state = checkedState(path, text);
  const { format: found, ...manifest } = plainParse(state) as Manifest & { format: number };
  if (found !== format) {
    throw new SqlError('config_file_error', `data folder "${dataDir}" has format ${found}`, {
      detail: `This release reads format ${format}.`,
    });
  }
  return manifest;
}

function checkedState(path: string, text: string): string {
  const match = /^\{"crc32":(\d{1,10}),"state":/.exec(text);
  if (match === null || !text.endsWith('}')) throw damaged(path, 'malformed manifest');
  let state = '';
  try {
    state = JSON.parse(text.slice(match[0].length, -1)) as string;
  } catch {
    throw damaged(path, 'malformed manifest');
  }
  if (crc32(state) !== Number(match[1])) throw damaged(path, 'checksum mismatch');
  return state;
}
