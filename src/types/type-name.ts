/** Type names with modifiers: format_type's text, type names as SQL spells them, typmod in. */
import { SqlError } from '../errors/sql-error.ts';
import { intervalFullRange, intervalRanges } from './interval-parse.ts';
import { numericTypmod, numericTypmodParts } from './numeric-convert.ts';
import type { SqlType, TypeName } from './sql-type.ts';
import { qualifiedTypeName } from './user-type.ts';
import {
  findTypeByName,
  findTypeByOid,
  findTypeRecord,
  sqlType,
  typeRecord,
} from './type-table.ts';

const spelled: Readonly<Record<string, TypeName>> = {
  boolean: 'bool',
  smallint: 'int2',
  integer: 'int4',
  int: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  float: 'float8',
  decimal: 'numeric',
  dec: 'numeric',
  character: 'bpchar',
  char: 'bpchar',
  'character varying': 'varchar',
  'char varying': 'varchar',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'bit varying': 'varbit',
  '"char"': 'char',
  '"any"': 'any',
};

/** Types whose modifier is a number of fraction digits. */
const precisionTypes = new Set<string>(['time', 'timetz', 'timestamp', 'timestamptz']);

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

function checkedLength(typeName: string, length: number): number {
  if (length < 1) throw invalid(`length for type ${typeName} must be at least 1`);
  if (length > 10485760) throw invalid(`length for type ${typeName} cannot exceed 10485760`);
  return length;
}

/**
 * The typmod of `typeName(modifiers…)`, as the type's typmodin function gives it.
 * Intervals take the range mask first: `interval day to second(3)` is [mask, 3].
 */
export function typmodFor(typeName: TypeName, modifiers: readonly number[]): number {
  if (modifiers.length === 0) return -1;
  const name = typeName.replace(/^_/, '');
  const [first = 0, second = 0] = modifiers;
  if (name === 'numeric') return numericModifier(modifiers);
  if (name === 'interval') return intervalModifier(modifiers);
  if (modifiers.length !== 1) throw invalid('invalid type modifier');
  if (name === 'varchar' || name === 'bpchar') {
    return checkedLength(name === 'bpchar' ? 'char' : 'varchar', first) + 4;
  }
  if (name === 'bit' || name === 'varbit') return checkedLength(name, first);
  if (precisionTypes.has(name)) return Math.min(checkedPrecision(name, first), 6) + second;
  const shown = typeRecord(typeName).name;
  throw new SqlError('syntax_error', `type modifier is not allowed for type "${shown}"`);
}

function checkedPrecision(name: string, precision: number): number {
  if (precision >= 0) return precision;
  const kind = name.startsWith('timestamp') ? 'TIMESTAMP' : 'TIME';
  const tail = name.endsWith('tz') ? ' WITH TIME ZONE' : '';
  throw invalid(`${kind}(${precision})${tail} precision must not be negative`);
}

function numericModifier([precision = 0, scale = 0, ...rest]: readonly number[]): number {
  if (rest.length > 0) throw invalid('invalid NUMERIC type modifier');
  if (precision < 1 || precision > 1000) {
    throw invalid(`NUMERIC precision ${precision} must be between 1 and 1000`);
  }
  if (scale < -1000 || scale > 1000) {
    throw invalid(`NUMERIC scale ${scale} must be between -1000 and 1000`);
  }
  return numericTypmod(precision, scale);
}

function intervalModifier([range = 0, precision]: readonly number[]): number {
  if (precision === undefined) {
    return range === intervalFullRange ? -1 : intervalTypmod(range, 0xffff);
  }
  if (precision < 0) throw invalid(`INTERVAL(${precision}) precision must not be negative`);
  return intervalTypmod(range, Math.min(precision, 6));
}

export function intervalTypmod(range: number, precision: number): number {
  return ((range & 0x7fff) << 16) | (precision & 0xffff);
}

export function intervalTypmodParts(typmod: number): { range: number; precision: number } {
  if (typmod < 0) return { range: intervalFullRange, precision: 0xffff };
  return { range: (typmod >> 16) & 0x7fff, precision: typmod & 0xffff };
}

