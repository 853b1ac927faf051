/**
 * Unary gRPC over Node's HTTP/2: all that OTLP needs of it.
 *
 *     request and answer:  compressed:1 (0)  length:4  message        status in the trailers
 *
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { ExportFailure } from './export-failure.ts';

const answerBytesMax = 64 * 1024;
const frameHeadBytes = 5;
/** Statuses after which the same call can succeed, by OTLP's specification. */
const retryable: ReadonlySet<string> = new Set([
  '1', // cancelled
  '4', // deadline exceeded
  '8', // resource exhausted
  '10', // aborted
  '11', // out of range
  '14', // unavailable
  '15', // data loss
]);

export interface GrpcOptions {
  /** http: plain text, https: TLS. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM text of the authority to trust; empty: the system's. */
  readonly authority: string;
}

export class GrpcChannel {
  readonly #options: GrpcOptions;
  #session: ClientHttp2Session | undefined;

  constructor(options: GrpcOptions) {
    this.#options = options;
  }

  /** The answer's message. Errors: ExportFailure. */
  async call(path: string, message: Uint8Array, signal: AbortSignal): Promise<Buffer> {
    const session = this.#open();
    const stream = session.request({
      ...this.#options.headers,
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const head = Buffer.alloc(frameHeadBytes);
    head.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([head, message]));
    // A stream that never opened keeps its session waiting: both end.
    const abort = (): void => session.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort);
    try {
      return await answerOf(stream);
    } catch (error) {
      stream.close(constants.NGHTTP2_CANCEL);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #open(): ClientHttp2Session {
    const { origin, authority } = this.#options;
    const last = this.#session;
    if (last !== undefined && !last.closed && !last.destroyed) return last;
    const session = connect(origin, authority === '' ? {} : { ca: authority });
    session.on('error', () => session.destroy());
    session.on('goaway', () => session.close());
    this.#session = session;
    return session;
  }

  close(): void {
    this.#session?.destroy();
  }
}

async function answerOf(stream: ClientHttp2Stream): Promise<Buffer> {
  let status = '';
  let message = '';
  const note = (headers: Readonly<Record<string, string | string[] | undefined>>): void => {
    status = String(headers['grpc-status'] ?? status);
    message = String(headers['grpc-message'] ?? message);
  };
  let httpStatus = 0;
  stream.on('response', (headers) => {
    httpStatus = Number(headers[':status']);
    note(headers as Record<string, string>);
  });
  stream.on('trailers', (headers) => note(headers as Record<string, string>));
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > answerBytesMax) {
      throw new ExportFailure('the collector does not stop answering', { isFinal: true });
    }
    parts.push(part);
  }
  if (status !== '0') {
    const said = status === '' ? `HTTP ${httpStatus} without a status` : `status ${status}`;
    const isFinal = status !== '' && !retryable.has(status);
    throw new ExportFailure(`the collector answers ${said} ${message}`.trim(), { isFinal });
  }
  return Buffer.concat(parts).subarray(frameHeadBytes);
}
