/**
 * One client connection: the loop over the protocol's states, and what may interrupt it.
 *
 * Layers      channel (bytes, TLS, back-pressure) ▸ codec (frames) ▸ protocol, login (meaning)
 *             ▸ Session (SQL)
 * Lifecycle   startup ▸ authenticating ▸ ready ⇄ drain ▸ closed; COPY FROM STDIN is a loop of its
 *             own inside a running statement
 * Interrupts  cancel (another connection asks), disconnect (the client is gone: the statement is
 *             cancelled), terminate (FATAL at the next safe place, then the end)
 * Errors      reported here alone: ERROR and on, or FATAL and the end
 */
import type { Socket } from 'node:net';
import { must } from '../errors/assert.ts';
import { engineLimit } from '../errors/engine-limits.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { Session, SessionHost } from '../session/session.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { Charset } from '../types/encodings/charset.ts';
import * as reply from './backend-messages.ts';
import type { AddressLimits } from './address-limits.ts';
import { Channel } from './channel.ts';
import { FramingError, type Frame } from './codec.ts';
import type { StartupRequest } from './startup.ts';
import type { ConnectionOptions } from './server-options.ts';
import { ConnectionResults } from './connection-results.ts';

export type State = 'startup' | 'authenticating' | 'ready' | 'drain' | 'closed';

export type Steps = {
  readonly [S in Exclude<State, 'closed'>]: (connection: Connection) => Promise<State>;
};

/** What the server decides for a connection. */
export interface Admission {
  /** Whether anybody is let in at all. Errors: 57P03. */
  checkOpen(): void;
  /** Counts a client that has proved who it is: strangers take no place. Errors: 53300. */
  admit(connection: Connection): void;
}

export interface ConnectionContext {
  readonly host: () => SessionHost;
  readonly options: ConnectionOptions;
  readonly admission: Admission;
  readonly limits: AddressLimits;
  readonly steps: Steps;
}

/** Errors after which a session cannot go on. */
const fatalCodes: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '57P05', '25P03']);
const probeMs = 30;

export class Connection {
  readonly acceptedNs = clockNs();
  readonly channel: Channel;
  readonly options: ConnectionOptions;
  readonly admission: Admission;
  readonly limits: AddressLimits;
  readonly results: ConnectionResults;
  request: StartupRequest | undefined;
  /** Encryption that the client has asked for: each once. */
  readonly encryptionRequests = new Set<'ssl' | 'gss'>();
  readonly #findHost: () => SessionHost;
  readonly #steps: Steps;
  #state: State = 'startup';
  #session: Session | undefined;
  #sessionClosed = false;
  #fatal: SqlError | undefined;
  #retiring = false;
  /** A message is being worked on. */
  #busy = false;
  /** Messages came since the last ReadyForQuery. */
  #insideCycle = false;
  #probe: NodeJS.Timeout | undefined;

