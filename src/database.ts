/**
 * A database in this process: store, executor, tracer and sessions put together. The server's
 * main and the library's users open the same thing.
 *
 *     Database.open ──▶ shared memory ─▶ store (replay) ─▶ workers ─▶ sessions
 */
import { KeptDefinitions } from './catalog/system/definition-facts.ts';
import { createSystemCatalog } from './catalog/system/system-catalog.ts';
import { spanRows } from './trace/spans/span-rows.ts';
import { firstDatabase } from './catalog/databases.ts';
import type { Store } from './catalog/table.ts';
import { createExecutor } from './exec/executor.ts';
import type { Executor } from './exec/execution.ts';
import { attachHeap, createSharedMemory } from './memory/heap.ts';
import { initializeAllocator } from './memory/allocator.ts';
import type { SessionEnvironment } from './session/environment.ts';
import { SessionContext } from './session/library/session-context.ts';
import { SharedPlans } from './session/statement/shared-plans.ts';
import { StatementShapes } from './session/statement/statement-shapes.ts';
import { SessionDirectory } from './session/session-directory.ts';
import type { Session, SessionHost, SessionStart } from './session/session.ts';
import { SqlSession } from './session/sql-session.ts';
import { loadParser } from './sql/parse.ts';
import { createSegmentReader } from './storage/segment-body.ts';
import { openStore } from './storage/store.ts';
import { serverStatistics } from './server-metrics.ts';
import { activeTracer } from './telemetry.ts';
import { clockNs } from './trace/node-statistics.ts';
import type {
  InstrumentationOptions,
  RuleInstrumentationOptions,
} from './trace/instrumentation.ts';
import type { Tracer } from './trace/query-trace.ts';
import { warmUp } from './warm-up.ts';
import { version } from './version.ts';
import { createVerifier } from './session/roles/scram-verifier.ts';
import { createServer } from './wire/server.ts';
import { checkLogin } from './session/roles/check-login.ts';
import { AccessRights } from './catalog/access-rights.ts';
import type { Authentication, ServerOptions } from './wire/server-options.ts';

export interface DatabaseOptions {
  readonly dataDir: string;
  /** Bytes of shared column memory, at most 4 GiB; default 1 GiB. */
  readonly memoryBytes?: number;
  readonly queryMemoryBytes?: number;
  /** Worker threads; 0 runs everything on the calling thread. Default 2. */
  readonly workers?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly tracer?: Tracer;
  /** What pg_reload_conf() does; default nothing. */
  readonly reloadSettings?: () => void;
}

/** What the spans of a context's queries hold, beyond what directives ask for. */
export interface ContextOptions {
  readonly instrumentation?: InstrumentationOptions;
  /** Spans of the planner's phases and rules; by default as `trace.rules` and directives say. */
  readonly rules?: RuleInstrumentationOptions;
}

const defaultMemoryBytes = 2 ** 30;

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export type ListenOptions = Partial<ServerOptions> & { readonly port: number };

export class Database implements SessionHost {
  readonly serverVersion = `15.20 (TimeFusion ${version})`;
  readonly environment: SessionEnvironment;
  readonly #verifier: string | undefined;
  readonly #executor: Executor;
  readonly #store: Store;
  readonly #servers = new Set<Listening>();
  #warming: Promise<void> | undefined;

  private constructor(environment: SessionEnvironment, password: string | undefined) {
    this.environment = environment;
    this.#store = environment.store;
    this.#executor = environment.executor;
    this.#verifier = password === undefined ? undefined : createVerifier(password);
  }

