/** A session that says a captured statement as its client did, and tells what it heard. */
import { setTimeout } from 'node:timers/promises';
import { findTypeByName } from '../../src/types/type-table.ts';
import { answerOf, type Answer } from '../sql/answer.ts';
import { FieldReader, type BackendMessage } from '../wire/backend-decoder.ts';
import { build, cancelRequest, startup } from '../wire/frontend-frames.ts';
import { RawClient } from '../wire/raw-client.ts';
import type { CapturedStatement } from './capture.ts';

const cancelAfterMs = 60;
/** No rows: signature, flags, no extension, trailer. */
const emptyBinaryCopy = '5047434f50590aff0d0a000000000000000000ffff';

export interface Heard extends Answer {
  /** `I`, `T` or `E` of ReadyForQuery. */
  readonly status: string;
  readonly ms: number;
}

export class ReplaySession {
  readonly #client: RawClient;
  readonly #port: number;
  #key: readonly [number, number] = [0, 0];
  status = 'I';

  private constructor(client: RawClient, port: number) {
    this.#client = client;
    this.#port = port;
  }

  static async open(
    port: number,
    parameters: Readonly<Record<string, string>>,
  ): Promise<ReplaySession> {
    const session = new ReplaySession(await RawClient.open(port), port);
    session.#client.send(startup(parameters));
    for (;;) {
      const message = await session.#client.next();
      if (message === 'closed') throw new Error('the server closed the connection');
      if (message.name === 'ErrorResponse') throw new Error(answerOf([message]).failure?.message);
      if (message.name === 'ReadyForQuery') return session;
      if (message.name !== 'BackendKeyData') continue;
      const reader = new FieldReader(message.body);
      session.#key = [reader.int32(), reader.int32()];
    }
  }

  async query(sql: string): Promise<Heard> {
    this.#client.send(build('Query', { sql }));
    return this.#heard(sql);
  }

  /** A statement that was cancelled in the capture is cancelled here, too. */
  async replay(statement: CapturedStatement): Promise<Heard> {
    const { sql, isExtended } = statement;
    this.#client.send(isExtended ? extendedFrames(statement) : build('Query', { sql }));
    const isCancelled = statement.message.includes('due to user request');
    const cancelled = isCancelled ? this.#cancel() : undefined;
    const heard = await this.#heard(sql);
    await cancelled;
    return heard;
  }

  close(): void {
    this.#client.send(build('Terminate', {}));
    this.#client.close();
  }

  async #cancel(): Promise<void> {
    await setTimeout(cancelAfterMs);
    const other = await RawClient.open(this.#port);
    other.send(cancelRequest(...this.#key));
    await other.next();
    other.close();
  }

  async #heard(sql: string): Promise<Heard> {
    const startMs = performance.now();
    const messages: BackendMessage[] = [];
    for (;;) {
      const message = await this.#client.next();
      if (message === 'closed') throw new Error(`the server closed the connection: ${sql}`);
      messages.push(message);
      if (message.name === 'CopyInResponse') this.#client.send(...copyFrames(sql));
      if (message.name !== 'ReadyForQuery') continue;
      this.status = message.body.toString('latin1');
      return { ...answerOf(messages), status: this.status, ms: performance.now() - startMs };
    }
  }
}

function copyFrames(sql: string): readonly Buffer[] {
  const data = /\bbinary\b/i.test(sql) ? [build('CopyData', { hex: emptyBinaryCopy })] : [];
  return [...data, build('CopyDone', {})];
}

/** A parameter that the capture does not show is NULL. */
function extendedFrames(statement: CapturedStatement): Buffer {
  const { sql, parameterTypes } = statement;
  const wanted = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
  const parameters = Array.from({ length: wanted }, (_, i) => statement.parameters[i] ?? null);
  const values = parameters.map((value) =>
    value !== null && isBinary(value) ? { hex: value.slice(2) } : value,
  );
  const formats = parameters.map((value) => (value !== null && isBinary(value) ? 1 : 0));
  return Buffer.concat([
    build('Parse', { sql, oids: parameterTypes.map(typeOid) }),
    build('Bind', { formats, values, results: [0] }),
    build('Describe', {}),
    build('Execute', {}),
    build('Sync', {}),
  ]);
}

function isBinary(value: string): boolean {
  return /^\\x(?:[0-9a-f]{2})*$/.test(value);
}

function typeOid(name: string): number {
  return findTypeByName(name)?.oid ?? Number(name);
}
