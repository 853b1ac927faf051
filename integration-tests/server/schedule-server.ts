/**
 * The sessions of one server to which a schedule sends its steps, and what each step brings about,
 * as PostgreSQL's isolationtester does: a step that waits is left alone, the others go on.
 *
 *     step ──▶ answers, or is seen to wait ──▶ whom it released answers, or waits again ──▶ lines
 */
import pg from 'pg';
import { must } from '../../src/errors/assert.ts';

export interface ScheduleStep {
  /** Counted from 0. */
  readonly session: number;
  readonly sql: string;
}

/** What a step or an earlier one that waited came to. */
export interface StepOutcome {
  readonly session: number;
  readonly sql: string;
  /** `waits`, the SQLSTATE and message of an error, or the tag and the rows. */
  readonly text: string;
}

interface Session {
  readonly client: pg.Client;
  readonly pid: number;
  /** The statement that has not answered yet. */
  pending: string | undefined;
}

/** Rows (pid, pids that it waits for, as far as the server tells) of sessions that wait. */
type WaitsQuery = string;

export const postgresWaits: WaitsQuery =
  'select pid, pg_blocking_pids(pid) from unnest($1::int[]) pid ' +
  'where cardinality(pg_blocking_pids(pid)) > 0';

export const ourWaits: WaitsQuery =
  'select pid, array[]::int[] from pg_stat_activity ' +
  "where wait_event_type = 'Lock' and pid = any($1::int[])";

/** A step that neither answers nor waits for as long is lost. */
const patienceMs = 10_000;

export class ScheduleServer {
  readonly #user: pg.ClientConfig;
  readonly #waits: WaitsQuery;
  readonly #watcher: pg.Client;
  #sessions: Session[] = [];
  #answered: StepOutcome[] = [];

  private constructor(user: pg.ClientConfig, waits: WaitsQuery, watcher: pg.Client) {
    this.#user = user;
    this.#waits = waits;
    this.#watcher = watcher;
  }

  static async open(port: number, waits: WaitsQuery): Promise<ScheduleServer> {
    const user = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
    return new ScheduleServer(user, waits, await connect(user));
  }

  /** Statements of nobody's transaction, one after the other; rows of the last. */
  async prepare(statements: readonly string[]): Promise<string> {
    let last = '';
    for (const sql of statements) last = await answerOf(this.#watcher, sql);
    return last;
  }

  async openSessions(count: number): Promise<void> {
    while (this.#sessions.length < count) {
      const client = await connect(this.#user);
      await client.query("set deadlock_timeout = '10ms'").catch(() => undefined);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      this.#sessions.push({ client, pid: must(rows[0], 'a process').pid, pending: undefined });
    }
  }

  isPending(session: number): boolean {
    return this.#sessions[session]?.pending !== undefined;
  }

  /** Outcomes of the step itself and of those that it released, in the order of sessions. */
  async run({ session: number, sql }: ScheduleStep): Promise<readonly StepOutcome[]> {
    const session = must(this.#sessions[number], 'a session');
    this.#answered = [];
    session.pending = sql;
    void answerOf(session.client, sql).then((text) => {
      session.pending = undefined;
      this.#answered.push({ session: number, sql, text });
    });
    await this.#settle();
    const waits = session.pending === undefined ? [] : [{ session: number, sql, text: 'waits' }];
    return [...this.#answered, ...waits].toSorted((left, right) => left.session - right.session);
  }

  /** Until every session has answered or waits. */
  async #settle(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const pending = this.#sessions.filter((each) => each.pending !== undefined);
      if (pending.length === 0) return;
      const before = this.#answered.length;
      const blockers = await this.#blockers(pending.map(({ pid }) => pid));
      const isSettled = pending.every(({ pid }) => blockers.has(pid)) && !hasCircle(blockers);
      if (isSettled && this.#answered.length === before) return;
      if (performance.now() > deadline) throw new Error(`${pending[0]?.pending} is lost`);
    }
  }

  async #blockers(pids: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const { rows } = await this.#watcher.query<[number, number[]]>({
      text: this.#waits,
      values: [pids],
      rowMode: 'array',
    });
    return new Map(rows);
  }

  /** Ends the sessions, whatever they do. */
  async endSessions(): Promise<void> {
    const sessions = this.#sessions;
    this.#sessions = [];
    const pids = sessions.map(({ pid }) => pid);
    await this.#watcher.query('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [
      pids,
    ]);
    for (const { client } of sessions) await client.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.endSessions();
    await this.#watcher.end();
  }
}

/** Who waits in a circle does not wait for long. */
function hasCircle(blockers: ReadonlyMap<number, readonly number[]>): boolean {
  const leads = (from: number, to: number, seen: Set<number>): boolean =>
    (blockers.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return leads(next, to, seen);
    });
  return [...blockers.keys()].some((pid) => leads(pid, pid, new Set()));
}

async function connect(user: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(user);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Rows come in no order; of several violated constraints either may be named, and whether a row
 * that changed meanwhile was updated or deleted is not told.
 */
async function answerOf(client: pg.Client, sql: string): Promise<string> {
  try {
    const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    const rows = result.rows.map((row) => row.map((value) => String(value)).join()).toSorted();
    return [result.command, String(result.rowCount ?? ''), ...rows].join(' ');
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    return /^(23|40001)/.test(code) ? code : `${code} ${message}`;
  }
}
