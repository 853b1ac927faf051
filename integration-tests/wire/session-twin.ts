/**
 * A session host in memory: a few canned statements, with PostgreSQL's rules for prepared
 * statements, portals and transaction states, so that the wire can be tested alone.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SqlError, type SqlErrorFields } from '../../src/errors/sql-error.ts';
import { sqlStates, type SqlStateName } from '../../src/errors/sql-state.ts';
import type {
  BindMessage,
  ExecuteOutcome,
  FieldDescription,
  FunctionCallMessage,
  ParseMessage,
  Notification,
  ResultWriter,
  Session,
  SessionHost,
  SessionPeer,
  SessionStart,
  StatementDescription,
} from '../../src/session/session.ts';
import { encodeTextRows } from '../../src/session/statement/text-rows.ts';
import { decodeUtf8 } from '../../src/types/utf8.ts';
import { findStatement, type TwinRow, type TwinStatement } from './twin-statements.ts';

export interface TwinHostOptions {
  readonly verifiers?: ReadonlyMap<string, string>;
}

interface Portal {
  readonly statement: TwinStatement;
  readonly rows: readonly TwinRow[];
  readonly formats: readonly number[];
  sent: number;
}

export class TwinHost implements SessionHost {
  readonly serverVersion = '15.0 (twin)';
  readonly sessions: TwinSession[] = [];
  readonly closings: string[] = [];
  readonly #verifiers: ReadonlyMap<string, string>;

  constructor({ verifiers = new Map() }: TwinHostOptions = {}) {
    this.#verifiers = verifiers;
  }

  refused(): void {}

  async openSession(start: SessionStart): Promise<Session> {
    await nextTurn();
    if (start.user === 'ghost')
      fail('invalid_authorization_specification', 'role "ghost" does not exist');
    if (start.database === 'nope') fail('invalid_catalog_name', 'database "nope" does not exist');
    for (const [name] of start.settings) {
      if (!name.startsWith('nosuch')) continue;
      fail('undefined_object', `unrecognized configuration parameter "${name}"`);
    }
    const session = new TwinSession(this, start, this.sessions.length + 1);
    this.sessions.push(session);
    return session;
  }

  cancel(processId: number, secretKey: number): void {
    const session = this.sessions.find((candidate) => candidate.processId === processId);
    if (session?.secretKey === secretKey) session.cancel();
  }

  /** For runs of very many sessions. */
  forget(): void {
    this.sessions.length = 0;
    this.closings.length = 0;
  }

  passwordVerifier(user: string): string | undefined {
    return this.#verifiers.get(user);
  }
}

export class TwinSession implements Session {
  readonly processId: number;
  readonly secretKey: number;
  readonly start: SessionStart;
  readonly #host: TwinHost;
  readonly #statements = new Map<string, TwinStatement>();
  readonly #portals = new Map<string, Portal>();
  readonly #changes: (readonly [string, string])[] = [];
  readonly #notifications: Notification[] = [];
  transactionStatus: 'I' | 'T' | 'E' = 'I';
  peer: SessionPeer | undefined;
  readonly charset = undefined;
  cancelled = 0;
  flushedBytes = 0;
  copied = '';
  #stop: ((error: SqlError) => void) | undefined;
  #cancelWanted = false;

  constructor(host: TwinHost, start: SessionStart, processId: number) {
    this.#host = host;
    this.start = start;
    this.processId = processId;
    this.secretKey = 1000 + processId;
  }

  wantsNotice(): boolean {
    return true;
  }

  reportedParameters(): readonly (readonly [string, string])[] {
    return [['client_encoding', 'UTF8'], ['server_version', '15.0'], ...this.start.settings];
  }

  takeParameterChanges(): readonly (readonly [string, string])[] {
    return this.#changes.splice(0);
  }

  takeNotifications(): readonly Notification[] {
    return this.#notifications.splice(0);
  }

  attach(peer: SessionPeer): void {
    this.peer = peer;
  }

  notify(payload: string): void {
    this.#notifications.push({ processId: this.processId, channel: 'ch', payload });
    this.peer?.wake();
  }

