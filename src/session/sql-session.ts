/**
 * One client's session: statements, portals, settings, transaction. SQL in, encoded rows out.
 *
 *     simple     text ─▶ statements ─▶ each: run ─▶ rows, tag          (one implicit transaction)
 *     extended   Parse ─▶ statement ─Bind─▶ portal ─Execute─▶ rows … ─Sync─▶ commit
 *
 * The wire serialises calls; only cancel() and close() come in between.
 */
import type { DatabaseId } from '../catalog/databases.ts';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { LoopTurns } from '../exec/loop-turns.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import { releaseAdvisoryLocks } from '../functions/system/advisory-locks.ts';
import { Arena, Budget } from '../memory/arena.ts';
import type { ActivityFact, TraceRow } from '../catalog/catalog-state.ts';
import { planStatement } from '../plan/plan-statement.ts';
import type { PlannedStatement, PlannerOptions } from '../plan/planner.ts';
import type { ParsedStatement } from '../sql/statement.ts';
import { clockNs, type CloseReason } from '../trace/node-statistics.ts';
import type { SpanIdentity } from '../trace/query-trace.ts';
import type { Charset } from '../types/encodings/charset.ts';
import type { SqlType } from '../types/sql-type.ts';
import { applySetting, checkMaySet } from './settings/apply-setting.ts';
import { activityFact } from './facts/activity.ts';
import type { SessionEnvironment } from './environment.ts';
import { evaluationFacts, sessionFormats } from './facts/evaluation-facts.ts';
import { clientCharset } from './statement/client-encoding.ts';
import { changeChannels } from './transaction/channel-changes.ts';
import { catalogState } from './facts/session-state.ts';
import { dropAllTemporary } from './definition/temporary.ts';
import { typesShown } from './definition/type/user-types.ts';
import { KeptTexts } from './statement/kept-texts.ts';
import { IdleWatch } from './idle-watch.ts';
import { ReferenceQueue } from './write/references/reference-queue.ts';
import { refuseEarlierWrites } from './write/earlier-writes.ts';
import { Interrupts } from './interrupts.ts';
import { firstSettings, type FirstSetting } from './settings/kept-settings.ts';
import { planKey, shownSeverities } from './settings/derived-settings.ts';
import type { Portal } from './portal/portal.ts';
import { Portals } from './portal/portals.ts';
import { obeyOnCommit } from './transaction/on-commit.ts';
import { SessionCatalog } from './facts/planner-catalog.ts';
import { checkAccess } from './roles/check-access.ts';
import { refuseOtherDatabases } from './roles/other-databases.ts';
import { checkBuiltInCalls } from './roles/listed-objects.ts';
import { checkRoutineAccess } from './roles/routine-access.ts';
import { relationPathOf, searchPathOf } from './settings/search-path.ts';
import { policiesFor } from './roles/row-security.ts';
import { SessionRoles } from './roles/session-roles.ts';
import { callFunction } from './statement/function-call.ts';
import {
  bindMessage,
  describePortal,
  describeStatement,
  executePortal,
  parseMessage,
} from './statement/extended-query.ts';
import { PreparedStatements } from './statement/prepared-statements.ts';
import { runSimpleQuery } from './statement/simple-query.ts';
import type { QueryRequest } from '../exec/execution.ts';
import type {
  BindMessage,
  ExecuteOutcome,
  FieldDescription,
  FunctionCallMessage,
  Notice,
  ParseMessage,
  Notification,
  ResultWriter,
  Session,
  SessionPeer,
  SessionStart,
  StatementDescription,
} from './session.ts';
import { Settings } from './settings/settings.ts';
import { TraceCycle } from './tracing/trace-cycle.ts';
import { activeRows } from './tracing/trace-rows.ts';
import { Transaction } from './transaction/transaction.ts';

/** Settings of the startup packet that ask for rights. */
const ofRoles = new Set(['role', 'session_authorization']);
const constantBytesMax = 1 << 28;
/** Notifications that wait for one session; more are dropped. */
const notificationsMax = 10_000;

interface PlannedNode {
  readonly planned: PlannedStatement;
  /** Rows of the stored tables that the statement names, by OID. */
  readonly sizes: ReadonlyMap<number, number>;
}

