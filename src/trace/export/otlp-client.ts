/** One OTLP service of a collector, asked by the protocol that the settings name. */
import { readFileSync } from 'node:fs';
import { ExportFailure } from './export-failure.ts';
import { GrpcChannel } from './grpc-call.ts';
import { HttpPost } from './http-post.ts';
import type { OtlpTarget } from './otlp-target.ts';
import { version } from '../../version.ts';

/** The bytes of a request; the bytes of its answer. */
type Exchange = (message: Uint8Array, signal: AbortSignal) => Promise<Buffer>;

export interface OtlpClient {
  readonly exchange: Exchange;
  close(): void;
}

export function openOtlpClient(target: OtlpTarget, grpcPath: string): OtlpClient {
  const { protocol, url, gzip, certificate } = target;
  const authority = certificate === '' ? '' : readFileSync(certificate, 'utf8');
  const headers = { 'user-agent': `timefusion/${version}`, ...lowerCased(target.headers) };
  if (protocol === 'grpc') {
    const channel = new GrpcChannel({ origin: url, headers, authority });
    return {
      exchange: (message, signal) => channel.call(grpcPath, message, signal),
      close: () => channel.close(),
    };
  }
  const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
  const post = new HttpPost({
    url,
    headers: { ...headers, 'content-type': type },
    gzip,
    authority,
    readsBody: true,
  });
  return { exchange: (message, signal) => post.send(message, signal), close: () => post.close() };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
  );
}

/** Reads an answer. Errors: ExportFailure when it is none, such as a proxy's page. */
export function readAnswer<T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T {
  try {
    return read(bytes);
  } catch {
    throw new ExportFailure('the collector answers something that is no OTLP');
  }
}
