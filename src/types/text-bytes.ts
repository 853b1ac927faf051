/** Text values to and from UTF-8; a zero byte is no text (22021), as in PostgreSQL. */
import { isText, notText } from './utf8.ts';

const encoder = new TextEncoder();

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of bytes that come from outside. */
export function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isText(buffer)) throw notText(buffer);
  return buffer.toString('utf8');
}