  /**
   * Opens the data folder, replays its log, starts the workers. One database per process: the
   * shared memory belongs to it.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const memoryBytes = options.memoryBytes ?? defaultMemoryBytes;
    const workers = options.workers ?? 2;
    const memory = createSharedMemory(memoryBytes);
    attachHeap(memory);
    initializeAllocator();
    await loadParser();
    const store = await openStore({
      dataDir: options.dataDir,
      memoryBytesMax: Math.floor(memoryBytes * 0.6),
    });
    const executor = await createExecutor({
      workers,
      memory,
      segments: createSegmentReader(),
      workerUrl: new URL('./worker-main.js', import.meta.url),
    });
    await executor.ready();
    const superuser = options.user ?? 'postgres';
    const tracer = options.tracer ?? activeTracer();
    const name = options.database ?? 'postgres';
    const environment: SessionEnvironment = {
      store,
      executor,
      tracer,
      directory: new SessionDirectory(),
      createSystemCatalog: (state) => createSystemCatalog(state, spanRows),
      definitions: new KeptDefinitions(),
      plans: new SharedPlans(),
      shapes: new StatementShapes(),
      statistics: () => serverStatistics(environment),
      database: name,
      firstDatabase: name,
      databaseId: firstDatabase,
      serverVersion: `15.20 (TimeFusion ${version})`,
      startedMicros: BigInt(Date.now()) * 1000n,
      workers,
      queryMemoryBytesMax: options.queryMemoryBytes ?? memoryBytes / 2,
      superuser,
      reloadSettings: options.reloadSettings ?? (() => undefined),
      hasOwnPassword: options.password !== undefined,
    };
    return new Database(environment, options.password);
  }

  /** A session of the library: no socket, no password. */
  createSessionContext({ instrumentation, rules }: ContextOptions = {}): SessionContext {
    const { superuser, database } = this.environment;
    const start: SessionStart = {
      user: superuser,
      database,
      settings: [
        ['application_name', 'timefusion library'],
        ['trace.preview_rows', String(instrumentation?.previewLimit ?? 0)],
      ],
      clientAddress: '',
      tls: false,
    };
    const session = new SqlSession(this.environment, start);
    session.cycle.instrumentation = {
      ...(instrumentation && { operators: instrumentation }),
      ...(rules && { rules }),
    };
    return new SessionContext(session);
  }

  async openSession(start: SessionStart): Promise<Session> {
    const session = new SqlSession(checkLogin(this.environment, start), start);
    this.environment.tracer.server.connected('accepted');
    return session;
  }

  refused(code: string): void {
    const isDenied = code.startsWith('28');
    const result = isDenied ? 'denied' : code === '53300' ? 'full' : 'failed';
    this.environment.tracer.server.connected(result);
  }

  cancel(processId: number, secretKey: number): void {
    const { directory, tracer } = this.environment;
    const startNs = clockNs();
    const user = directory.find(processId)?.activity().user ?? '';
    const victim = directory.cancel(processId, secretKey);
    tracer.cancelRequested({ user, startNs, endNs: clockNs(), processId, victim });
  }

  passwordVerifier(user: string): string | undefined {
    const { superuser, store } = this.environment;
    if (user === superuser && this.#verifier !== undefined) return this.#verifier;
    return AccessRights.of(store.records(undefined), this.environment).roleNamed(user)?.verifier;
  }

  /** Once the superuser has a password, nobody comes in without one. */
  get authentication(): Authentication {
    const hasPassword = this.passwordVerifier(this.environment.superuser) !== undefined;
    return hasPassword ? 'scram-sha-256' : 'trust';
  }

  /** Serves PostgreSQL clients. */
  async listen(options: ListenOptions): Promise<Listening> {
    const listening = await startListening(() => this, options);
    this.#servers.add(listening);
    return listening;
  }

  /** Opens and serves; clients that come while the log is replayed hear 57P03. */
  static async serve(
    options: DatabaseOptions,
    listenOptions: ListenOptions,
  ): Promise<{ readonly database: Database; readonly listening: Listening }> {
    let opened: Database | undefined;
    const listening = await startListening(() => opened, listenOptions);
    let database: Database;
    try {
      database = await Database.open(options);
    } catch (error) {
      await listening.close();
      throw error;
    }
    const { onInternalError } = listenOptions;
    database.#warming = warmUp(database.environment).catch((error: Error) => {
      onInternalError?.(error);
    });
    opened = database;
    database.#servers.add(listening);
    return { database, listening };
  }

  /** Ends servers, workers and store; every acknowledged row is on disk already. */
  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
    await this.#warming;
    await this.#executor.close();
    await this.#store.close();
    await this.environment.tracer.shutdown();
  }
}

async function startListening(
  database: () => Database | undefined,
  options: ListenOptions,
): Promise<Listening> {
  const authentication = (): Authentication => database()?.authentication ?? 'trust';
  const server = createServer(database, { host: '127.0.0.1', authentication, ...options });
  const { port } = await server.listen();
  return { port, close: () => server.close() };
}
