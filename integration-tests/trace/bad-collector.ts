/** A collector over HTTP that can fail in every way that collectors do, and be well again. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export const failures = [
  'refused',
  'black hole',
  'hang after accept',
  'one byte a second',
  '503 with Retry-After',
  'reset',
  'partial 200',
  'garbage',
  'endless body',
] as const;
export type Failure = (typeof failures)[number];

/** ExportTraceServiceResponse { 1 partial_success { 1 rejected_spans: 1 } }. */
const oneRefused = Buffer.from('0a020801', 'hex');
const refusedJson = '{"partialSuccess":{"rejectedSpans":"1"}}';

export class BadCollector {
  #server = createServer();
  #port = 0;
  readonly #sockets = new Set<Socket>();
  failure: Failure | undefined;
  /** Requests that were answered well. */
  taken = 0;

  /** Without a failure it is well. */
  static async open(failure?: Failure): Promise<BadCollector> {
    const collector = new BadCollector();
    await collector.#listen();
    if (failure !== undefined) await collector.fail(failure);
    return collector;
  }

  /** From now on it fails so, on connections that are open, too. */
  async fail(failure: Failure): Promise<void> {
    this.failure = failure;
    for (const socket of this.#sockets) if (failure === 'black hole') socket.pause();
    if (failure === 'refused') await this.#end();
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => this.#answer(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      if (this.failure === 'black hole') socket.pause();
    });
    server.on('clientError', () => undefined);
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** From now on everything is taken. */
  async recover(): Promise<void> {
    const wasRefusing = this.failure === 'refused';
    this.failure = undefined;
    for (const socket of this.#sockets) socket.resume();
    if (wasRefusing) await this.#listen();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    const { failure } = this;
    if (failure === 'black hole') return;
    if (failure === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    request.resume();
    request.on('end', () => this.#finish(request, response));
  }

  #finish(request: IncomingMessage, response: ServerResponse): void {
    const isOtlp = request.url === '/v1/traces';
    switch (this.failure) {
      case undefined:
        this.taken += 1;
        response.end();
        return;
      case '503 with Retry-After':
        response.writeHead(503, { 'retry-after': '0.05' }).end();
        return;
      case 'garbage':
        request.socket.end('\u0000\u0001 this is no HTTP \r\n\r\n');
        return;
      case 'one byte a second': {
        response.socket?.write('H');
        return;
      }
      case 'partial 200': {
        const isJson = request.headers['content-type'] === 'application/json';
        if (isOtlp) response.end(isJson ? refusedJson : oneRefused);
        else response.writeHead(200, { 'content-length': 100 }).write('cut');
        return;
      }
      case 'endless body': {
        const feed = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', feed);
        feed();
        return;
      }
      case 'refused':
      case 'black hole':
      case 'hang after accept':
      case 'reset':
        return;
    }
  }

  async #end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async close(): Promise<void> {
    await this.#end();
  }
}
