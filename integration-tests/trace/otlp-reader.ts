/**
 * OTLP traces in protobuf: a generic reader of the wire format, then the field numbers of
 * opentelemetry/proto/collector/trace/v1 and trace/v1.
 */
import type { DecodedEvent, DecodedSpan, DecodedValue } from './decoded-span.ts';

type Field = bigint | Buffer;
type Message = ReadonlyMap<number, readonly Field[]>;

function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const value = (wireType: number): Field => {
    if (wireType === 0) return varint();
    const size = wireType === 2 ? Number(varint()) : wireType === 1 ? 8 : 4;
    at += size;
    return bytes.subarray(at - size, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const list = fields.get(tag >>> 3) ?? [];
    list.push(value(tag & 7));
    fields.set(tag >>> 3, list);
  }
  return fields;
}

const messages = (message: Message, field: number): readonly Message[] =>
  (message.get(field) ?? []).map((bytes) => readMessage(bytes as Buffer));
const bytesOf = (message: Message, field: number): Buffer =>
  (message.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
const hexOf = (message: Message, field: number): string => bytesOf(message, field).toString('hex');
const textOf = (message: Message, field: number): string =>
  bytesOf(message, field).toString('utf8');
const numberOf = (message: Message, field: number): bigint =>
  (message.get(field)?.[0] as bigint | undefined) ?? 0n;
const micros = (message: Message, field: number): number =>
  Number(bytesOf(message, field).readBigUInt64LE() / 1000n);

/** AnyValue: string 1, bool 2, int 3, double 4, array 5. */
function anyValue(message: Message): DecodedValue {
  if (message.has(1)) return textOf(message, 1);
  if (message.has(2)) return numberOf(message, 2) === 1n;
  if (message.has(3)) return Number(BigInt.asIntN(64, numberOf(message, 3)));
  if (message.has(4)) return bytesOf(message, 4).readDoubleLE();
  return messages(readMessage(bytesOf(message, 5)), 1)
    .map(anyValue)
    .join(',');
}

function attributesOf(message: Message, field: number): ReadonlyMap<string, DecodedValue> {
  return new Map(
    messages(message, field).map((pair) => [
      textOf(pair, 1),
      anyValue(readMessage(bytesOf(pair, 2))),
    ]),
  );
}

function spanOf(span: Message, service: string): DecodedSpan {
  return {
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    parentSpanId: hexOf(span, 4),
    name: textOf(span, 5),
    startUs: micros(span, 7),
    endUs: micros(span, 8),
    attributes: attributesOf(span, 9),
    events: messages(span, 11).map((event): DecodedEvent => ({
      name: textOf(event, 2),
      attributes: attributesOf(event, 3),
    })),
    links: messages(span, 13).map((link) => `${hexOf(link, 1)}-${hexOf(link, 2)}`),
    isServer: numberOf(span, 6) === 2n,
    isError: span.has(15) && numberOf(readMessage(bytesOf(span, 15)), 3) === 2n,
    service,
  };
}

/** The body of POST /v1/traces: ExportTraceServiceRequest. */
export function decodeOtlpRequest(body: Buffer): readonly DecodedSpan[] {
  return messages(readMessage(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(readMessage(bytesOf(resourceSpans, 1)), 1);
    const service = String(resource.get('service.name'));
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => spanOf(span, service)),
    );
  });
}
