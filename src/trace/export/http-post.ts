/**
 * POST to a collector: one connection kept open, the whole exchange ended by a signal, an answer of
 * bounded size. OpenTelemetry's own transport limits only silence, so that a collector which sends a
 * byte a second holds a connection for ever.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { ExportFailure } from './export-failure.ts';

const answerBytesMax = 64 * 1024;
const retryAfterMsMax = 60_000;
const gzipped = promisify(gzip);

export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  /** PEM text of the authority to trust; empty: the system's. */
  readonly authority: string;
  /** False: the status is the answer, the body is not waited for. */
  readonly readsBody: boolean;
}

export class HttpPost {
  readonly #options: PostOptions;
  readonly #isSecure: boolean;
  readonly #agent: HttpAgent;

  constructor(options: PostOptions) {
    const { authority } = options;
    this.#options = options;
    this.#isSecure = new URL(options.url).protocol === 'https:';
    const pooled = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#isSecure
      ? new HttpsAgent({ ...pooled, ...(authority === '' ? {} : { ca: authority }) })
      : new HttpAgent(pooled);
  }

  /** The body of a 2xx answer. Errors: ExportFailure for other answers. */
  async send(body: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    const bytes = this.#options.gzip ? await gzipped(body) : body;
    try {
      return await this.#exchange(bytes, signal);
    } catch (error) {
      // The collector closed the kept connection just when it was used again.
      const isStale = (error as { readonly isStale?: boolean }).isStale === true;
      if (isStale && !signal.aborted) return this.#exchange(bytes, signal);
      throw error;
    }
  }

  #exchange(body: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    const { url, headers, gzip: isGzip } = this.#options;
    return new Promise((resolve, reject) => {
      const request = (this.#isSecure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: {
          ...headers,
          'content-length': body.length,
          ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
        },
      });
      request.on('error', (error: Error & { code?: string }) => {
        const isStale = request.reusedSocket && error.code === 'ECONNRESET';
        reject(Object.assign(error, { isStale }));
      });
      request.on('response', (response) => this.#read(response).then(resolve, reject));
      request.end(body);
    });
  }

  async #read(response: IncomingMessage): Promise<Buffer> {
    const status = response.statusCode ?? 0;
    const isTaken = status >= 200 && status < 300;
    if (!isTaken) {
      response.destroy();
      throw new ExportFailure(`the collector answers HTTP ${status}`, {
        isFinal: status >= 400 && status < 500 && status !== 408 && status !== 429,
        retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
      });
    }
    if (!this.#options.readsBody) {
      if (response.headers['content-length'] === '0' || status === 204) response.resume();
      else response.destroy();
      return Buffer.alloc(0);
    }
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > answerBytesMax) {
        throw new ExportFailure('the collector does not stop answering', { isFinal: true });
      }
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Seconds, or a date; at most a minute. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(retryAfterMsMax, Math.max(0, waitMs)) : 0;
}
