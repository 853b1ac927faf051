/** OID aliases: regclass, regtype and the rest show names and take names or numbers. */
import { SqlError, type SqlErrorFields } from '../errors/sql-error.ts';
import type { SqlStateName } from '../errors/sql-state.ts';
import { codecOf } from './codec.ts';
import type { FormatSettings } from './format-settings.ts';
import { decodeOid, encodeOid, parseOid } from './integer-codecs.ts';
import { formatType, parseTypeName } from './type-name.ts';
import { typeRecord } from './type-table.ts';

type Kind =
  'class' | 'proc' | 'procedure' | 'oper' | 'operator' | 'namespace' | 'role' | 'collation';

const missing: Readonly<Record<Kind, readonly [SqlStateName, string]>> = {
  class: ['undefined_table', 'relation'],
  proc: ['undefined_function', 'function'],
  procedure: ['undefined_function', 'function'],
  oper: ['undefined_function', 'operator'],
  operator: ['undefined_function', 'operator'],
  namespace: ['invalid_schema_name', 'schema'],
  role: ['undefined_object', 'role'],
  collation: ['undefined_object', 'collation'],
};

function isNumber(text: string): boolean {
  return /^\s*\d+\s*$/.test(text);
}

const quotedPart = /("(?:[^"]|"")*")/;
const spacedDot = /\s*\.\s*/g;

/** Folds an unquoted name to lower case and takes the quotes off a quoted one. */
export function foldName(text: string): string {
  return text
    .trim()
    .split(quotedPart)
    .map((part) =>
      part.startsWith('"')
        ? part.slice(1, -1).replaceAll('""', '"')
        : part.replaceAll(spacedDot, '.').toLowerCase(),
    )
    .join('');
}

/** Errors: 42602 for a name whose parts are empty, or that is more than its parts. */
function checkName(text: string): void {
  const bare = text.trim().replaceAll(/"(?:[^"]|"")+"/g, 'q');
  if (/^[^\s."]+(\s*\.\s*[^\s."]+)*$/.test(bare)) return;
  throw new SqlError('invalid_name', 'invalid name syntax');
}

const firstPart = /^\s*("(?:[^"]|"")+"|[^\s."]+)\s*\./;

/** Errors: 3F000 for a name whose schema is not there. */
function checkSchema(text: string, formats: FormatSettings): void {
  const schema = firstPart.exec(text)?.[1];
  if (schema === undefined) return;
  const name = foldName(schema);
  if (formats.lookup?.('namespace_oid', name) !== undefined) return;
  throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
}

function parseReg(kind: Kind, text: string, formats: FormatSettings): number {
  if (text === '-') return 0;
  if (isNumber(text)) return parseOid(text);
  if (kind === 'class') checkName(text);
  const name = foldName(text);
  const found = formats.lookup?.(`${kind}_oid`, name);
  if (found !== undefined) return Number(found);
  if (kind === 'class') checkSchema(text, formats);
  const [state, noun] = missing[kind];
  const fields: SqlErrorFields = {};
  throw new SqlError(state, `${noun} "${name}" does not exist`, fields);
}

function formatReg(kind: Kind, oid: number, formats: FormatSettings): string {
  const unsigned = oid >>> 0;
  if (unsigned === 0) return kind === 'oper' || kind === 'operator' ? '0' : '-';
  const fact = kind === 'role' ? 'role_shown' : `${kind}_name`;
  return formats.lookup?.(fact, String(unsigned)) ?? String(unsigned);
}

export function regCodec(kind: Kind) {
  return codecOf<number>({
    parse: (text, formats) => parseReg(kind, text, formats),
    format: (oid, formats) => formatReg(kind, oid, formats),
    encode: encodeOid,
    decode: decodeOid,
  });
}

function parseRegtype(text: string, formats: FormatSettings): number {
  if (text === '-') return 0;
  if (isNumber(text)) return parseOid(text);
  const type = parseTypeName(text);
  if (type !== undefined) return typeRecord(type.name).oid;
  const found = formats.lookup?.('type_oid', foldName(text));
  if (found !== undefined) return Number(found);
  throw new SqlError('undefined_object', `type "${foldName(text)}" does not exist`);
}

export const regtypeCodec = codecOf<number>({
  parse: parseRegtype,
  format: (oid, formats) => {
    if (oid === 0) return '-';
    const name = formatType(oid >>> 0);
    return name === '???'
      ? (formats.lookup?.('type_name', String(oid >>> 0)) ?? String(oid >>> 0))
      : name;
  },
  encode: encodeOid,
  decode: decodeOid,
});
