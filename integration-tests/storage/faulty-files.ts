/** The disk with faults: fails the n-th write or sync, or holds syncs back. */
import { diskFileSystem } from '../../src/storage/file-system.ts';
import type { FileSystem, OpenFile } from '../../src/storage/file-system.ts';

export class FaultyFiles implements FileSystem {
  readonly makeFolder = diskFileSystem.makeFolder;
  readonly list = diskFileSystem.list;
  readonly read = diskFileSystem.read;
  readonly size = diskFileSystem.size;
  readonly truncate = diskFileSystem.truncate;
  readonly rename = diskFileSystem.rename;
  readonly remove = diskFileSystem.remove;
  readonly syncFolder = diskFileSystem.syncFolder;
  writes = 0;
  syncs = 0;
  /** Fails when the count of writes (syncs) to files whose path contains `only` reaches this. */
  failWriteAt = 0;
  failSyncAt = 0;
  only = '/wal/';

  async open(path: string): Promise<OpenFile> {
    const file = await diskFileSystem.open(path);
    if (!path.includes(this.only)) return file;
    return {
      write: async (pieces, position) => {
        this.writes++;
        if (this.writes === this.failWriteAt) throw ioError('write');
        await file.write(pieces, position);
      },
      sync: async () => {
        this.syncs++;
        if (this.syncs === this.failSyncAt) throw ioError('fdatasync');
        await file.sync();
      },
      truncate: (byteSize) => file.truncate(byteSize),
      close: () => file.close(),
    };
  }
}

function ioError(call: string): Error {
  return Object.assign(new Error(`EIO: i/o error, ${call}`), { code: 'EIO' });
}
