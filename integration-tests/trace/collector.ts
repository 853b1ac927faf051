/** A collector on a free port: takes Jaeger Thrift and OTLP over HTTP, or misbehaves on demand. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DecodedSpan } from './decoded-span.ts';
import { decodeOtlpRequest } from './otlp-reader.ts';
import { decodeJaegerBatch } from './thrift-reader.ts';

export type Behaviour = 'accept' | 'hang' | 'refuse' | 'garbage';

export class Collector {
  readonly #server: Server;
  readonly jaegerBodies: Buffer[] = [];
  readonly otlpBodies: Buffer[] = [];
  readonly metricBodies: Buffer[] = [];
  /** Headers of all requests. */
  readonly requests: Readonly<IncomingHttpHeaders>[] = [];
  behaviour: Behaviour = 'accept';
  readonly #decoded = new WeakMap<Buffer, readonly DecodedSpan[]>();
  #woken: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<Collector> {
    const server = createServer();
    const collector = new Collector(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      collector.requests.push(request.headers);
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        switch (collector.behaviour) {
          case 'hang':
            return;
          case 'refuse':
            response.writeHead(503).end();
            return;
          case 'garbage':
            response.socket?.end('\u0000\u0001 this is no HTTP \r\n\r\n');
            return;
          case 'accept':
            collector.#take(request.url ?? '', Buffer.concat(parts));
            response.end();
            return;
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #take(path: string, body: Buffer): void {
    if (path === '/api/traces') this.jaegerBodies.push(body);
    else if (path === '/v1/traces') this.otlpBodies.push(body);
    else if (path === '/v1/metrics') this.metricBodies.push(body);
    for (const wake of this.#woken.splice(0)) wake();
  }

  get jaeger(): readonly DecodedSpan[] {
    return this.jaegerBodies.flatMap((body) => this.#once(body, decodeJaegerBatch));
  }

  get otlp(): readonly DecodedSpan[] {
    return this.otlpBodies.flatMap((body) => this.#once(body, decodeOtlpRequest));
  }

  #once(body: Buffer, decode: (body: Buffer) => readonly DecodedSpan[]): readonly DecodedSpan[] {
    const known = this.#decoded.get(body);
    if (known !== undefined) return known;
    const spans = decode(body);
    this.#decoded.set(body, spans);
    return spans;
  }

  /** Forgets what came so far. */
  clear(): void {
    this.jaegerBodies.length = 0;
    this.otlpBodies.length = 0;
  }

  /** Waits for spans that satisfy the condition. */
  async until(isEnough: () => boolean, timeoutMs = 60_000): Promise<void> {
    const limit = performance.now() + timeoutMs;
    while (!isEnough()) {
      const left = limit - performance.now();
      if (left <= 0) throw new Error('the collector did not get the spans in time');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 50));
        this.#woken.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** All spans of one trace, its server span included, by Jaeger's protocol. */
  async jaegerTrace(traceId: string): Promise<readonly DecodedSpan[]> {
    const own = (): readonly DecodedSpan[] =>
      this.jaeger.filter((span) => span.traceId === traceId);
    await this.until(() => own().some(({ isServer }) => isServer));
    return own();
  }

  async otlpTrace(traceId: string): Promise<readonly DecodedSpan[]> {
    const own = (): readonly DecodedSpan[] => this.otlp.filter((span) => span.traceId === traceId);
    await this.until(() => own().some(({ isServer }) => isServer));
    return own();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
