/**
 * Server messages in the shorthand of the recorded PostgreSQL 15 scenarios:
 * `T[name:oid@tN#typmod/bin] D(v|v) C(tag) E(SEVERITY CODE: text pos=…) Z(I)`.
 */
import {
  FieldReader,
  reportFields,
  rowColumns,
  rowValues,
  type BackendMessage,
} from './backend-decoder.ts';

const describers: Readonly<Record<string, (body: Buffer) => string>> = {
  R: (body) => {
    const kind = body.readInt32BE(0);
    const names = body
      .toString('latin1', 4)
      .split('\0')
      .filter((name) => name !== '');
    return kind === 10 ? `R:10:${names.join(',')}` : `R:${kind}`;
  },
  S: (body) => {
    const reader = new FieldReader(body);
    return `S(${reader.cstring()}=${reader.cstring()})`;
  },
  K: (body) => `K(len ${body.length})`,
  Z: (body) => `Z(${body.toString('latin1')})`,
  T: (body) => `T[${rowColumns(body).map(column).join(',')}]`,
  D: (body) => `D(${rowValues(body).map(value).join('|')})`,
  C: (body) => `C(${new FieldReader(body).cstring()})`,
  E: (body) => `E(${report(body)})`,
  N: (body) => `N(${report(body)})`,
  A: (body) => {
    const reader = new FieldReader(body);
    reader.int32();
    return `A:${reader.cstring()}:${reader.cstring()}`;
  },
  G: (body) => `G:${body.readInt8(0)}:${body.readInt16BE(1)}`,
  H: (body) => `H:${body.readInt8(0)}:${body.readInt16BE(1)}`,
  d: (body) => `d:${body.toString('hex')}`,
  t: (body) => {
    const reader = new FieldReader(body);
    return `t[${Array.from({ length: reader.int16() }, () => reader.int32()).join(',')}]`;
  },
  v: (body) => {
    const reader = new FieldReader(body);
    const version = reader.int32();
    return `v:${version}:${Array.from({ length: reader.int32() }, () => reader.cstring()).join(',')}`;
  },
  V: (body) => `V:${body.toString('hex')}`,
};

export function goldenText(message: BackendMessage | 'closed'): string {
  if (message === 'closed') return '<closed>';
  return describers[message.code]?.(message.body) ?? message.code;
}

function column({
  name,
  typeOid,
  columnNumber,
  typmod,
  format,
}: ReturnType<typeof rowColumns>[0]): string {
  const table = columnNumber > 0 ? `@t${columnNumber}` : '';
  const modifier = typmod === -1 ? '' : `#${typmod}`;
  return `${name}:${typeOid}${table}${modifier}${format === 1 ? '/bin' : ''}`;
}

function value(bytes: Buffer | null): string {
  if (bytes === null) return 'NULL';
  const text = bytes.toString('utf8');
  return /^[\t\n\x20-\x7e]*$/.test(text) ? text : `\\x${bytes.toString('hex')}`;
}

function report(body: Buffer): string {
  const fields = reportFields(body);
  const shown = [
    ['pos', 'P'],
    ['detail', 'D'],
    ['hint', 'H'],
    ['constraint', 'n'],
    ['table', 't'],
    ['column', 'c'],
  ].flatMap(([name, code = '']) => (fields.has(code) ? [` ${name}=${fields.get(code)}`] : []));
  return `${fields.get('V')} ${fields.get('C')}: ${fields.get('M')}${shown.join('')}`;
}
