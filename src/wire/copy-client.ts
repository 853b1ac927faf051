/**
 * A client of a running server, for loading rows: simple queries and COPY FROM STDIN.
 * pg-protocol writes and reads the messages.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parse, serialize, type DatabaseError } from 'pg-protocol';
import { SqlError } from '../errors/sql-error.ts';
import { ScramClient, scramMechanism } from './scram-client.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

interface Message {
  readonly name: string;
}

/** What a statement gave. */
interface Answer {
  readonly columns: readonly string[];
  readonly tag: string;
}

export class CopyClient {
  readonly #socket: Socket;
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#wake?.();
    };
    socket.on('error', fail);
    socket.on('close', () =>
      fail(new SqlError('connection_failure', 'the server closed the connection')),
    );
    parse(socket, (message) => {
      this.#messages.push(message as Message);
      this.#wake?.();
    }).catch(fail);
  }

  /** Errors: 08001 when nobody answers; the server's own. */
  static async connect(address: ServerAddress): Promise<CopyClient> {
    const { host, port, user, database } = address;
    const socket = connect(port, host);
    try {
      await once(socket, 'connect');
    } catch (error) {
      const words = `cannot reach ${host}:${port}: ${(error as Error).message}`;
      throw new SqlError('sqlclient_unable_to_establish_sqlconnection', words);
    }
    const client = new CopyClient(socket);
    const settings = { application_name: 'timefusion import', DateStyle: 'ISO', TimeZone: 'UTC' };
    socket.write(serialize.startup({ user, database, ...settings }));
    await client.#login(new ScramClient(address.password));
    return client;
  }

  async #login(scram: ScramClient): Promise<void> {
    for (;;) {
      const message = (await this.#next()) as Message & { readonly data: string };
      switch (message.name) {
        case 'authenticationSASL':
          this.#socket.write(
            serialize.sendSASLInitialResponseMessage(scramMechanism, scram.first()),
          );
          break;
        case 'authenticationSASLContinue':
          this.#socket.write(serialize.sendSCRAMClientFinalMessage(scram.final(message.data)));
          break;
        case 'authenticationSASLFinal':
          scram.verify(message.data);
          break;
        case 'authenticationCleartextPassword':
        case 'authenticationMD5Password':
          throw new SqlError(
            'feature_not_supported',
            'the server asks for a password in a weak form',
          );
        case 'error':
          throw errorOf(message);
        case 'readyForQuery':
          return;
      }
    }
  }

  async #next(): Promise<Message> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  /** Runs one statement; returns the names of its result's columns. */
  async query(sql: string): Promise<readonly string[]> {
    this.#socket.write(serialize.query(sql));
    return (await this.#answer()).columns;
  }

  /** Runs a COPY … FROM STDIN; returns the rows loaded. Errors: the server's. */
  async copy(sql: string, data: AsyncIterable<Uint8Array>): Promise<number> {
    this.#socket.write(serialize.query(sql));
    let message = await this.#next();
    while (message.name === 'notice') message = await this.#next();
    if (message.name !== 'copyInResponse') {
      this.#messages.unshift(message);
      await this.#answer();
      throw new SqlError('protocol_violation', 'the server did not begin to copy');
    }
    await this.#send(data);
    const { tag } = await this.#answer();
    return Number(/\d+$/.exec(tag)?.[0] ?? 0);
  }

  /** Sends until the end, or until the server reports an error. */
  async #send(data: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of data) {
        if (this.#hasError) return;
        const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (this.#socket.write(serialize.copyData(chunk))) continue;
        await Promise.race([once(this.#socket, 'drain'), this.#arrival()]);
      }
    } catch (error) {
      this.#socket.write(serialize.copyFail('the file cannot be read'));
      await this.#answer().catch(() => undefined);
      throw error;
    }
    this.#socket.write(serialize.copyDone());
  }

  get #hasError(): boolean {
    return this.#failure !== undefined || this.#messages.some(({ name }) => name === 'error');
  }

  /** Resolves when anything arrives. */
  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Messages up to ReadyForQuery. */
  async #answer(): Promise<Answer> {
    let columns: readonly string[] = [];
    let tag = '';
    let failure: SqlError | undefined;
    for (;;) {
      const message = await this.#next();
      if (message.name === 'rowDescription') {
        const { fields } = message as Message & {
          readonly fields: readonly { readonly name: string }[];
        };
        columns = fields.map(({ name }) => name);
      } else if (message.name === 'commandComplete') {
        tag = (message as Message & { readonly text: string }).text;
      } else if (message.name === 'error') failure ??= errorOf(message);
      else if (message.name === 'readyForQuery') break;
    }
    if (failure !== undefined) throw failure;
    return { columns, tag };
  }

  async close(): Promise<void> {
    this.#socket.end(serialize.end());
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }
}

/** The server's error as one of ours, its code as the server gave it. */
function errorOf(message: Message): SqlError {
  const { code, message: words, detail, hint, where } = message as unknown as DatabaseError;
  const error = new SqlError('internal_error', words, {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(where === undefined ? {} : { where }),
  });
  return Object.assign(error, { code: code ?? error.code });
}
