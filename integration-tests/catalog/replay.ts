/**
 * Replays what captured clients sent, against TimeFusion and PostgreSQL 15 side by side, and
 * prints a table client by client. Both are started here, with the captures' schema in each as far
 * as TimeFusion takes it (fixture.ts).
 *
 *     node dist/integration-tests/catalog/replay.js [--client psql15] [--slowest 20] [--verbose]
 *
 * With --slowest each statement is said four times more, caches warm, and the slowest are printed by
 * their median beside PostgreSQL's.
 *
 * A capture holds each statement once, so transactions are not whole: where one has failed, it is
 * rolled back on both sides before the next statement.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PostgresProcess } from '../server/postgres-process.ts';
import { ServerProcess } from '../server/server-process.ts';
import {
  captureFiles,
  captureFolder,
  readCapture,
  type Capture,
  type CapturedStatement,
} from './capture.ts';
import { difference } from './comparison.ts';
import { makeFixture, statementsOf, type Fixture } from './fixture.ts';
import { ObjectNames } from './object-names.ts';
import { ReplaySession, type Heard } from './replay-session.ts';

export interface Replayed {
  readonly client: string;
  readonly statement: CapturedStatement;
  readonly ours: Heard;
  readonly theirs: Heard;
  readonly difference: string | undefined;
  /** Medians of further rounds in ms, of statements that read. */
  readonly warm?: { readonly ours: number; readonly theirs: number } | undefined;
}

const warmRounds = 4;

const database = 'app';
/** Databases of PostgreSQL alone: where the others are made from. */
const template = 'app_template';
const administration = 'app_admin';
const writing =
  /^(?:INSERT|UPDATE|DELETE|MERGE|COPY|CREATE|DROP|ALTER|TRUNCATE|COMMENT|SELECT INTO)/;

const pgbenchTables = [
  'create table pgbench_history(tid int,bid int,aid int,delta int,mtime timestamp,filler char(22))',
  'create table pgbench_tellers(tid int not null,bid int,tbalance int,filler char(84))',
  'create table pgbench_accounts(aid int not null,bid int,abalance int,filler char(84))',
  'create table pgbench_branches(bid int not null,bbalance int,filler char(88))',
  'insert into pgbench_branches values (1, 0)',
  'insert into pgbench_tellers values (1, 1, 0)',
  'insert into pgbench_accounts select i, 1, 0 from generate_series(1, 1000) i',
];

/** What clients find that other programs have made before. */
const preludes: Readonly<Record<string, readonly string[]>> = {
  sequelize6: ['create extension if not exists plpgsql'],
  'pgbench15-extended': pgbenchTables,
  'pgbench15-prepared': pgbenchTables,
};

export class Replay {
  readonly #server: ServerProcess;
  readonly #postgres: PostgresProcess;
  readonly fixture: Fixture;
  readonly #captured: ObjectNames;
  readonly #rounds: number;
  /** Functions and settings that PostgreSQL has not. */
  #own: ReadonlySet<string> = new Set();

  private constructor(
    server: ServerProcess,
    postgres: PostgresProcess,
    fixture: Fixture,
    captured: ObjectNames,
    rounds: number,
  ) {
    this.#server = server;
    this.#postgres = postgres;
    this.fixture = fixture;
    this.#captured = captured;
    this.#rounds = rounds;
  }

  static async start({ rounds = 0 }: { readonly rounds?: number } = {}): Promise<Replay> {
    const environment = { PGWIRE_DATABASE: database };
    const server = await ServerProcess.start({ environment });
    const postgres = await PostgresProcess.start();
    const script = readFileSync(join(captureFolder, '_fixture-schema.sql'), 'utf8');
    const statements = statementsOf(script);
    const captured = await capturedNames(postgres.port, statements);
    const session = await ReplaySession.open(server.port, { user: 'postgres', database });
    await emptyOurs(session);
    const fixture = await makeFixture(session, statements);
    session.close();
    const replay = new Replay(server, postgres, fixture, captured, rounds);
    await replay.#admin(`create database ${template}`);
    await replay.#fill(postgres.port, template);
    await replay.#admin(`create database ${database} template ${template}`);
    replay.#own = await ownNames(server.port, postgres.port);
    return replay;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#postgres.stop();
  }

