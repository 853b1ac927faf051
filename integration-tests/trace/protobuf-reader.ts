/** Protobuf: the wire format, and the parts that all of OpenTelemetry's messages have. */
import type { DecodedValue } from './decoded-span.ts';

export type Field = bigint | Buffer;
export type Message = ReadonlyMap<number, readonly Field[]>;

export function readMessage(bytes: Buffer): Message {
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

export const messages = (message: Message, field: number): readonly Message[] =>
  (message.get(field) ?? []).map((bytes) => readMessage(bytes as Buffer));
export const bytesOf = (message: Message, field: number): Buffer =>
  (message.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
export const hexOf = (message: Message, field: number): string =>
  bytesOf(message, field).toString('hex');
export const textOf = (message: Message, field: number): string =>
  bytesOf(message, field).toString('utf8');
export const numberOf = (message: Message, field: number): bigint =>
  (message.get(field)?.[0] as bigint | undefined) ?? 0n;
export const micros = (message: Message, field: number): number =>
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

export function attributesOf(message: Message, field: number): ReadonlyMap<string, DecodedValue> {
  return new Map(
    messages(message, field).map((pair) => [
      textOf(pair, 1),
      anyValue(readMessage(bytesOf(pair, 2))),
    ]),
  );
}
