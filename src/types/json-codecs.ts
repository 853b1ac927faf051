/** json keeps its text; jsonb is PostgreSQL's normalised text, with a version byte on the wire. */
import { SqlError } from '../errors/sql-error.ts';
import { codecOf } from './codec.ts';
import { normalizeJsonb, parseJson } from './json-value.ts';
import { decodeText, encodeText } from './text-bytes.ts';

function checkJson(text: string): string {
  parseJson(text, 'json');
  return text;
}

export const jsonCodec = codecOf<string>({
  parse: checkJson,
  format: (value) => value,
  encode: encodeText,
  decode: (bytes) => checkJson(decodeText(bytes)),
});

export const jsonbCodec = codecOf<string>({
  parse: normalizeJsonb,
  format: (value) => value,
  encode: (value) => versioned(encodeText(value)),
  decode: (bytes) => {
    const version = bytes[0] ?? 0;
    if (version !== 1) {
      throw new SqlError('internal_error', `unsupported jsonb version number ${version}`);
    }
    return normalizeJsonb(decodeText(bytes.subarray(1)));
  },
});

export function versioned(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(bytes.length + 1);
  framed[0] = 1;
  framed.set(bytes, 1);
  return framed;
}
