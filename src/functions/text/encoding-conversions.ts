/** convert(), convert_from(), convert_to(): bytes between encodings, checked on the way. */
import { SqlError } from '../../errors/sql-error.ts';
import { charsetNamed } from '../../types/encodings/charset.ts';
import { findEncoding, type EncodingName } from '../../types/encodings/encoding-names.ts';
import { isText, notText } from '../../types/utf8.ts';

/** Errors: 22023, 42883, 22021, 22P05. */
export function convertFrom(value: Uint8Array, encoding: string): string {
  return convertBytes(value, encoding, 'UTF8').toString('utf8');
}

export function convertTo(value: string, encoding: string): Uint8Array {
  return convertBytes(Buffer.from(value, 'utf8'), 'UTF8', encoding);
}

export function convertBytes(value: Uint8Array, from: string, to: string): Buffer {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const [source, target] = [known(from, 'source'), known(to, 'destination')];
  if (source === target) return checked(bytes, source);
  const [decoder, encoder] = [charsetNamed(source), charsetNamed(target)];
  if (target === 'UTF8' && decoder !== undefined) return decoder.toUtf8(bytes);
  if (source === 'UTF8' && encoder !== undefined) return encoder.fromUtf8(checked(bytes, source));
  if (source === 'SQL_ASCII' || target === 'SQL_ASCII') return checked(bytes, target);
  const message = `default conversion function for encoding "${source}" to "${target}" does not exist`;
  throw new SqlError('undefined_function', message);
}

function known(encoding: string, role: 'source' | 'destination'): EncodingName {
  const name = findEncoding(encoding);
  if (name !== undefined) return name;
  const message = `invalid ${role} encoding name "${encoding}"`;
  throw new SqlError('invalid_parameter_value', message);
}

/** Errors: 22021 for what is not in its encoding. */
function checked(bytes: Buffer, encoding: EncodingName): Buffer {
  if (encoding === 'UTF8' && !isText(bytes)) throw notText(bytes);
  charsetNamed(encoding)?.toUtf8(bytes);
  return bytes;
}
