/** A schedule on TimeFusion and on PostgreSQL, step by step, and the least that still differs. */
import { contents, type Schedule } from './random-schedules.ts';
import type { ScheduleServer, ScheduleStep, StepOutcome } from './schedule-server.ts';

export interface BothSchedules {
  readonly ours: ScheduleServer;
  readonly postgres: ScheduleServer;
}

/**
 * A difference as text, with all steps up to it; undefined: there is none, or not always. Who is
 * released at the same time as others runs now before, now after them.
 */
export async function lastingDifference(
  servers: BothSchedules,
  schedule: Schedule,
): Promise<string | undefined> {
  let difference: string | undefined;
  for (let run = 0; run < 3; run++) {
    difference = await firstDifference(servers, schedule);
    if (difference === undefined) return undefined;
  }
  return difference;
}

async function firstDifference(
  servers: BothSchedules,
  schedule: Schedule,
): Promise<string | undefined> {
  const { ours, postgres } = servers;
  for (const server of [ours, postgres]) {
    await server.prepare(schedule.schema);
    await server.openSessions(schedule.sessions);
  }
  const lines = [...schedule.schema];
  let outcome: Comparison = 'alike';
  for (const step of withEnds(schedule, postgres)) {
    if (postgres.isPending(step.session)) continue;
    outcome = await compareStep(servers, step, lines);
    if (outcome !== 'alike') break;
  }
  if (outcome !== 'alike') for (const server of [ours, postgres]) await server.endSessions();
  if (outcome === 'undecided') return undefined;
  if (outcome === 'alike' && (await sameContents(servers, lines))) return undefined;
  return lines.join('\n');
}

/** Everybody's transaction ends, whoever waits for it first; nothing is left in the sessions. */
function* withEnds(schedule: Schedule, server: ScheduleServer): Iterable<ScheduleStep> {
  const { sessions, steps } = schedule;
  yield* steps;
  const all = Array.from({ length: sessions }, (_, session) => session);
  const uses = (word: string): boolean => steps.some(({ sql }) => sql.includes(word));
  const unlocking = uses('advisory') ? all : [];
  for (let left = all; left.length > 0;) {
    const waiting = left.filter((session) => server.isPending(session));
    for (const session of left) yield { session, sql: 'commit' };
    for (const session of unlocking) yield { session, sql: 'select pg_advisory_unlock_all()' };
    if (waiting.length === left.length) return;
    left = waiting;
  }
  if (uses('declare')) for (const session of all) yield { session, sql: 'close all' };
}

/** `undecided`: what comes next may differ, and neither is wrong. */
type Comparison = 'alike' | 'undecided' | 'different';

async function compareStep(
  { ours, postgres }: BothSchedules,
  step: ScheduleStep,
  lines: string[],
): Promise<Comparison> {
  const expected = await postgres.run(step);
  const actual = await ours.run(step);
  const [left, right] = [textOf(expected), textOf(actual)];
  if (left === right) {
    lines.push(left);
    return 'alike';
  }
  if (isUndecided(expected, actual)) return 'undecided';
  lines.push(`PostgreSQL:\n${left}\nTimeFusion:\n${right}`);
  return 'different';
}

/**
 * A circle of locks has any of its victims. Those who are released at once go on in any order: the
 * first may make the second wait again.
 */
function isUndecided(expected: readonly StepOutcome[], actual: readonly StepOutcome[]): boolean {
  if ([expected, actual].every((outcomes) => textOf(outcomes).includes('40P01'))) return true;
  return new Set([...expected, ...actual].map(({ session }) => session)).size > 2;
}

function textOf(outcomes: readonly StepOutcome[]): string {
  return outcomes.map(({ session, sql, text }) => `${session}: ${sql} ─ ${text}`).join('\n');
}

async function sameContents({ ours, postgres }: BothSchedules, lines: string[]): Promise<boolean> {
  for (const sql of contents) {
    const [expected, actual] = [await postgres.prepare([sql]), await ours.prepare([sql])];
    if (expected === actual) continue;
    lines.push(`${sql}\nPostgreSQL: ${expected}\nTimeFusion: ${actual}`);
    return false;
  }
  return true;
}

/** Steps are left out, many at once and then one by one, as long as a difference stays. */
export async function shrunk(servers: BothSchedules, schedule: Schedule): Promise<Schedule> {
  let least = schedule;
  for (let size = Math.ceil(least.steps.length / 2); size >= 1; size = nextSize(size)) {
    for (let at = 0; at < least.steps.length;) {
      const steps = least.steps.toSpliced(at, size);
      const fewer = { ...least, steps };
      if ((await lastingDifference(servers, fewer)) === undefined) at += size;
      else least = fewer;
    }
  }
  return least;
}

const nextSize = (size: number): number => (size === 1 ? 0 : Math.ceil(size / 2));
