/**
 * The lock of the data folder: one process at a time.
 *
 *     lock.7   {"pid":4711,"started":"882134"}   the highest number rules
 *
 * A lock of a dead process is taken over by making the next number, which only one taker can do
 * (link fails when the name is there). Numbers never go back, so a slow taker cannot win twice.
 */
import { linkSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqlError } from '../errors/sql-error.ts';

interface Holder {
  /** 0: released. */
  readonly pid: number;
  /** Start time of the process, which tells it from a later one with the same number. */
  readonly started: string;
}

export interface FolderLock {
  release(): void;
}

/** Field 22 of /proc/<pid>/stat; empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.pid === 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return holder.started === '' || startOf(holder.pid) === holder.started;
}

function lockNumbers(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => /^lock\.(\d{1,15})$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

function readHolder(path: string): Holder {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return { pid: 0, started: '' };
  }
}

function inUse(folder: string, pid: number): SqlError {
  return new SqlError('lock_file_exists', `data folder "${folder}" is in use`, {
    detail: `Process ${pid} holds it.`,
    hint: 'Stop that process, or give this one another data folder.',
  });
}

/** Takes the lock. Errors: F0001 when a living process (this one too) holds it. */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const numbers = lockNumbers(folder);
  const last = numbers.at(-1) ?? 0;
  const before = readHolder(join(folder, `lock.${last}`));
  if (isAlive(before)) throw inUse(folder, before.pid);
  const path = join(folder, `lock.${last + 1}`);
  const temporary = join(folder, `lock-of-${process.pid}-${process.hrtime.bigint()}`);
  writeFileSync(temporary, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw inUse(folder, readHolder(path).pid);
  } finally {
    rmSync(temporary, { force: true });
  }
  for (const number of numbers) rmSync(join(folder, `lock.${number}`), { force: true });
  return { release: () => releaseLock(folder, path) };
}

function releaseLock(folder: string, path: string): void {
  const temporary = join(folder, `lock-of-${process.pid}-${process.hrtime.bigint()}`);
  writeFileSync(temporary, JSON.stringify({ pid: 0, started: '' }));
  renameSync(temporary, path);
}
