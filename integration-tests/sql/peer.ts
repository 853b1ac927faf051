/** Who answers statements: a server at a port, or PGlite inside this process. */
import { PGlite } from '@electric-sql/pglite';
import { BackendDecoder, type BackendMessage } from '../wire/backend-decoder.ts';
import { build, startup } from '../wire/frontend-frames.ts';
import { RawClient } from '../wire/raw-client.ts';
import { answerOf, type Answer } from './answer.ts';

export interface Peer {
  /** Simple protocol. `copied` is what COPY FROM STDIN reads. */
  run(sql: string, copied?: string): Promise<Answer>;
  /** Extended protocol with every result column in this format. */
  runExtended(sql: string, format: 0 | 1): Promise<Answer>;
  /** Extended protocol with parameters in binary, results in text. */
  runWith(sql: string, parameters: readonly (Buffer | null)[]): Promise<Answer>;
  close(): Promise<void>;
}

function extendedFrames(sql: string, format: 0 | 1): Buffer {
  return Buffer.concat([
    build('Parse', { sql }),
    build('Bind', { results: [format] }),
    build('Describe', {}),
    build('Execute', {}),
    build('Sync', {}),
  ]);
}

function boundFrames(sql: string, parameters: readonly (Buffer | null)[]): Buffer {
  const values = parameters.map((value) =>
    value === null ? null : { hex: value.toString('hex') },
  );
  return Buffer.concat([
    build('Parse', { sql }),
    build('Bind', { formats: [1], values }),
    build('Describe', {}),
    build('Execute', {}),
    build('Sync', {}),
  ]);
}

/** A session with a server. */
export async function openWirePeer(port: number, database = 'postgres'): Promise<Peer> {
  const client = await RawClient.open(port);
  client.send(startup({ user: 'postgres', database }));
  if ((await client.until('ReadyForQuery')).at(-1) === 'closed') throw new Error('login refused');
  const heard = async (copied?: string): Promise<Answer> => {
    const messages: BackendMessage[] = [];
    for (;;) {
      const message = await client.next();
      if (message === 'closed') throw new Error('the server closed the connection');
      messages.push(message);
      if (message.name === 'ReadyForQuery') return answerOf(messages);
      if (message.name === 'CopyInResponse') client.send(...copyFrames(copied ?? ''));
    }
  };
  return {
    run: (sql, copied) => {
      client.send(build('Query', { sql }));
      return heard(copied);
    },
    runExtended: (sql, format) => {
      client.send(extendedFrames(sql, format));
      return heard();
    },
    runWith: (sql, parameters) => {
      client.send(boundFrames(sql, parameters));
      return heard();
    },
    close: async () => {
      client.send(build('Terminate', {}));
      client.close();
    },
  };
}

function copyFrames(copied: string): readonly Buffer[] {
  return [build('CopyData', { text: copied }), build('CopyDone', {})];
}

/**
 * Who says what is right: PGlite, or the PostgreSQL at JUDGE_PORT, database JUDGE_DATABASE, where
 * `schema` is made anew.
 */
export async function openJudge(schema: string): Promise<Peer> {
  const port = process.env['JUDGE_PORT'];
  if (port === undefined) return openPglitePeer();
  const judge = await openWirePeer(Number(port), process.env['JUDGE_DATABASE'] ?? 'postgres');
  for (const sql of [
    `drop schema if exists "${schema}" cascade`,
    `create schema "${schema}"`,
    `set search_path = "${schema}"`,
  ]) {
    await judge.run(sql);
  }
  return judge;
}

/** The one session of a PostgreSQL compiled to WebAssembly. */
export async function openPglitePeer(): Promise<Peer> {
  const database = await PGlite.create();
  const send = async (bytes: Buffer): Promise<Answer> => {
    const decoder = new BackendDecoder();
    return answerOf(decoder.push(Buffer.from(await database.execProtocolRaw(bytes))));
  };
  return {
    run: (sql, copied) => {
      const frames = copied === undefined ? [] : copyFrames(copied);
      return send(Buffer.concat([build('Query', { sql }), ...frames]));
    },
    runExtended: (sql, format) => send(extendedFrames(sql, format)),
    runWith: (sql, parameters) => send(boundFrames(sql, parameters)),
    close: () => database.close(),
  };
}
