/** What a server process holds in memory. Needs /proc. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** NODE_OPTIONS of a server that is to collect its garbage before it is measured. */
export const withoutGarbage = `--import=${new URL('collect-garbage.js', import.meta.url).href}`;

const settleMs = 3_000;

/** Resident memory; of a server started so, without garbage, which would be the answer otherwise. */
export async function residentKiB(server: ChildProcess): Promise<number> {
  server.kill('SIGUSR2');
  await sleep(settleMs);
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}