  readonly arrivals = { arrived: (): void => undefined, departed: (): void => undefined };

  async simpleQuery(sql: string, out: ResultWriter): Promise<void> {
    this.#cancelWanted = false;
    const texts = sql
      .split(/;(?![^$]*\$\$$)/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (texts.length === 0) out.emptyQuery();
    const statements = texts.map(findStatement);
    for (const statement of statements) {
      this.#requireTransaction(statement);
      if (statement.columns !== undefined) out.rowDescription(describe(statement, []));
      const rows = statement.rows?.([]) ?? [];
      await this.#run({ statement, rows, formats: [], sent: 0 }, 0, out);
    }
  }

  async parse({ name, sql }: ParseMessage): Promise<void> {
    if (name !== '' && this.#statements.has(name)) {
      fail('duplicate_prepared_statement', `prepared statement "${name}" already exists`);
    }
    const empty: TwinStatement = { tag: '' };
    this.#statements.set(name, sql.trim() === '' ? empty : findStatement(sql.trim()));
  }

  async bind(message: BindMessage): Promise<void> {
    const statement = this.#statement(message.statement);
    this.#requireTransaction(statement);
    const expected = statement.parameterOids?.length ?? 0;
    if (message.parameters.length !== expected) {
      fail(
        'protocol_violation',
        `bind message supplies ${message.parameters.length} parameters, ` +
          `but prepared statement "${message.statement}" requires ${expected}`,
      );
    }
    const values = message.parameters.map(decodeParameter);
    const formats = message.resultFormats;
    const rows = statement.rows?.(values) ?? [];
    this.#portals.set(message.portal, { statement, rows, formats, sent: 0 });
  }

  async describeStatement(name: string): Promise<StatementDescription> {
    const statement = this.#statement(name);
    return {
      parameterOids: statement.parameterOids ?? [],
      fields: statement.columns === undefined ? undefined : describe(statement, []),
    };
  }

  async describePortal(name: string): Promise<readonly FieldDescription[] | undefined> {
    const { statement, formats } = this.#portal(name);
    return statement.columns === undefined ? undefined : describe(statement, formats);
  }

  async execute(name: string, rowsMax: number, out: ResultWriter): Promise<ExecuteOutcome> {
    this.#cancelWanted = false;
    const portal = this.#portal(name);
    if (portal.statement.tag === '') {
      out.emptyQuery();
      return { suspended: false };
    }
    return this.#run(portal, rowsMax, out);
  }

  async callFunction({ functionOid }: FunctionCallMessage): Promise<Uint8Array | null> {
    return fail('undefined_function', `function with OID ${functionOid} does not exist`);
  }

  async closeStatement(name: string): Promise<void> {
    this.#statements.delete(name);
  }

  async closePortal(name: string): Promise<void> {
    this.#portals.delete(name);
  }

  async sync(): Promise<void> {
    if (this.transactionStatus === 'I') this.#portals.clear();
  }

  async failed(): Promise<void> {
    if (this.transactionStatus === 'T') this.transactionStatus = 'E';
  }

  flushed(_writeWaitNs: number, bytes: number): void {
    this.flushedBytes += bytes;
  }

  cancel(): void {
    this.cancelled += 1;
    this.#cancelWanted = true;
    this.#stop?.(userCancel());
  }

  async close(reason: 'terminate' | 'disconnect' | 'shutdown'): Promise<void> {
    this.#host.closings.push(reason);
    this.#stop?.(userCancel());
  }

  async #run(portal: Portal, rowsMax: number, out: ResultWriter): Promise<ExecuteOutcome> {
    const { statement } = portal;
    if (statement.error !== undefined) throw statement.error;
    if (statement.notice !== undefined) out.notice(statement.notice);
    if (statement.transaction !== undefined) this.transactionStatus = statement.transaction;
    if (statement.parameterChange !== undefined) this.#changes.push(statement.parameterChange);
    if (statement.notify !== undefined) this.notify(statement.notify);
    if (statement.endless === true) await this.#cancellation();
    if (statement.bulkRows !== undefined) await this.#writeBulk(statement.bulkRows, out);
    if (statement.copy === 'out') this.#copyOut(out);
    if (statement.copy === 'in') {
      out.commandComplete(`COPY ${await this.#copyIn(out)}`);
      return { suspended: false };
    }
    return this.#writeRows(portal, rowsMax, out);
  }

