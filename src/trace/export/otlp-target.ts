/**
 * Where OTLP goes and how, by OpenTelemetry's settings: those of one signal (`…_TRACES_ENDPOINT`)
 * win over those of all (`…_ENDPOINT`).
 */
import { percentDecoded } from '../choice/percent-decoding.ts';

export type OtlpProtocol = 'grpc' | 'http/protobuf' | 'http/json';
const protocols: readonly string[] = ['grpc', 'http/protobuf', 'http/json'];

/** Plain data: the export worker gets it as it is. */
export interface OtlpTarget {
  readonly protocol: OtlpProtocol;
  /** Of the request; of the server for gRPC. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly gzip: boolean;
  /** File of the authority to trust; empty: the system's. */
  readonly certificate: string;
}

type Read = (name: string) => string;
type Signal = 'traces' | 'metrics';

const timeoutMsInitial = 10_000;

export function readOtlpTarget(read: Read, signal: Signal, warnings: string[]): OtlpTarget {
  const own = (name: string): string =>
    read(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`).trim() ||
    read(`OTEL_EXPORTER_OTLP_${name}`).trim();
  const protocol = own('PROTOCOL') || 'http/protobuf';
  if (!protocols.includes(protocol)) {
    warnings.push(`OTEL_EXPORTER_OTLP_PROTOCOL: no protocol ${protocol}; http/protobuf is used`);
  }
  const known = protocols.includes(protocol) ? (protocol as OtlpProtocol) : 'http/protobuf';
  const timeoutMs = Number(own('TIMEOUT'));
  return {
    protocol: known,
    url: urlOf(read, signal, known, warnings),
    headers: readPairs(own('HEADERS')),
    timeoutMs: timeoutMs > 0 ? timeoutMs : timeoutMsInitial,
    gzip: own('COMPRESSION') === 'gzip',
    certificate: own('CERTIFICATE'),
  };
}

/** The signal's own endpoint is taken as it is, that of all signals gets `/v1/<signal>`. */
function urlOf(read: Read, signal: Signal, protocol: OtlpProtocol, warnings: string[]): string {
  const ownName = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const own = read(ownName).trim();
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT').trim();
  const isGrpc = protocol === 'grpc';
  const initial = isGrpc ? 'http://localhost:4317' : 'http://localhost:4318';
  const suffix = isGrpc || own !== '' ? '' : `/v1/${signal}`;
  const given = (own || base || initial).replace(/\/+$/, own === '' ? '' : '$&');
  const text = isGrpc && !given.includes('://') ? `http://${given}` : given;
  const url = URL.canParse(text) ? new URL(text + suffix) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return isGrpc ? url.origin : url.href;
  warnings.push(`${own === '' ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : ownName} is no http URL`);
  return initial + suffix;
}

/** `key=value,…`, values percent-encoded; what is malformed is left out. */
export function readPairs(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const piece of text.split(',')) {
    const at = piece.indexOf('=');
    const key = piece.slice(0, Math.max(0, at)).trim();
    const value = piece.slice(at + 1).trim();
    if (key !== '' && key !== '__proto__') found[key] = percentDecoded(value);
  }
  return found;
}
