/** Health and metrics over HTTP: GET /healthz, /readyz, /metrics; 404 for anything else. */
import { once } from 'node:events';
import {
  createServer as createNodeServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
  /** The metrics of now; OpenMetrics for who asks for it, else Prometheus text. */
  readonly metrics: (form: 'prometheus' | 'openmetrics') => string;
  /** True: queries are served; /readyz says 503 before and while draining. */
  readonly ready: () => boolean;
}

export interface HttpServer {
  listen(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const plain = 'text/plain; charset=utf-8';
const prometheus = 'text/plain; version=0.0.4; charset=utf-8';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const requestTimeoutMs = 10_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const server = createNodeServer((request, response) => {
    respond(request, response, options);
  });
  server.requestTimeout = requestTimeoutMs;

  return {
    async listen() {
      server.listen(options.port, options.host ?? '127.0.0.1');
      await once(server, 'listening');
      return { port: (server.address() as AddressInfo).port };
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): void {
  const { status, type, body } = answerTo(request, options);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function answerTo(request: IncomingMessage, options: HttpServerOptions): Answer {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, type: plain, body: 'method not allowed\n' };
  }
  const path = (request.url ?? '').split('?', 1)[0];
  switch (path) {
    case '/healthz':
      return { status: 200, type: plain, body: 'ok\n' };
    case '/readyz':
      return options.ready()
        ? { status: 200, type: plain, body: 'ready\n' }
        : { status: 503, type: plain, body: 'not ready\n' };
    case '/metrics':
      return (request.headers.accept ?? '').includes('application/openmetrics-text')
        ? { status: 200, type: openMetrics, body: `${options.metrics('openmetrics')}# EOF\n` }
        : { status: 200, type: prometheus, body: options.metrics('prometheus') };
    default:
      return { status: 404, type: plain, body: 'not found\n' };
  }
}
