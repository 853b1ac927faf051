/**
 * Jaeger's Thrift: a generic reader of TBinaryProtocol, then jaeger.thrift's field numbers.
 *
 *     struct = { type:1 id:2 value }* 00      list = type:1 count:4 value*
 *
 * https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift
 */
import type { DecodedEvent, DecodedSpan, DecodedValue } from './decoded-span.ts';

type Value = string | number | bigint | boolean | readonly Value[] | Struct;
type Struct = ReadonlyMap<number, Value>;

const types = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  list: 15,
};

class ThriftReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  #take(size: number): number {
    this.#at += size;
    return this.#at - size;
  }

  struct(): Struct {
    const fields = new Map<number, Value>();
    for (;;) {
      const type = this.#bytes.readUInt8(this.#take(1));
      if (type === types.stop) return fields;
      const id = this.#bytes.readInt16BE(this.#take(2));
      fields.set(id, this.#value(type));
    }
  }

  #value(type: number): Value {
    switch (type) {
      case types.bool:
        return this.#bytes.readUInt8(this.#take(1)) === 1;
      case types.byte:
        return this.#bytes.readInt8(this.#take(1));
      case types.double:
        return this.#bytes.readDoubleBE(this.#take(8));
      case types.i16:
        return this.#bytes.readInt16BE(this.#take(2));
      case types.i32:
        return this.#bytes.readInt32BE(this.#take(4));
      case types.i64:
        return this.#bytes.readBigInt64BE(this.#take(8));
      case types.string: {
        const size = this.#bytes.readInt32BE(this.#take(4));
        const from = this.#take(size);
        return this.#bytes.toString('utf8', from, from + size);
      }
      case types.struct:
        return this.struct();
      case types.list: {
        const element = this.#bytes.readUInt8(this.#take(1));
        const count = this.#bytes.readInt32BE(this.#take(4));
        return Array.from({ length: count }, () => this.#value(element));
      }
      default:
        throw new Error(`no Thrift type ${type} at ${this.#at}`);
    }
  }
}

const hex = (value: Value | undefined): string =>
  BigInt.asUintN(64, (value as bigint | undefined) ?? 0n)
    .toString(16)
    .padStart(16, '0');
const structs = (value: Value | undefined): readonly Struct[] => (value ?? []) as readonly Struct[];
const text = (value: Value | undefined): string => (value as string | undefined) ?? '';

/** jaeger.thrift Tag: key 1, type 2 (0 string, 1 double, 2 bool, 3 long), values 3 to 6. */
function tagsOf(value: Value | undefined): ReadonlyMap<string, DecodedValue> {
  return new Map(
    structs(value).map((tag) => {
      const kind = tag.get(2) as number;
      const value = tag.get(kind + 3);
      return [
        text(tag.get(1)),
        typeof value === 'bigint' ? Number(value) : (value as DecodedValue),
      ];
    }),
  );
}

function spanOf(span: Struct, service: string): DecodedSpan {
  const startUs = Number(span.get(8));
  const attributes = tagsOf(span.get(10));
  const parent = hex(span.get(4));
  return {
    traceId: hex(span.get(2)) + hex(span.get(1)),
    spanId: hex(span.get(3)),
    parentSpanId: /^0+$/.test(parent) ? '' : parent,
    name: text(span.get(5)),
    startUs,
    endUs: startUs + Number(span.get(9)),
    attributes,
    events: structs(span.get(11)).map((log): DecodedEvent => {
      const fields = new Map(tagsOf(log.get(2)));
      const name = String(fields.get('event'));
      fields.delete('event');
      return { name, attributes: fields };
    }),
    links: structs(span.get(6)).map(
      (link) => `${hex(link.get(3))}${hex(link.get(2))}-${hex(link.get(4))}`,
    ),
    isServer: attributes.get('span.kind') === 'server',
    isError: attributes.get('error') === true,
    service,
  };
}

/** The body of POST /api/traces: one Batch { process 1, spans 2 }. */
export function decodeJaegerBatch(body: Buffer): readonly DecodedSpan[] {
  return spansOfBatch(new ThriftReader(body).struct());
}

function spansOfBatch(batch: Struct): readonly DecodedSpan[] {
  const process = batch.get(1) as Struct;
  return structs(batch.get(2)).map((span) => spanOf(span, text(process.get(1))));
}

/** A datagram: the message `emitBatch` of the agent's service, whose argument 1 is the batch. */
export function decodeJaegerDatagram(bytes: Buffer): readonly DecodedSpan[] {
  const nameLength = bytes.readInt32BE(4);
  if (bytes.toString('latin1', 8, 8 + nameLength) !== 'emitBatch') throw new Error('no emitBatch');
  const batch = new ThriftReader(bytes.subarray(12 + nameLength)).struct().get(1) as Struct;
  return spansOfBatch(batch);
}

/** Tags of the batch's process. */
export function decodeProcessTags(body: Buffer): ReadonlyMap<string, DecodedValue> {
  const process = new ThriftReader(body).struct().get(1) as Struct;
  return tagsOf(process.get(2));
}
