/** `timefusion import FILE`: into the data folder, or through a running server. */
import { ConfigError } from '../config.ts';
import { attachHeap, createSharedMemory } from '../memory/heap.ts';
import { initializeAllocator } from '../memory/allocator.ts';
import { readFlags } from './command-options.ts';
import { openFolderTarget } from './import/folder-target.ts';
import { importFile } from './import/import-file.ts';
import type { ImportTarget } from './import/import-target.ts';
import { openServerTarget } from './import/server-target.ts';

const usage = `timefusion import FILE [--table NAME] [--create] [--format csv|tsv|parquet|arrow|otlp]
                      [--project NAME] [--server HOST:PORT]`;

/** Memory of this process when the rows go to a server. */
const clientMemoryBytes = 1 << 29;

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
  if (path === undefined || others.length > 0)
    throw new ConfigError(`import takes one file\n${usage}`);
  const target = await openTarget(flags.text('server'));
  try {
    await importFile(target, {
      path,
      format: flags.text('format'),
      table: flags.text('table'),
      create: flags.isSet('create'),
      project: flags.text('project') ?? 'default',
    });
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
