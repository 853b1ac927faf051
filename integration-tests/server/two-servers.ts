/**
 * Scripts of several sessions against TimeFusion and PostgreSQL 15: what each statement answers,
 * and which waited for another session.
 *
 *     ['a', 'begin'], ['b', 'delete from p']   ──▶   a: BEGIN, b: waits … b: 23503 …
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { useBothServers } from './both-servers.ts';

export type Step = readonly [session: string, sql: string];

/** What comes before and after the steps of each case. */
export interface Around {
  readonly schema: readonly Step[];
  readonly left: readonly Step[];
}

/** A test for each case; where PostgreSQL 15 is installed, it answers the same. */
export function testScripts(
  cases: Readonly<Record<string, readonly Step[]>>,
  { schema, left }: Around,
): void {
  const both = useBothServers();
  for (const [name, steps] of Object.entries(cases)) {
    test(name, async () => {
      const { server, postgres } = both;
      const whole = [...schema, ...steps, ...left];
      const ours = await transcript(server.port, whole);
      assert.ok(ours.length >= whole.length);
      if (postgres !== undefined) assert.deepEqual(ours, await transcript(postgres.port, whole));
    });
  }
}

/** A statement that has not answered by then waits for somebody. */
const patienceMs = 700;

interface Session {
  readonly client: pg.Client;
  pending: Promise<void> | undefined;
}

/** One line per answer, in the order in which they came. */
export async function transcript(port: number, steps: readonly Step[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const sessions = new Map<string, Session>();
  const user = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
  try {
    for (const [name, sql] of steps) {
      const session = sessions.get(name) ?? (await open(user));
      sessions.set(name, session);
      await session.pending;
      const from = lines.length;
      await step(session, { name, sql, lines, isAlone: sessions.size === 1 });
      await settled([...sessions.values()]);
      // Who goes on at the same time answers in no order.
      lines.push(...lines.splice(from).toSorted());
    }
    for (const { pending } of sessions.values()) await pending;
    return lines;
  } finally {
    for (const { client } of sessions.values()) await client.end();
  }
}

/** Who waited may go on now. */
async function settled(sessions: readonly Session[]): Promise<void> {
  const pending = Promise.all(sessions.map((session) => session.pending));
  await Promise.race([pending, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}

async function open(user: pg.ClientConfig): Promise<Session> {
  const client = new pg.Client(user);
  client.on('error', () => undefined);
  await client.connect();
  return { client, pending: undefined };
}

interface Asked {
  readonly name: string;
  readonly sql: string;
  readonly lines: string[];
  /** There is nobody to wait for. */
  readonly isAlone: boolean;
}

async function step(session: Session, { name, sql, lines, isAlone }: Asked): Promise<void> {
  let isDone = false;
  const answer = answerOf(session.client, sql).then((text) => {
    isDone = true;
    lines.push(`${name}: ${sql} ─ ${text}`);
  });
  session.pending = answer;
  if (isAlone) await answer;
  await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  if (!isDone) lines.push(`${name}: ${sql} waits`);
}

async function answerOf(client: pg.Client, sql: string): Promise<string> {
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    const rows = result.rows.map((row) => Object.values(row).join());
    return [result.command, String(result.rowCount ?? ''), ...rows].join(' ');
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    return `${code} ${message}`;
  }
}
