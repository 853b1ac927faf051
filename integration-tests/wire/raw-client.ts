/** A client that says exactly what it is told and reports exactly what it hears. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BackendDecoder, type BackendMessage } from './backend-decoder.ts';

const answerTimeoutMs = 30_000;

export class RawClient {
  readonly socket: Socket;
  readonly decoder = new BackendDecoder();
  /** Body of BackendKeyData, once it came. */
  keyData: Buffer | undefined;
  readonly #messages: BackendMessage[] = [];
  /** Single bytes are awaited in answer to SSL and GSS requests. */
  #raw: Buffer = Buffer.alloc(0);
  #rawWanted = 0;
  #taken = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => this.#finish());
    socket.on('close', () => this.#finish());
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ port, host, noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** Sends an encryption request; its answer is one byte that is no message. */
  async ask(request: Buffer): Promise<string> {
    this.#rawWanted = 1;
    this.send(request);
    await this.#until(() => this.#raw.length >= 1 || this.#closed);
    const byte = this.#raw.toString('latin1');
    this.#raw = Buffer.alloc(0);
    return byte;
  }

  async next(): Promise<BackendMessage | 'closed'> {
    await this.#until(() => this.#messages.length > this.#taken || this.#closed);
    const message = this.#messages[this.#taken];
    if (message === undefined) return 'closed';
    this.#taken += 1;
    return message;
  }

  /** All messages up to one of this name, or to the end of the connection. */
  async until(name: string): Promise<(BackendMessage | 'closed')[]> {
    const messages: (BackendMessage | 'closed')[] = [];
    for (;;) {
      const message = await this.next();
      messages.push(message);
      if (message === 'closed' || message.name === name) return messages;
    }
  }

  close(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let rest = chunk;
    if (this.#rawWanted > 0) {
      this.#raw = rest.subarray(0, this.#rawWanted);
      rest = rest.subarray(this.#rawWanted);
      this.#rawWanted = 0;
    }
    for (const message of this.decoder.push(rest)) {
      if (message.code === 'K') this.keyData = message.body;
      this.#messages.push(message);
    }
    this.#wake?.();
  }

  #finish(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async #until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + answerTimeoutMs;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error('the server does not answer');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