interface CatalogReader {
  readonly isInternal?: boolean;
  readonly reader?: string | undefined;
}

export interface PlanningOptions extends Pick<
  PlannerOptions,
  'observer' | 'parametersFixed' | 'variables'
> {
  /** The session asks, not its user: no privileges are needed. */
  readonly isInternal?: boolean;
  /** Whose policies rule it all the same: the owner of a materialized view. */
  readonly reader?: string;
  /** WITH clauses that write: allowed where the whole statement is run. */
  readonly writesInWith?: 'allowed' | 'refused';
}

export class SqlSession implements Session {
  readonly environment: SessionEnvironment;
  readonly start: SessionStart;
  readonly settings: Settings;
  readonly transaction: Transaction;
  readonly roles = new SessionRoles(this);
  readonly processId: number;
  readonly secretKey: number;
  readonly statements = new PreparedStatements();
  readonly texts = new KeptTexts();
  readonly portals = new Portals();
  readonly references = new ReferenceQueue(this);
  readonly interrupts = new Interrupts();
  readonly turns: LoopTurns;
  readonly channels = new Set<string>();
  readonly cycle: TraceCycle;
  readonly startedMicros = BigInt(Date.now()) * 1000n;
  /** Text and start of the current or last statement, for pg_stat_activity. */
  currentSql = '';
  statementMicros = 0n;
  active = false;
  /** What kind of lock the statement waits for. */
  lockWait: ActivityFact['lockWait'];
  readonly #notifications: Notification[] = [];
  #closed = false;
  #peer: SessionPeer | undefined;
  readonly #idleWatch = new IdleWatch();

  constructor(environment: SessionEnvironment, start: SessionStart) {
    this.environment = environment;
    this.start = start;
    this.turns = start.turns ?? new LoopTurns();
    const { processId, secretKey } = environment.directory.reserve();
    this.processId = processId;
    this.secretKey = secretKey;
    this.settings = new Settings({
      server_version: environment.serverVersion,
      session_authorization: start.user,
      ssl: start.tls ? 'on' : 'off',
      is_superuser: start.user === environment.superuser ? 'on' : 'off',
    });
    const pid = String(processId);
    this.transaction = new Transaction(environment.store, this.settings, (isCommitted) => {
      releaseAdvisoryLocks(pid, 'transaction');
      environment.tracer.server.transactionEnded(isCommitted);
      environment.directory.transactionEnded(environment.databaseId, isCommitted);
      this.references.reset();
    });
    for (const [name] of start.settings) checkMaySet(this, name);
    for (const [name, value, source] of [...this.#keptSettings(), ...start.settings]) {
      if (ofRoles.has(name)) applySetting(this, name, value, false);
      else this.settings.start(name === 'traceparent' ? 'trace.traceparent' : name, value, source);
    }
    this.cycle = new TraceCycle(this);
    environment.directory.add(this);
  }

  /** What ALTER ROLE and ALTER DATABASE said that sessions begin with. */
  #keptSettings(): readonly FirstSetting[] {
    const { rights } = this.roles;
    const user = rights.roleNamed(this.start.user)?.oid ?? -1;
    const records = this.environment.store.records(undefined);
    const kept = firstSettings(records, user, this.databaseId);
    // A role that is gone, or that the user may no longer become, keeps nobody away.
    return kept.filter(([name, value]) => {
      const role = name === 'role' ? rights.roleNamed(value)?.oid : user;
      return role !== undefined && rights.isMember(user, role);
    });
  }

  get databaseId(): DatabaseId {
    return this.environment.databaseId;
  }

  get transactionStatus(): 'I' | 'T' | 'E' {
    return this.transaction.status;
  }

  reportedParameters(): readonly (readonly [string, string])[] {
    return this.settings.reportAll();
  }

  get charset(): Charset | undefined {
    return this.settings.derived(clientCharset) ?? undefined;
  }

  wantsNotice(severity: Notice['severity']): boolean {
    return severity === 'INFO' || this.settings.derived(shownSeverities).has(severity);
  }

  takeParameterChanges(): readonly (readonly [string, string])[] {
    this.roles.refreshSuperuser();
    return this.settings.takeChanges();
  }

  takeNotifications(): readonly Notification[] {
    return this.transaction.inBlock ? [] : this.#notifications.splice(0);
  }