  async #writeRows(portal: Portal, rowsMax: number, out: ResultWriter): Promise<ExecuteOutcome> {
    const end = rowsMax === 0 ? portal.rows.length : portal.sent + rowsMax;
    const rows = portal.rows.slice(portal.sent, end);
    portal.sent += rows.length;
    if (rows.length > 0) await out.rows(encodeTextRows(rows));
    if (rowsMax > 0 && rows.length === rowsMax) return { suspended: true };
    const { tag } = portal.statement;
    out.commandComplete(tag === 'SELECT' ? `SELECT ${rows.length}` : tag);
    return { suspended: false };
  }

  async #writeBulk(count: number, out: ResultWriter): Promise<void> {
    const block = encodeTextRows(Array.from({ length: 100 }, () => ['x'.repeat(1000)]));
    for (let sent = 0; sent < count; sent += 100) {
      if (this.#cancelWanted) throw userCancel();
      await out.rows(block);
    }
  }

  #copyOut(out: ResultWriter): void {
    out.copyOut(0, [0, 0]);
    void out.copyData(Buffer.concat([Buffer.from([0x64, 0, 0, 0, 8]), Buffer.from('1\ta\n')]));
    out.copyDone();
  }

  async #copyIn(out: ResultWriter): Promise<number> {
    let line = 1;
    try {
      for await (const data of out.copyIn(0, [0, 0])) {
        const text = decodeUtf8(Buffer.from(data));
        line += text.split('\n').length - 1;
        this.copied += text;
        if (!text.startsWith('bad')) continue;
        fail('invalid_text_representation', 'invalid input syntax for type integer: "bad"', {
          where: 'COPY wire_copy, line 1, column a: "bad"',
        });
      }
    } catch (error) {
      throw error instanceof SqlError ? inside(error, `COPY wire_copy, line ${line}`) : error;
    }
    return line - 1;
  }

  #cancellation(): Promise<void> {
    return new Promise((_, reject) => {
      this.#stop = reject;
    });
  }

  #requireTransaction(statement: TwinStatement): void {
    if (this.transactionStatus !== 'E' || statement.transaction === 'I') return;
    fail(
      'in_failed_sql_transaction',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  #statement(name: string): TwinStatement {
    const statement = this.#statements.get(name);
    if (statement !== undefined) return statement;
    if (name === '')
      return fail('invalid_sql_statement_name', 'unnamed prepared statement does not exist');
    return fail('invalid_sql_statement_name', `prepared statement "${name}" does not exist`);
  }

  #portal(name: string): Portal {
    return (
      this.#portals.get(name) ?? fail('invalid_cursor_name', `portal "${name}" does not exist`)
    );
  }
}

function describe(
  { columns = [] }: TwinStatement,
  formats: readonly number[],
): readonly FieldDescription[] {
  return columns.map(([name, typeOid, typeLength], index) => ({
    name,
    tableOid: 0,
    columnNumber: 0,
    typeOid,
    typeLength,
    typmod: -1,
    format: (formats.length === 1 ? formats[0] : formats[index]) ?? 0,
  }));
}

function decodeParameter(value: Uint8Array | null, index: number): string | null {
  try {
    return value === null ? null : decodeUtf8(Buffer.from(value));
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw inside(error, `unnamed portal parameter $${index + 1}`);
  }
}

/** The same error with its context, as a session reports it. */
function inside(error: SqlError, where: string): SqlError {
  const state = Object.entries(sqlStates).find(([, code]) => code === error.code)?.[0];
  return new SqlError(state as SqlStateName, error.message, { where, ...error.fields });
}

function userCancel(): SqlError {
  return new SqlError('query_canceled', 'canceling statement due to user request');
}

function fail(state: SqlStateName, message: string, fields: SqlErrorFields = {}): never {
  throw new SqlError(state, message, fields);
}
