/** Reads a setting's value as PostgreSQL does and gives it back as SHOW prints it. */
import { SqlError, unsupported, type SqlErrorFields } from '../../errors/sql-error.ts';
import { unreachable } from '../../errors/assert.ts';
import { isConvertible } from '../../types/encodings/charset.ts';
import { findEncoding } from '../../types/encodings/encoding-names.ts';
import { parseTraceparent } from '../../trace/choice/trace-context.ts';
import { splitNames } from '../../types/name-list.ts';
import { canonicalTimeZone } from './time-zone-setting.ts';
import type { SettingDefinition, SettingKind } from './setting-list.ts';

function invalid(name: string, value: string, hint?: string): SqlError {
  return invalidWith(name, value, hint === undefined ? {} : { hint });
}

function invalidWith(name: string, value: string, fields: SqlErrorFields): SqlError {
  const message = `invalid value for parameter "${name}": "${value}"`;
  return new SqlError('invalid_parameter_value', message, fields);
}

/** `current`: the value now, of which DateStyle keeps what is not said. Errors: 22023. */
export function normalizeSetting(
  definition: SettingDefinition,
  value: string,
  current = definition.initial,
): string {
  const special = specialSettings[definition.name];
  if (special) return special(value, current);
  const { kind, name } = definition;
  switch (kind.type) {
    case 'bool':
      return readBool(name, value);
    case 'integer':
      return readInteger(name, kind, value);
    case 'real':
      return readReal(name, kind, value);
    case 'enum':
      return readEnum(name, kind, value);
    case 'text':
      return value;
    default:
      return unreachable(kind);
  }
}

const specialSettings: Readonly<Record<string, (value: string, current: string) => string>> = {
  client_encoding: readEncoding,
  array_nulls: readArrayNulls,
  DateStyle: readDateStyle,
  search_path: readSearchPath,
  TimeZone: canonicalTimeZone,
  'trace.traceparent': readTraceparent,
};

function readArrayNulls(value: string): string {
  const read = readBool('array_nulls', value);
  if (read === 'off') throw unsupported('array_nulls = off');
  return read;
}

function readSearchPath(value: string): string {
  if (splitNames(value) !== undefined) return value;
  throw invalidWith('search_path', value, { detail: 'List syntax is invalid.' });
}

const trueWords = ['true', 'tru', 'tr', 't', 'yes', 'ye', 'y', 'on', '1'];
const falseWords = ['false', 'fals', 'fal', 'fa', 'f', 'no', 'n', 'off', 'of', '0'];

function readBool(name: string, value: string): string {
  const word = value.toLowerCase();
  if (trueWords.includes(word)) return 'on';
  if (falseWords.includes(word)) return 'off';
  throw new SqlError('invalid_parameter_value', `parameter "${name}" requires a Boolean value`);
}

type IntegerKind = Extract<SettingKind, { readonly type: 'integer' }>;

const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const unitsKb: Readonly<Record<string, number>> = {
  B: 1 / 1024,
  kB: 1,
  MB: 1024,
  GB: 1_048_576,
  TB: 1_073_741_824,
};

