/** What a span may take of a message: strings are cut, and what has no room at all is counted. */
import type { Attributes } from '../spans/span-data.ts';

/**
 * What a span may take of a datagram to the Jaeger agent, which holds 65,000 bytes, whole spans
 * only, process tags included.
 */
export const spanBytesMax = 60_000;
export const fixedBytes = 1024;
export const nameBytesMax = 4096;
const stringBytesMax = 4096;
/** Documents are of use only whole; who makes them keeps them this short. */
const documentBytesMax = 16 * 1024;
const documents = /\.json$|^datafusion\.(preview|plan_diff)$/;
export const eventsBytesMax = 16 * 1024;
export const linkBytes = 64;
export const linksMax = 128;
export const eventsMax = 128;
/** Of those that spans share. */
export const fixedAttributesBytesMax = 16 * 1024;
/** Kept free for template and fingerprint of the statement, which the export thread makes. */
export const statementBytesMax = 5 * 1024;

/** At most that many bytes of UTF-8, the mark of the cut included. */
export function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  return `${bytes.toString('utf8', 0, bytesMax - 3).replace(/\ufffd$/, '')}…`;
}

/** What a tag takes in Thrift besides its name and its text. */
const fixedTagBytes = 24;
/** A number as text. */
const scalarBytes = 24;
const markBytes = '.truncated_from'.length + 8;

/** An upper bound that is quick to tell; infinite where a value may have to be cut. */
function bytesAtMost(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    const size = typeof value === 'string' ? value.length * 3 : scalarBytes;
    if (size > stringBytesMax || typeof value === 'object') return Infinity;
    bytes += fixedTagBytes + key.length * 3 + size;
  }
  return bytes;
}

export class Room {
  #left: number;
  used = 0;
  dropped = 0;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    this.used += bytes;
  }

  takeName(name: string): void {
    this.take(fixedTagBytes * 2 + name.length * 3);
  }

  fitted(attributes: Attributes): Attributes {
    const most = bytesAtMost(attributes);
    if (most > this.#left) return this.#cutToFit(attributes);
    this.take(most);
    return attributes;
  }

  #cutToFit(attributes: Attributes): Attributes {
    const found: Attributes = {};
    for (const [key, value] of Object.entries(attributes)) {
      const keyBytes = Buffer.byteLength(key);
      const most = documents.test(key) ? documentBytesMax : stringBytesMax;
      const free = this.#left - (fixedTagBytes + keyBytes) * 2 - markBytes;
      const short =
        typeof value === 'string' ? cut(value, Math.max(4, Math.min(most, free))) : value;
      const bytes = fixedTagBytes + keyBytes + Buffer.byteLength(String(short));
      if (bytes > this.#left || (short !== value && free < 4)) {
        this.dropped += 1;
        continue;
      }
      this.take(bytes);
      found[key] = short;
      if (short === value) continue;
      this.take(fixedTagBytes + keyBytes + markBytes);
      found[`${key}.truncated_from`] = String(value).length;
    }
    return found;
  }
}