  constructor(socket: Socket, context: ConnectionContext) {
    const { host, options, admission, limits, steps } = context;
    this.channel = new Channel(socket, options);
    this.#findHost = host;
    this.options = options;
    this.admission = admission;
    this.limits = limits;
    this.#steps = steps;
    this.results = new ConnectionResults(this.channel, {
      charset: () => this.#charset,
      wantsNotice: (severity) => this.#session?.wantsNotice(severity) ?? true,
    });
    this.channel.listen({ ended: () => this.#clientEnded(), gone: () => this.#clientGone() });
  }

  get host(): SessionHost {
    return this.#findHost();
  }

  get session(): Session {
    return must(this.#session, 'a session after login');
  }

  /** Before the login texts go as they are. */
  get #charset(): Charset | undefined {
    return this.#session?.charset;
  }

  get startupRequest(): StartupRequest {
    return must(this.request, 'a startup packet');
  }

  /** Between cycles, with nothing of an extended batch under way. */
  get idle(): boolean {
    return this.#session !== undefined && !this.#busy && !this.#insideCycle;
  }

  async run(): Promise<void> {
    const { authenticationTimeoutMs } = this.options;
    const timer = setTimeout(() => this.#authenticationTimedOut(), authenticationTimeoutMs);
    while (this.#state !== 'closed') {
      this.#state = await this.#advance(this.#state);
      if (this.#state === 'ready') clearTimeout(timer);
    }
    clearTimeout(timer);
    clearInterval(this.#probe);
    await this.#closeSession('disconnect');
    this.channel.end();
  }

  /** Attaches the session that login opened. */
  begin(session: Session): void {
    this.#session = session;
    session.attach?.({
      wake: () => this.#deliverNews(),
      terminate: (error) => this.terminate(error),
    });
  }

  /** Ends the connection with a FATAL error: at once when idle, else when the statement stops. */
  terminate(error: SqlError): void {
    this.#fatal ??= error;
    if (this.#busy) this.#session?.cancel();
    this.channel.interrupt();
  }

  /** Ends the connection with 57P01 as soon as no statement and no transaction is under way. */
  retire(): void {
    this.#retiring = true;
    if (this.#session === undefined) this.channel.destroy();
    else if (this.#atRest()) this.terminate(adminShutdown());
  }

  /** Runs one message's work, so that interrupts know that the session is in use. */
  async work<T>(frame: Frame, run: () => Promise<T> | T): Promise<T> {
    this.#insideCycle = true;
    this.#busy = true;
    this.#session?.arrivals.arrived(frame);
    try {
      return await run();
    } finally {
      this.#busy = false;
      this.#session?.arrivals.departed();
      clearInterval(this.#probe);
    }
  }

  /** Ends a cycle. */
  async readyForQuery(): Promise<State> {
    const { outbox, frames } = this.channel;
    this.#insideCycle = false;
    if (this.session.transactionStatus === 'I') this.#writeNotifications();
    this.#writeParameterChanges();
    outbox.write(reply.readyForQuery(this.session.transactionStatus));
    if (frames.buffered === 0) outbox.flush();
    await outbox.ready();
    const { bytes, waitNs } = outbox.takeCounters();
    this.session.flushed(waitNs, bytes);
    if (this.#retiring && this.session.transactionStatus === 'I') return this.fail(adminShutdown());
    return 'ready';
  }

  /** The end of input: a client that left, or one that is sent away. */
  async hangUp(reason: 'terminate' | 'disconnect'): Promise<State> {
    if (this.#fatal !== undefined) return this.fail(this.#fatal);
    await this.#closeSession(reason);
    return 'closed';
  }

  /** Reports an error that ends the connection. */
  async fail(error: SqlError): Promise<State> {
    this.#writeError('FATAL', error);
    const sentAway = this.#fatal !== undefined || this.#retiring;
    await this.#closeSession(sentAway ? 'shutdown' : 'disconnect');
    return 'closed';
  }

  /** Reports an error of a statement or message, at once: whoever still sends may stop. */
  async reportError(error: SqlError): Promise<void> {
    await this.session.failed(error);
    this.#writeError('ERROR', error);
    this.channel.outbox.flush();
  }

  /** An error that the client's encoding cannot say is reported as just that. */
  #writeError(severity: string, error: SqlError): void {
    let message: Buffer;
    try {
      message = reply.errorResponse(reportOf(severity, error), this.#charset);
    } catch (thrown) {
      message = reply.errorResponse(reportOf(severity, this.translate(thrown)));
    }
    this.channel.outbox.write(message);
  }

  /** The fatal error that an error amounts to, if it does. */
  fatalOf(error: SqlError): SqlError | undefined {
    if (this.#fatal !== undefined) return this.#fatal;
    return error instanceof FramingError || fatalCodes.has(error.code) ? error : undefined;
  }

  /** Every error as PostgreSQL would name it; our own bugs also go to the log. */
  translate(error: unknown): SqlError {
    if (error instanceof SqlError) return error;
    const limit = engineLimit(error);
    if (limit !== undefined) return limit;
    const bug = error instanceof Error ? error : new Error(String(error));
    this.options.onInternalError(bug);
    return new SqlError('internal_error', bug.message);
  }

  #atRest(): boolean {
    return this.idle && this.session.transactionStatus === 'I';
  }

  async #advance(state: Exclude<State, 'closed'>): Promise<State> {
    try {
      return await this.#steps[state](this);
    } catch (thrown) {
      if (this.channel.gone) return 'closed';
      const error = this.translate(thrown);
      if (this.#session === undefined) this.host.refused(error.code);
      return this.fail(this.fatalOf(error) ?? error);
    }
  }

  #deliverNews(): void {
    if (!this.idle || this.channel.gone || this.session.transactionStatus !== 'I') return;
    this.#writeNotifications();
    this.#writeParameterChanges();
    this.channel.outbox.flush();
  }

  #writeNotifications(): void {
    for (const notification of this.session.takeNotifications()) {
      this.channel.outbox.write(reply.notificationResponse(notification, this.#charset));
    }
  }

  #writeParameterChanges(): void {
    for (const [name, value] of this.session.takeParameterChanges()) {
      this.channel.outbox.write(reply.parameterStatus(name, value, this.#charset));
    }
  }

  #authenticationTimedOut(): void {
    if (this.#state === 'authenticating') {
      this.terminate(new SqlError('query_canceled', 'canceling authentication due to timeout'));
    } else this.channel.destroy();
  }

  /**
   * A half-closed client still reads its answer and one that is gone does not: only writing tells
   * them apart. A ParameterStatus with its known value may come at any time and changes nothing.
   */
  #clientEnded(): void {
    if (!this.#busy) return;
    this.#probe = setInterval(() => {
      if (this.channel.outbox.insideBlock) return;
      this.channel.outbox.write(reply.parameterStatus('integer_datetimes', 'on'));
      this.channel.outbox.flush();
    }, probeMs);
  }

  #clientGone(): void {
    clearInterval(this.#probe);
    void this.#closeSession('disconnect').catch(this.options.onInternalError);
  }

  async #closeSession(reason: 'terminate' | 'disconnect' | 'shutdown'): Promise<void> {
    if (this.#session === undefined || this.#sessionClosed) return;
    this.#sessionClosed = true;
    await this.#session.close(reason);
  }
}

export function adminShutdown(): SqlError {
  return new SqlError('admin_shutdown', 'terminating connection due to administrator command');
}

function reportOf(severity: string, { code, message, fields }: SqlError): reply.Report {
  return { severity, code, message, fields };
}