function readInteger(name: string, kind: IntegerKind, value: string): string {
  const match =
    /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+)\s*([a-zA-Z]*)\s*$/.exec(value);
  if (match === null) throw invalid(name, value);
  const unit = match[2] ?? '';
  const factor = unit === '' ? 1 : unitFactor(kind, unit);
  if (factor === undefined) throw invalid(name, value, unitHint(kind));
  const number = Math.round(Number(match[1]) * factor);
  if (number < kind.min || number > kind.max) {
    const range = `(${kind.min} .. ${kind.max})`;
    const amount = kind.unit === undefined ? number : `${number} ${kind.unit}`;
    const message = `${amount} is outside the valid range for parameter "${name}" ${range}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  return printInteger(number, kind);
}

function unitFactor(kind: IntegerKind, unit: string): number | undefined {
  if (kind.unit === 'ms') return unitsMs[unit];
  if (kind.unit === 'B') return unitsKb[unit] === undefined ? undefined : unitsKb[unit] * 1024;
  if (kind.unit === 'kB') return unitsKb[unit];
  if (kind.unit === '8kB') return unitsKb[unit] === undefined ? undefined : unitsKb[unit] / 8;
  return undefined;
}

/** As pg_settings has it: the number alone, in the setting's own unit. */
export function inOwnUnit(kind: SettingKind, shown: string): string {
  const match = /^(\d+)([a-zA-Z]+)$/.exec(shown);
  if (match === null || kind.type !== 'integer') return shown;
  const factor = unitFactor(kind, match[2] ?? '');
  return factor === undefined ? shown : String(Math.round(Number(match[1]) * factor));
}

function unitHint(kind: IntegerKind): string | undefined {
  if (kind.unit === 'ms')
    return 'Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".';
  if (kind.unit === undefined) return undefined;
  return 'Valid units for this parameter are "B", "kB", "MB", "GB", and "TB".';
}

function printInteger(value: number, kind: IntegerKind): string {
  if (value <= 0 || kind.unit === undefined) return String(value);
  const table = kind.unit === 'ms' ? unitsMs : unitsKb;
  const amount = kind.unit === '8kB' ? value * 8 : kind.unit === 'B' ? value / 1024 : value;
  const units = Object.entries(table).toSorted((a, b) => b[1] - a[1]);
  for (const [unit, factor] of units) {
    if (factor >= 1 && amount % factor === 0) return `${amount / factor}${unit}`;
  }
  return String(value);
}

type RealKind = Extract<SettingKind, { readonly type: 'real' }>;

function readReal(name: string, kind: RealKind, value: string): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw invalid(name, value);
  if (number < kind.min || number > kind.max) {
    const range = `(${kind.min} .. ${kind.max})`;
    const message = `${value} is outside the valid range for parameter "${name}" ${range}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  return String(number);
}

type EnumKind = Extract<SettingKind, { readonly type: 'enum' }>;

function readEnum(name: string, kind: EnumKind, value: string): string {
  const word = value.toLowerCase();
  if (kind.values.includes(word)) return word;
  const isSwitch = kind.values.includes('on') && kind.values.includes('off');
  if (isSwitch && trueWords.includes(word)) return 'on';
  if (isSwitch && falseWords.includes(word)) return 'off';
  throw invalid(name, value, `Available values: ${kind.values.join(', ')}.`);
}

/** Errors: 0A000 for an encoding that is not converted. */
function readEncoding(value: string): string {
  const name = findEncoding(value);
  if (name === undefined) throw invalid('client_encoding', value);
  if (isConvertible(name)) return name;
  const message = `invalid value for parameter "client_encoding": "${value}"`;
  throw new SqlError('feature_not_supported', message, {
    detail: `Conversion between ${name} and UTF8 is not supported.`,
  });
}

function readTraceparent(value: string): string {
  if (value === '' || parseTraceparent(value) !== undefined) return value;
  throw invalid('trace.traceparent', value);
}

const dateFormats: Readonly<Record<string, string>> = {
  iso: 'ISO',
  sql: 'SQL',
  postgres: 'Postgres',
  german: 'German',
};
const dateOrders: Readonly<Record<string, string>> = {
  mdy: 'MDY',
  us: 'MDY',
  noneuro: 'MDY',
  noneuropean: 'MDY',
  dmy: 'DMY',
  euro: 'DMY',
  european: 'DMY',
  ymd: 'YMD',
};

function readDateStyle(value: string, current: string): string {
  let [format = 'ISO', order = 'MDY'] = current.split(', ');
  for (const part of value.split(',')) {
    const word = part.trim().toLowerCase();
    if (dateFormats[word] !== undefined) format = dateFormats[word];
    else if (dateOrders[word] !== undefined) order = dateOrders[word];
    else if (word !== 'default') {
      throw invalidWith('DateStyle', value, { detail: `Unrecognized key word: "${part.trim()}".` });
    }
    if (word === 'german') order = 'DMY';
  }
  return `${format}, ${order}`;
}
