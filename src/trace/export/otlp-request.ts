/**
 * ExportTraceServiceRequest of spans that are encoded: resource and scope are encoded once, the rest
 * is copied.
 *
 *     1 ResourceSpans { 1 Resource { 1 attributes* 2 dropped } 2 ScopeSpans { 1 Scope { 1 name 2 version } 2 Span* } }
 */
import type { Resource } from '@opentelemetry/resources';
import { ProtobufWriter, varintSize } from '../encoding/protobuf-writer.ts';
import { encodeAttributes } from '../encoding/span-encoder.ts';
import type { Attributes } from '../spans/span-data.ts';
import { instrumentationScope, type EncodedSpan } from './encoded-span.ts';

const resources = new WeakMap<Resource, Buffer>();
const spanTag = 0x12;
const scopeSpansTag = 0x12;
const resourceSpansTag = 0x0a;

/** All spans of a request are of one resource. */
export function otlpRequest(spans: readonly EncodedSpan[]): Buffer {
  const [first] = spans;
  if (first === undefined) return Buffer.alloc(0);
  const resource = resourceBytes(first.resource);
  let scopeSpansSize = scope.length;
  for (const { bytes } of spans) scopeSpansSize += 1 + varintSize(bytes.length) + bytes.length;
  const size = resource.length + 1 + varintSize(scopeSpansSize) + scopeSpansSize;
  const body = Buffer.allocUnsafe(1 + varintSize(size) + size);
  let at = writeHead(body, 0, { tag: resourceSpansTag, size });
  at += resource.copy(body, at);
  at = writeHead(body, at, { tag: scopeSpansTag, size: scopeSpansSize });
  at += scope.copy(body, at);
  for (const { bytes } of spans) {
    at = writeHead(body, at, { tag: spanTag, size: bytes.length });
    body.set(bytes, at);
    at += bytes.length;
  }
  return body;
}

function writeHead(
  body: Buffer,
  from: number,
  { tag, size }: { readonly tag: number; readonly size: number },
): number {
  let at = from;
  body[at++] = tag;
  let left = size;
  for (; left > 0x7f; left >>>= 7) body[at++] = (left & 0x7f) | 0x80;
  body[at++] = left;
  return at;
}

function resourceBytes(resource: Resource): Buffer {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const out = new ProtobufWriter();
  const start = out.begin(1);
  encodeAttributes(out, 1, resource.attributes as Attributes);
  out.integer(2, 0);
  out.end(start);
  resources.set(resource, out.bytes);
  return out.bytes;
}

const scope = scopeBytes();

function scopeBytes(): Buffer {
  const out = new ProtobufWriter();
  const start = out.begin(1);
  out.text(1, instrumentationScope.name);
  out.text(2, instrumentationScope.version);
  out.end(start);
  return out.bytes;
}