  attach(peer: SessionPeer): void {
    this.#peer = peer;
    this.#idleWatch.start(this, this.#peer);
  }

  notify(notification: Notification): void {
    if (this.#notifications.length >= notificationsMax) return;
    this.#notifications.push(notification);
    this.#peer?.wake();
  }

  get searchPath(): readonly string[] {
    return searchPathOf(this);
  }

  /** The same for names of relations and types. */
  get relationPath(): readonly string[] {
    return relationPathOf(this);
  }

  /** `isInternal`: the session asks, whom no policy rules. */
  catalog({ isInternal = false, reader }: CatalogReader = {}): SessionCatalog {
    return new SessionCatalog({
      store: this.environment.store,
      transaction: this.transaction.storeTransaction,
      searchPath: this.searchPath,
      relationPath: this.relationPath,
      temporarySchema: this.temporarySchema,
      state: () => catalogState(this),
      createSystemCatalog: this.environment.createSystemCatalog,
      ...(isInternal ? {} : { policiesFor: (table, as = reader) => policiesFor(this, table, as) }),
    });
  }

  /** Where this session's temporary tables live; they go with the session. */
  get temporarySchema(): string {
    return `pg_temp_${this.processId}`;
  }

  /** Settings that a plan depends on. */
  planSettingsKey(): string {
    return this.settings.derived(planKey);
  }

  /** What planning one statement may know. */
  plannerOptions(
    statement: Pick<ParsedStatement, 'positionOf'>,
    parameterTypes: readonly (SqlType | undefined)[] = [],
  ): PlannerOptions {
    return {
      catalog: this.catalog(),
      parameterTypes,
      positionOf: statement.positionOf,
      timeZone: this.settings.get('TimeZone'),
      workers: this.environment.workers,
      formats: sessionFormats(this),
    };
  }

  /** For constant expressions that the session computes itself. */
  constantContext(arena = new Arena(new Budget(constantBytesMax))): EvaluationContext {
    const { catalogState: _state, catalog, ...facts } = evaluationFacts(this);
    return { ...facts, arena, catalog: must(catalog, 'the catalog') };
  }

  planNode(
    statement: ParsedStatement,
    parameterTypes: readonly (SqlType | undefined)[],
    { isInternal, reader, ...more }: PlanningOptions = {},
  ): PlannedNode {
    const { variables } = more;
    if (isInternal !== true) {
      refuseOtherDatabases(this, statement);
      checkAccess(this, statement, parameterTypes, variables);
    }
    const isUnruled = isInternal === true && reader === undefined;
    const catalog = this.catalog({ isInternal: isUnruled, reader });
    catalog.isInternal = isInternal === true;
    const options = this.plannerOptions(statement, parameterTypes);
    const { writesInWith = 'refused', ...observed } = more;
    const planned = planStatement(statement.node, { ...options, catalog, ...observed });
    if (writesInWith === 'refused') refuseEarlierWrites(planned);
    if (isInternal !== true) {
      checkRoutineAccess(this, [...catalog.usedRoutines.values()], catalog.namedRoutines);
      checkBuiltInCalls(this, catalog.builtInCalls);
    }
    const tables = [...catalog.foundTables];
    const sizes = new Map(tables.map(([oid, { rowCount = 0 }]) => [oid, rowCount]));
    return { planned, sizes };
  }

  evaluationFacts(): QueryRequest['evaluation'] {
    return evaluationFacts(this);
  }

  get arrivals() {
    return this.cycle.arrivals;
  }

  simpleQuery(sql: string, out: ResultWriter): Promise<void> {
    return runSimpleQuery(this, sql, out);
  }

  parse(message: ParseMessage, out: Pick<ResultWriter, 'notice'>): Promise<void> {
    return parseMessage(this, message, out);
  }

  bind(message: BindMessage): Promise<void> {
    return bindMessage(this, message);
  }

  async describeStatement(name: string): Promise<StatementDescription> {
    return describeStatement(this, name);
  }

  async describePortal(name: string): Promise<readonly FieldDescription[] | undefined> {
    return describePortal(this, name);
  }

  execute(name: string, rowsMax: number, out: ResultWriter): Promise<ExecuteOutcome> {
    return executePortal(this, name, { rowsMax, out });
  }

  findPortal(name: string): Portal {
    const portal = this.portals.find(name);
    if (portal !== undefined) return portal;
    if (this.portals.hasFailed(name)) this.checkNotFailed();
    throw new SqlError('invalid_cursor_name', `portal "${name}" does not exist`);
  }

  async callFunction(message: FunctionCallMessage): Promise<Uint8Array | null> {
    this.beginStatements('<fastpath function call>');
    return callFunction(this, message);
  }

  async closeStatement(name: string): Promise<void> {
    this.statements.delete(name);
  }

  async closePortal(name: string): Promise<void> {
    await this.portals.drop(name);
  }

  async sync(): Promise<void> {
    if (this.transaction.state === 'implicit') await this.commitNow();
    await this.closePortalsOutsideBlock();
    this.endStatements();
  }

  /** Commits and notes the phase. Errors: 58030 and others of the store. */
  async commitNow(): Promise<void> {
    const startNs = clockNs();
    if (this.transaction.state !== 'failed') {
      await this.portals.hold(this.environment.queryMemoryBytesMax);
      await this.references.commit();
      obeyOnCommit(this);
    }
    const report = await this.transaction.commit();
    changeChannels(this, this.transaction.channels.take());
    if (report !== undefined && report.logBytes > 0) this.cycle.committed(startNs, report);
  }

  /** A transaction is over: portals go with it, but for cursors that are held. */
  async closePortalsOutsideBlock(): Promise<void> {
    if (!this.transaction.inBlock) await this.portals.dropAfter(0);
  }

  async failed(error?: unknown): Promise<void> {
    if (error instanceof SqlError) error.translate((text) => typesShown(this, text));
    this.cycle.failUnopened(error);
    const { survivorSerial } = this.transaction;
    this.references.forget();
    this.transaction.fail();
    const { state, inSavepoint } = this.transaction;
    if (state === 'failed' && !inSavepoint) {
      releaseAdvisoryLocks(String(this.processId), 'transaction');
    }
    if (this.transaction.inBlock) await this.portals.failAfter(survivorSerial);
    else await this.portals.dropAfter(0);
    this.endStatements();
  }

  flushed(writeWaitNs: number, bytes: number): void {
    this.cycle.end(writeWaitNs, bytes);
  }

  /** The session works for its client from now on. */
  beginStatements(sql: string): void {
    this.#idleWatch.stop();
    this.currentSql = sql;
    this.active = true;
    this.interrupts.reset();
    this.statementMicros = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
  }

  /** It waits for its client. */
  endStatements(): void {
    this.active = false;
    this.transaction.isMultiple = false;
    this.interrupts.reset();
    this.#idleWatch.start(this, this.#peer);
  }

  /** Errors: 25P02 in a failed transaction block. */
  checkNotFailed(): void {
    if (this.transaction.state !== 'failed') return;
    throw new SqlError(
      'in_failed_sql_transaction',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  cancel(): SpanIdentity | undefined {
    if (!this.active) return undefined;
    const victim = this.cycle.current;
    victim?.event('cancel.requested', clockNs(), { by: 'client' });
    this.stop('cancelled', 'canceling statement due to user request');
    return victim;
  }

  /** Stops the running statement with 57014 and these words. */
  stop(reason: CloseReason, message: string): void {
    this.interrupts.stop(reason, message);
  }

  async close(reason: 'terminate' | 'disconnect' | 'shutdown'): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#idleWatch.stop();
    this.stop('disconnect', 'connection to client lost');
    this.environment.directory.remove(this.processId);
    await this.portals.dropAll('disconnect');
    this.statements.clear();
    this.transaction.rollback();
    releaseAdvisoryLocks(String(this.processId), 'all');
    await dropAllTemporary({ store: this.environment.store, schema: this.temporarySchema });
    this.cycle.abandon(reason);
  }

  /** Ends the session with 57P01. */
  terminate(): void {
    const message = 'terminating connection due to administrator command';
    this.#peer?.terminate(new SqlError('admin_shutdown', message));
  }

  activeSpans(): readonly TraceRow[] {
    const trace = this.cycle.current;
    if (trace === undefined || trace.traceId === '') return [];
    return activeRows({ pid: this.processId, trace, running: this.interrupts.current });
  }

  activity(): ActivityFact {
    return activityFact(this);
  }
}
