/**
 * CPU time of a process by the scheduler's clock, thread by thread: nanoseconds, where
 * /proc/PID/stat counts ticks of 10 ms. Linux only.
 *
 *     /proc/PID/task/TID/schedstat = nanoseconds on a processor, nanoseconds waiting for one, turns
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds so far. */
export interface CpuTime {
  /** The thread that sessions are on. */
  readonly main: number;
  /** All others: workers, the export thread, the engine's own. */
  readonly others: number;
}

export function cpuTime(processId: number): CpuTime {
  let [main, others] = [0, 0];
  for (const thread of readdirSync(`/proc/${processId}/task`)) {
    const us = threadMicros(processId, thread);
    if (thread === String(processId)) main += us;
    else others += us;
  }
  return { main, others };
}

/** A thread that ended meanwhile counts nothing. */
function threadMicros(processId: number, thread: string): number {
  try {
    const text = readFileSync(`/proc/${processId}/task/${thread}/schedstat`, 'utf8');
    return Number(text.split(' ')[0]) / 1000;
  } catch {
    return 0;
  }
}

export function cpuSince(now: CpuTime, before: CpuTime): CpuTime {
  return { main: now.main - before.main, others: now.others - before.others };
}
