/** A collector for OTLP over gRPC on a free port: Node's HTTP/2 and the protocol's five-byte heads. */
import { once } from 'node:events';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { DecodedSpan } from './decoded-span.ts';
import { decodeOtlpRequest } from './otlp-reader.ts';

export class GrpcCollector {
  readonly #server = createServer();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly spans: DecodedSpan[] = [];
  readonly metricBodies: Buffer[] = [];
  /** grpc-status of the answers. */
  status = 0;
  /** Message of the answers. */
  answer = Buffer.alloc(0);
  isSilent = false;
  readonly requests: Readonly<Record<string, unknown>>[] = [];

  static async listen(): Promise<GrpcCollector> {
    const collector = new GrpcCollector();
    const server = collector.#server;
    server.on('session', (session) => {
      collector.#sessions.add(session);
      session.on('error', () => undefined);
      session.on('close', () => collector.#sessions.delete(session));
    });
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      collector.requests.push({ ...headers });
      stream.on('error', () => undefined);
      collector.#serve(stream, String(headers[':path'])).catch(() => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(stream: ServerHttp2Stream, path: string): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of stream as AsyncIterable<Buffer>) parts.push(part);
    if (this.isSilent) return;
    if (this.status === 0) {
      const message = Buffer.concat(parts).subarray(5);
      if (path.includes('.metrics.')) this.metricBodies.push(message);
      else this.spans.push(...decodeOtlpRequest(message));
    }
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(this.status) }));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(this.answer.length, 1);
    stream.end(this.status === 0 ? Buffer.concat([head, this.answer]) : undefined);
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
  }
}