  async replay({ client, startup, statements }: Capture): Promise<readonly Replayed[]> {
    for (const sql of preludes[client] ?? []) {
      for (const { port } of [this.#server, this.#postgres]) await runAll(port, database, [sql]);
    }
    if (statements.some(({ sql }) => /^\s*do\b/i.test(sql))) {
      await runAll(this.#postgres.port, database, ['create extension if not exists plpgsql']);
    }
    const ours = await ReplaySession.open(this.#server.port, startup);
    const theirs = await ReplaySession.open(this.#postgres.port, startup);
    const [ourNames, theirNames] = [await ObjectNames.read(ours), await ObjectNames.read(theirs)];
    const replayed: Replayed[] = [];
    for (const statement of statements) {
      const pair: Pair = {
        ours: { session: ours, statement: this.#captured.translated(statement, ourNames) },
        theirs: { session: theirs, statement: this.#captured.translated(statement, theirNames) },
      };
      const [a, b] = await replayPair(pair, statement.sqlState);
      const text = difference(
        statement.sql,
        { heard: a, names: ourNames, own: this.#own },
        { heard: b, names: theirNames, own: new Set() },
      );
      const warm = await this.#warm(pair, a);
      replayed.push({ client, statement, ours: a, theirs: b, difference: text, warm });
    }
    ours.close();
    theirs.close();
    const hasWritten = replayed.some((each) => writing.test(each.ours.tag + each.theirs.tag));
    if (hasWritten) await this.#restore();
    return replayed;
  }

  async #warm({ ours, theirs }: Pair, first: Heard): Promise<Replayed['warm']> {
    if (this.#rounds === 0 || first.failure !== undefined || !first.tag.startsWith('SELECT')) {
      return undefined;
    }
    const times = async ({ session, statement }: Pair['ours']): Promise<number> => {
      const all: number[] = [];
      for (let round = 0; round < this.#rounds; round++)
        all.push((await session.replay(statement)).ms);
      return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    };
    return { ours: await times(ours), theirs: await times(theirs) };
  }

  /** Both servers as they were before the first client. */
  async #restore(): Promise<void> {
    const session = await ReplaySession.open(this.#server.port, { user: 'postgres', database });
    await emptyOurs(session);
    session.close();
    await this.#fill(this.#server.port, database);
    await this.#admin(`drop database ${database} with (force)`);
    await this.#admin(`create database ${database} template ${template}`);
  }

  async #admin(sql: string): Promise<void> {
    await runAll(this.#postgres.port, administration, [sql]);
  }

  async #fill(port: number, name: string): Promise<void> {
    await runAll(port, name, this.fixture.statements);
  }
}

async function ownNames(ours: number, theirs: number): Promise<ReadonlySet<string>> {
  const names = async (port: number): Promise<readonly string[]> => {
    const session = await ReplaySession.open(port, { user: 'postgres', database });
    const { rows } = await session.query(
      'select proname from pg_proc union select name from pg_settings',
    );
    session.close();
    return rows.map(([name]) => String(name));
  };
  const known = new Set(await names(theirs));
  return new Set((await names(ours)).filter((name) => !known.has(name)));
}

interface Pair {
  readonly ours: { readonly session: ReplaySession; readonly statement: CapturedStatement };
  readonly theirs: { readonly session: ReplaySession; readonly statement: CapturedStatement };
}

/** What brings both sessions to where the client's was, by PostgreSQL's SQLSTATE without it. */
const preparations: Readonly<Record<string, readonly string[]>> = {
  '25P01': ['begin'],
  '25001': ['rollback'],
  '42P03': ['rollback', 'begin'],
};

function preparationFor({ failure }: Heard): readonly string[] | undefined {
  if (failure?.code !== '3B001') return preparations[failure?.code ?? ''];
  return ['begin', `savepoint ${/".*"/.exec(failure.message)?.[0]}`];
}

async function replayPair(
  pair: Pair,
  captured: string | undefined,
): Promise<readonly [Heard, Heard]> {
  const { ours, theirs } = pair;
  const sessions = [ours.session, theirs.session];
  const both = async (sql: string): Promise<void> => {
    for (const session of sessions) await session.query(sql);
  };
  const replay = (): Promise<[Heard, Heard]> =>
    Promise.all([ours.session.replay(ours.statement), theirs.session.replay(theirs.statement)]);
  if (sessions.some(({ status }) => status === 'E')) await both('rollback');
  const first = await replay();
  const preparation = captured === undefined ? preparationFor(first[1]) : undefined;
  if (preparation === undefined) return first;
  if (sessions.some(({ status }) => status === 'E')) await both('rollback');
  for (const sql of preparation) await both(sql);
  return replay();
}

/** Objects get the OIDs of the capture when a new cluster is given the same statements. */
async function capturedNames(port: number, statements: readonly string[]): Promise<ObjectNames> {
  await runAll(port, 'postgres', [`create database ${database}`]);
  const session = await ReplaySession.open(port, { user: 'postgres', database });
  for (const statement of statements) await session.query(statement);
  const names = await ObjectNames.read(session);
  session.close();
  await runAll(port, 'postgres', [`create database ${administration}`]);
  await runAll(port, administration, [
    `drop database ${database} with (force)`,
    'drop database postgres with (force)',
    'drop role analyst',
    'drop role viewer',
  ]);
  return names;
}

async function runAll(port: number, name: string, statements: readonly string[]): Promise<void> {
  const session = await ReplaySession.open(port, { user: 'postgres', database: name });
  for (const statement of statements) {
    const { failure } = await session.query(statement);
    if (failure !== undefined) throw new Error(`${failure.message}: ${statement}`);
  }
  session.close();
}

/** Drops what users have made, views before tables, types after both, then roles. */
async function emptyOurs(session: ReplaySession): Promise<void> {
  const { rows: routines } = await session.query(`
    select format('drop routine %s cascade', oid::regprocedure) from pg_proc where oid >= 16384`);
  const { rows } = await session.query(`
    select format('drop %s if exists %s', case relkind when 'v' then 'view'
      when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end, oid::regclass)
    from pg_class where relkind in ('r', 'p', 'v', 'm', 'S') and oid >= 16384
    order by relkind = 'S', relkind not in ('v', 'm'), oid desc`);
  const { rows: schemas } = await session.query(`
    select format('drop schema if exists %I', nspname) from pg_namespace
    where oid >= 16384 and nspname !~ '^pg_'`);
  const { rows: roles } = await session.query(`
    select format('drop role if exists %I', rolname) from pg_roles where oid >= 16384`);
  const { rows: types } = await session.query(`
    select format('drop type if exists %s', t.oid::regtype) from pg_type t
    left join pg_class c on c.oid = t.typrelid
    where t.oid >= 16384 and (t.typtype in ('e', 'd') or c.relkind = 'c') order by t.oid desc`);
  for (const [sql] of [...routines, ...rows, ...types, ...schemas, ...roles])
    await session.query(sql?.toString() ?? '');
}

function tableOf(replayed: readonly Replayed[]): string {
  const row = (name: string, own: readonly Replayed[]): string => {
    const count = (is: (each: Replayed) => boolean): string =>
      String(own.filter(is).length).padStart(9);
    const isFailing = ({ ours, theirs }: Replayed): boolean =>
      ours.failure !== undefined && theirs.failure === undefined;
    const alike = own.filter((each) => each.difference === undefined).length;
    const slowest = Math.max(0, ...own.map(({ ours }) => ours.ms));
    return [
      name.padEnd(26),
      count(() => true),
      count(isFailing),
      count((each) => each.difference !== undefined && !isFailing(each)),
      `${((100 * alike) / Math.max(1, own.length)).toFixed(1)} %`.padStart(9),
      `${slowest.toFixed(0)} ms`.padStart(9),
    ].join(' ');
  };
  const head = ['client'.padEnd(26), 'sent', 'failing', 'differing', 'alike', 'slowest']
    .map((text, i) => (i === 0 ? text : text.padStart(9)))
    .join(' ');
  const clients = [...new Set(replayed.map(({ client }) => client))];
  const lines = clients.map((client) =>
    row(
      client,
      replayed.filter((each) => each.client === client),
    ),
  );
  return [head, ...lines, row('all', replayed)].join('\n');
}

/** The statements that took longest with warm caches. */
function slowestOf(replayed: readonly Replayed[], count: number): string {
  const timed = replayed.filter(({ warm }) => warm !== undefined);
  const slowest = timed.toSorted((a, b) => (b.warm?.ours ?? 0) - (a.warm?.ours ?? 0));
  const lines = slowest.slice(0, count).map(({ client, statement, warm }) => {
    const times = [warm?.ours, warm?.theirs].map((ms) => `${(ms ?? 0).toFixed(1)} ms`.padStart(10));
    const text = statement.sql.replaceAll(/\s+/g, ' ').slice(0, 60);
    return `${times.join('')}  ${client} [${statement.name}] ${text}`;
  });
  return ['      ours    theirs', ...lines].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      client: { type: 'string' },
      slowest: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  });
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const replay = await Replay.start({ rounds: values.slowest === undefined ? 0 : warmRounds });
  for (const text of replay.fixture.leftOut) write(`left out of both: ${text}`);
  const all: Replayed[] = [];
  for (const path of captureFiles()) {
    const capture = readCapture(path);
    if (values.client !== undefined && capture.client !== values.client) continue;
    const replayed = await replay.replay(capture);
    all.push(...replayed);
    for (const { statement, difference: text, theirs } of replayed) {
      const name = `${capture.client} [${statement.name}]`;
      if (text !== undefined) write(`${name} ${text}`);
      if (text !== undefined && values.verbose === true) write(`    ${statement.sql}`);
      if (theirs.failure !== undefined && statement.sqlState === undefined) {
        write(`${name} fails there now: ${theirs.failure.message}`);
      }
    }
  }
  await replay.stop();
  if (values.slowest !== undefined) write(slowestOf(all, Number(values.slowest)));
  write(tableOf(all));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
