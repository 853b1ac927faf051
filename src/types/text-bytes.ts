/** Text values to and from UTF-8; a zero byte is no text (22021), as in PostgreSQL. */
import { decodeUtf8 as decodeValid, invalidUtf8 } from './utf8.ts';

const encoder = new TextEncoder();

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of bytes that come from outside. */
export function decodeText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw invalidUtf8(bytes.subarray(nul, nul + 1));
  return decodeValid(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
