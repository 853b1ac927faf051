/**
 * The files under the store: everything durable goes through this port, so that tests can put a
 * faulty or simulated disk in its place.
 *
 * Names are durable only after `syncFolder` of their folder, bytes only after `sync` of their file.
 */
import { mkdir, open, readFile, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export interface OpenFile {
  /** Writes the pieces one after the other from `position` on. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>;
  /** fdatasync: bytes and size are durable afterwards. */
  sync(): Promise<void>;
  truncate(byteSize: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileSystem {
  makeFolder(path: string): Promise<void>;
  /** Names in the folder; empty when there is no folder. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Bytes of the file; undefined when there is none. */
  size(path: string): Promise<number | undefined>;
  /** Opens for writing; creates the file, keeps what is there. */
  open(path: string): Promise<OpenFile>;
  truncate(path: string, byteSize: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** What is left of the pieces after `byteSize` bytes of them. */
function withoutFirst(pieces: readonly Uint8Array[], byteSize: number): Uint8Array[] {
  let skip = byteSize;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip < piece.length) rest.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return rest;
}

class DiskFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(pieces: readonly Uint8Array[], position: number): Promise<void> {
    let rest = pieces.filter((piece) => piece.length > 0);
    let at = position;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, at);
      at += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
    }
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async truncate(byteSize: number): Promise<void> {
    await this.#handle.truncate(byteSize);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The disk of this machine. */
export const diskFileSystem: FileSystem = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  },
  read: (path) => readFile(path),
  async size(path) {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  },
  async open(path) {
    // 'a' would ignore positions on Linux; 'r+' needs the file to be there.
    const created = await open(path, 'a');
    await created.close();
    return new DiskFile(await open(path, 'r+'));
  },
  truncate: (path, byteSize) => truncate(path, byteSize),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** Writes a whole file, durable when this resolves; readers see the old file or the new one. */
export async function replaceFile(
  files: FileSystem,
  folder: string,
  name: string,
  pieces: readonly Uint8Array[],
): Promise<void> {
  const temporary = `${folder}/${name}.new`;
  await files.remove(temporary);
  const file = await files.open(temporary);
  try {
    await file.write(pieces, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, `${folder}/${name}`);
  await files.syncFolder(folder);
}
