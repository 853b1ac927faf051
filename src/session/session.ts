/**
 * The session as the wire sees it: SQL in, encoded rows out. No sockets here.
 *
 * The wire calls one method at a time and awaits it; only `cancel` and `close` may come in between.
 * Every method throws SqlError; the wire reports it and skips to Sync where the protocol says so.
 */
import type { SqlError, SqlErrorFields } from '../errors/sql-error.ts';
import type { LoopTurns } from '../exec/loop-turns.ts';
import type { Charset } from '../types/encodings/charset.ts';

export interface FieldDescription {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typeLength: number;
  readonly typmod: number;
  /** 0 text, 1 binary. */
  readonly format: number;
}

export interface Notice {
  readonly severity: 'WARNING' | 'NOTICE' | 'INFO' | 'LOG' | 'DEBUG';
  readonly code: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
}

export interface Notification {
  readonly processId: number;
  readonly channel: string;
  readonly payload: string;
}

/** Where a statement's results go: the connection, or the library's collector. */
export interface ResultWriter {
  rowDescription(fields: readonly FieldDescription[]): void;
  /**
   * Whole DataRow messages. A promise means: wait, the client is not reading. The bytes may be
   * reused once the call returned nothing, or its promise resolved. Rejects with 08006 when the
   * client is gone.
   */
  rows(bytes: Uint8Array): Promise<void> | void;
  commandComplete(tag: string): void;
  emptyQuery(): void;
  notice(notice: Notice): void;
  /** The notice with the context that the statements around give it. */
  located?(notice: Notice): Notice;
  /**
   * Starts COPY FROM STDIN: sends CopyInResponse and yields CopyData payloads until CopyDone.
   * CopyFail throws 57014 `COPY from stdin failed: …`.
   */
  copyIn(format: number, columnFormats: readonly number[]): AsyncIterable<Uint8Array>;
  /** Starts COPY TO STDOUT. Each `copyData` is one CopyData payload per row, batched by the caller. */
  copyOut(format: number, columnFormats: readonly number[]): void;
  /** Payload rows already framed as CopyData messages. */
  copyData(messages: Uint8Array): Promise<void> | void;
  copyDone(): void;
}

/** When the bytes of the current message cycle came, by the process clock; for the trace. */
export interface CycleTimes {
  readonly firstByteNs: number;
  readonly lastByteNs: number;
}

/** Who is told when a message's bytes came. */
export interface MessageArrivals {
  /** Work on it begins; the first one since `flushed` begins a cycle. */
  arrived(times: CycleTimes): void;
  /** It is over: what comes next has to be waited for. */
  departed(): void;
}

export interface ParseMessage {
  readonly name: string;
  readonly sql: string;
  readonly parameterOids: readonly number[];
}

export interface BindMessage {
  readonly portal: string;
  readonly statement: string;
  readonly parameterFormats: readonly number[];
  readonly parameters: readonly (Uint8Array | null)[];
  readonly resultFormats: readonly number[];
}

export interface FunctionCallMessage {
  readonly functionOid: number;
  /** None: all text. One: of all arguments. */
  readonly argumentFormats: readonly number[];
  readonly args: readonly (Uint8Array | null)[];
  readonly resultFormat: number;
}

export interface StatementDescription {
  readonly parameterOids: readonly number[];
  /** undefined: the statement returns no rows (NoData). */
  readonly fields: readonly FieldDescription[] | undefined;
}

export interface ExecuteOutcome {
  /** True: the row limit was reached, PortalSuspended goes out instead of CommandComplete. */
  readonly suspended: boolean;
}

/** What a session may ask of its connection at any time, also while no message is in work. */
export interface SessionPeer {
  /** Notifications or parameter changes wait: they are sent at once when the session is idle. */
  wake(): void;
  /** Reports the error as FATAL and ends the connection: 57P01, 57P05, 25P03. */
  terminate(error: SqlError): void;
}

export interface Session {
  readonly processId: number;
  readonly secretKey: number;
  /** I idle, T in a transaction, E in a failed transaction. */
  readonly transactionStatus: 'I' | 'T' | 'E';
  /**
   * The client's encoding, in which it sends parameters and is sent rows; undefined: UTF-8. All
   * other texts pass as strings.
   */
  readonly charset: Charset | undefined;
  /** Whether the client is told of such a notice: client_min_messages. */
  wantsNotice(severity: Notice['severity']): boolean;
  /** The ParameterStatus set of the start. */
  reportedParameters(): readonly (readonly [string, string])[];
  /** Changes since the last call: sent before ReadyForQuery. */
  takeParameterChanges(): readonly (readonly [string, string])[];
  takeNotifications(): readonly Notification[];

  readonly arrivals: MessageArrivals;

  simpleQuery(sql: string, out: ResultWriter): Promise<void>;

  parse(message: ParseMessage, out: Pick<ResultWriter, 'notice'>): Promise<void>;
  bind(message: BindMessage): Promise<void>;
  describeStatement(name: string): Promise<StatementDescription>;
  describePortal(name: string): Promise<readonly FieldDescription[] | undefined>;
  /** Writes rows and CommandComplete (or nothing more, when suspended). */
  execute(portal: string, rowsMax: number, out: ResultWriter): Promise<ExecuteOutcome>;
  /** The fast path: the result's bytes, null for NULL. */
  callFunction(message: FunctionCallMessage): Promise<Uint8Array | null>;
  closeStatement(name: string): Promise<void>;
  closePortal(name: string): Promise<void>;
  /** Ends the implicit transaction: commits, or rolls back after an error. */
  sync(): Promise<void>;
  /** The wire reports an error of the current cycle, so that a transaction becomes failed. */
  failed(error?: unknown): Promise<void>;
  /** All bytes of the cycle's results were handed to the socket; spans end here. */
  flushed(writeWaitNs: number, bytes: number): void;

  /** Called once, after the session is open; the library's own sessions have no peer. */
  attach?(peer: SessionPeer): void;
  cancel(): void;
  close(reason: 'terminate' | 'disconnect' | 'shutdown'): Promise<void>;
}

export interface SessionStart {
  readonly user: string;
  readonly database: string;
  /** Startup parameters, `options` already split into settings. */
  readonly settings: readonly (readonly [string, string])[];
  readonly clientAddress: string;
  readonly clientPort?: number;
  /** Where the client came in. */
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly tls: boolean;
  /** When the connection was accepted, by the process clock; for the trace. */
  readonly acceptedNs?: number;
  /** Of the connection, which takes turns of the event loop for its session. */
  readonly turns?: LoopTurns;
  /** How the client proved who it is: `trust`, `scram-sha-256`. */
  readonly authentication?: string;
}

/** The server behind the wire. */
export interface SessionHost {
  /** Errors: 3D000, 28000, 42704, 53300. */
  openSession(start: SessionStart): Promise<Session>;
  /** A connection whose login failed, and why; for the metrics. */
  refused(code: string): void;
  /** CancelRequest: silently nothing when the key is wrong. */
  cancel(processId: number, secretKey: number): void;
  /** SCRAM verifier text `SCRAM-SHA-256$4096:salt$stored:server`; undefined: trust on loopback. */
  passwordVerifier(user: string): string | undefined;
  readonly serverVersion: string;
}
