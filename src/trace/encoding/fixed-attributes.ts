/**
 * Attributes that many spans share, cut and encoded once: what is known of a plan's node before it
 * runs, and of a session.
 */
import type { Attributes } from '../spans/span-data.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { encodeAttributes, spanAttributesField } from './span-encoder.ts';
import { fixedAttributesBytesMax, Room } from './span-limits.ts';

export class FixedAttributes {
  readonly values: Attributes;
  /** As a span has them. */
  readonly bytes: Uint8Array;
  /** What they take of a span's room. */
  readonly byteSize: number;

  constructor(values: Attributes) {
    const room = new Room(fixedAttributesBytesMax);
    this.values = room.fitted(values);
    this.byteSize = room.used;
    const out = new ProtobufWriter();
    encodeAttributes(out, spanAttributesField, this.values);
    this.bytes = new Uint8Array(out.bytes);
  }
}