const { year, month, day, hour, minute, second } = intervalRanges;
const rangeNames = new Map<number, string>([
  [year, ' year'],
  [month, ' month'],
  [day, ' day'],
  [hour, ' hour'],
  [minute, ' minute'],
  [second, ' second'],
  [year | month, ' year to month'],
  [day | hour, ' day to hour'],
  [day | hour | minute, ' day to minute'],
  [day | hour | minute | second, ' day to second'],
  [hour | minute, ' hour to minute'],
  [hour | minute | second, ' hour to second'],
  [minute | second, ' minute to second'],
  [intervalFullRange, ''],
]);

/** The modifier's text as it follows the type's name: `(10,2)`; empty without one. */
function modifierText(name: string, typmod: number): string {
  if (typmod < 0) return '';
  if (name === 'numeric') {
    const { precision, scale } = numericTypmodParts(typmod);
    return `(${precision},${scale})`;
  }
  if (name === 'interval') {
    const { range, precision } = intervalTypmodParts(typmod);
    return (rangeNames.get(range) ?? '') + (precision === 0xffff ? '' : `(${precision})`);
  }
  if (name === 'varchar' || name === 'bpchar') return typmod > 4 ? `(${typmod - 4})` : '';
  return `(${typmod})`;
}

/**
 * format_type(): a type's SQL name with its modifier, by OID or pg_type name. Without a modifier
 * `character` and `bit` are those words; with -1 they must not be read as of length 1.
 */
export function formatType(type: number | TypeName, typmod?: number): string {
  if (type === 0) return '-';
  const record = typeof type === 'number' ? findTypeByOid(type) : findTypeRecord(type);
  if (record === undefined) return '???';
  const own = qualifiedTypeName(record.name);
  if (own !== undefined) return own;
  const isArray = record.name.startsWith('_');
  const name = isArray ? record.name.slice(1) : record.name;
  const scalarName = isArray ? record.sqlName.slice(0, -2) : record.sqlName;
  return withModifier(name, scalarName, typmod) + (isArray ? '[]' : '');
}

function withModifier(name: string, sqlName: string, typmod: number | undefined): string {
  if (typmod === undefined) return sqlName;
  const modifier = modifierText(name, typmod);
  if (precisionTypes.has(name) && modifier !== '') {
    const space = sqlName.indexOf(' ');
    return sqlName.slice(0, space) + modifier + sqlName.slice(space);
  }
  if (name === 'bpchar' && typmod < 0) return 'bpchar';
  if (name === 'bit' && typmod < 0) return '"bit"';
  return sqlName + modifier;
}

const typePattern = new RegExp(
  '^\\s*(?:pg_catalog\\s*\\.\\s*)?("[^"]+"|[a-z_][a-z0-9_ ]*?)\\s*' +
    '(?:\\(\\s*(-?\\d+)\\s*(?:,\\s*(-?\\d+)\\s*)?\\)\\s*([a-z ]*?))?\\s*' +
    '((?:\\[\\d*\\]\\s*)*|\\s+array)\\s*$',
);

/** A type as SQL text names it (`varchar(10)`, `timestamp with time zone[]`); undefined if none. */
export function parseTypeName(text: string): SqlType | undefined {
  const folded = text.replace(/"[^"]*"|[A-Z]+/g, (part) =>
    part.startsWith('"') ? part : part.toLowerCase(),
  );
  const match = typePattern.exec(folded);
  if (match === null) return undefined;
  const words = `${match[1]} ${match[4] ?? ''}`.trim().replace(/\s+/g, ' ');
  if (words.startsWith('interval')) return intervalNamed(words, match[2], match[5]);
  const name = spelled[words] ?? findTypeByName(words.replace(/^"(.*)"$/, '$1'))?.name;
  if (name === undefined) return undefined;
  const modifiers = [match[2], match[3]].filter((part) => part !== undefined).map(Number);
  const isBareChar = modifiers.length === 0 && (words === 'char' || words === 'character');
  const typmod = isBareChar ? 5 : typmodFor(name, modifiers);
  if ((match[5] ?? '') === '') return sqlType(name, typmod);
  const array = findTypeByName(`_${name}`)?.name;
  return array === undefined ? undefined : sqlType(array, typmod);
}

function intervalNamed(
  words: string,
  precision: string | undefined,
  brackets: string | undefined,
): SqlType | undefined {
  const range = [...rangeNames].find(([, text]) => text === words.slice('interval'.length))?.[0];
  if (range === undefined) return undefined;
  const modifiers = precision === undefined ? [range] : [range, Number(precision)];
  const name = brackets === undefined || brackets === '' ? 'interval' : '_interval';
  return sqlType(name, typmodFor(name, modifiers));
}
