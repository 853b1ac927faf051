/**
 * A client that costs next to nothing: sends bytes that were made before, drops rows as they come,
 * and notes the first error's code up to ReadyForQuery.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const errorTag = 0x45;
const keyTag = 0x4b;
const readyTag = 0x5a;
const cancelCode = 80_877_102;
const protocolVersion = 196_608;

export class RawSession {
  readonly port: number;
  readonly #socket: Socket;
  /** The message under way: what of it has come, as far as it matters. */
  #head: Buffer = Buffer.alloc(0);
  #skip = 0;
  #key: Buffer = Buffer.alloc(8);
  #errorCode: string | undefined;
  #done: ((errorCode: string | undefined) => void) | undefined;

  private constructor(port: number, socket: Socket) {
    this.port = port;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => this.#done?.('08006'));
  }

  static async open(port: number): Promise<RawSession> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const session = new RawSession(port, socket);
    const fields = Buffer.from('user\0postgres\0database\0postgres\0\0');
    await session.send(Buffer.concat([words(8 + fields.length, protocolVersion), fields]));
    return session;
  }

  /** Resolves at ReadyForQuery with the SQLSTATE of the first error. */
  send(bytes: Buffer): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#errorCode = undefined;
      this.#done = resolve;
      this.#socket.write(bytes);
    });
  }

  /** Errors: any that the statement raises. */
  async run(sql: string): Promise<void> {
    const code = await this.send(query(sql));
    if (code !== undefined) throw new Error(`${code}: ${sql.slice(0, 200)}`);
  }

  /** Sends a cancel request on a connection of its own. */
  async cancel(): Promise<void> {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.end(Buffer.concat([words(16, cancelCode), this.#key]));
  }

  /** Leaves without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.end(message('X'));
  }

  #receive(chunk: Buffer): void {
    let offset = Math.min(this.#skip, chunk.length);
    this.#skip -= offset;
    let rest =
      this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk.subarray(offset)]);
    if (this.#head.length > 0) offset = 0;
    while (rest.length - offset >= 5) {
      const byteSize = 1 + rest.readInt32BE(offset + 1);
      const tag = rest[offset];
      const matters = tag === errorTag || tag === keyTag || tag === readyTag;
      if (matters && rest.length - offset < byteSize) break;
      if (matters) this.#take(tag, rest.subarray(offset + 5, offset + byteSize));
      this.#skip = Math.max(0, offset + byteSize - rest.length);
      offset = Math.min(rest.length, offset + byteSize);
    }
    rest = rest.subarray(offset);
    this.#head = rest.length === 0 ? rest : Buffer.from(rest);
  }

  #take(tag: number, body: Buffer): void {
    if (tag === keyTag) this.#key = Buffer.from(body);
    else if (tag === errorTag) this.#errorCode ??= /C(\w{5})\0/.exec(body.toString('latin1'))?.[1];
    else {
      const done = this.#done;
      this.#done = undefined;
      done?.(this.#errorCode);
    }
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeInt32BE(value, index * 4));
  return bytes;
}

function message(tag: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : part)));
  return Buffer.concat([Buffer.from(tag), words(4 + body.length), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function query(sql: string): Buffer {
  return message('Q', sql);
}

export const sync = message('S');

/** Parse with Sync. */
export function prepare(name: string, sql: string): Buffer {
  return Buffer.concat([message('P', name, sql, Buffer.alloc(2)), sync]);
}

/** Bind of text values, and Execute; no Sync. */
export function execute(name: string, values: readonly (string | number)[]): Buffer {
  const count = Buffer.from([0, 0, values.length >>> 8, values.length & 255]);
  const parts = values.flatMap((value) => {
    const bytes = Buffer.from(String(value));
    return [words(bytes.length), bytes];
  });
  const bind = message('B', '', name, count, ...parts, Buffer.alloc(2));
  return Buffer.concat([bind, message('E', '', words(0))]);
}
