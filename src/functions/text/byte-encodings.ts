/** encode() and decode(): hex, base64 (lines of 76), escape. */
import { SqlError } from '../../errors/sql-error.ts';

function unknownEncoding(name: string): SqlError {
  return new SqlError('invalid_parameter_value', `unrecognized encoding: "${name}"`);
}

export function encodeBytes(value: Uint8Array, format: string): string {
  const bytes = Buffer.from(value);
  switch (format.toLowerCase()) {
    case 'hex':
      return bytes.toString('hex');
    case 'base64':
      return bytes.toString('base64').replaceAll(/(.{76})(?=.)/g, '$1\n');
    case 'escape':
      return Array.from(bytes, escapeByte).join('');
    default:
      throw unknownEncoding(format);
  }
}

function escapeByte(byte: number): string {
  if (byte === 0x5c) return '\\\\';
  if (byte === 0 || byte > 127) return `\\${byte.toString(8).padStart(3, '0')}`;
  return String.fromCharCode(byte);
}

export function decodeBytes(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case 'hex':
      return decodeHex(text);
    case 'base64':
      return decodeBase64(text);
    case 'escape':
      return decodeEscape(text);
    default:
      throw unknownEncoding(format);
  }
}

function decodeHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  const bad = /[^0-9a-fA-F]/.exec(digits);
  if (bad !== null) {
    throw new SqlError('invalid_parameter_value', `invalid hexadecimal digit: "${bad[0]}"`);
  }
  if (digits.length % 2 === 1) {
    throw new SqlError('invalid_parameter_value', 'invalid hexadecimal data: odd number of digits');
  }
  return Buffer.from(digits, 'hex');
}

function decodeBase64(text: string): Uint8Array {
  const symbols = text.replaceAll(/\s/g, '');
  const bad = /[^A-Za-z0-9+/=]/.exec(symbols);
  if (bad !== null) {
    const message = `invalid symbol "${bad[0]}" found while decoding base64 sequence`;
    throw new SqlError('invalid_parameter_value', message);
  }
  if (symbols.length % 4 !== 0) {
    throw new SqlError('invalid_parameter_value', 'invalid base64 end sequence', {
      hint: 'Input data is missing padding, is truncated, or is otherwise corrupted.',
    });
  }
  return Buffer.from(symbols, 'base64');
}

function decodeEscape(text: string): Uint8Array {
  const bytes: number[] = [];
  const source = Buffer.from(text);
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] as number;
    if (byte !== 0x5c) bytes.push(byte);
    else if (source[at + 1] === 0x5c) {
      bytes.push(0x5c);
      at += 1;
    } else {
      const digits = source.toString('latin1', at + 1, at + 4);
      if (!/^[0-3][0-7]{2}$/.test(digits)) {
        throw new SqlError('invalid_text_representation', 'invalid input syntax for type bytea');
      }
      bytes.push(Number.parseInt(digits, 8));
      at += 3;
    }
  }
  return Uint8Array.from(bytes);
}
