/** Options of CREATE DATABASE and ALTER DATABASE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { findEncoding } from '../../types/encodings/encoding-names.ts';
import { checkConnectionLimit } from '../roles/role-options.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { UtilityBody } from './utility.ts';

interface OptionValue {
  readonly Boolean?: { readonly boolval?: boolean };
  readonly Integer?: { readonly ival?: number };
  readonly String?: { readonly sval?: string };
}

interface OptionNode {
  readonly DefElem: {
    readonly defname: string;
    /** Absent: DEFAULT. */
    readonly arg?: OptionValue;
    readonly location?: number;
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface DatabaseTraits {
  readonly connectionLimit?: number;
  readonly allowsConnections?: boolean;
  readonly isTemplate?: boolean;
}

export interface DatabaseOptions extends DatabaseTraits {
  readonly owner?: string;
  readonly template?: string;
}

type Read<T> = (options: Mutable<T>, value: OptionValue, context: OptionContext) => void;

interface OptionContext {
  readonly name: string;
  readonly position: number;
}

const traits: Readonly<Record<string, Read<DatabaseTraits>>> = {
  connection_limit: (options, { Integer: value }) => {
    options.connectionLimit = checkConnectionLimit(value?.ival ?? 0);
  },
  allow_connections: (options, value, { name }) => (options.allowsConnections = isOn(value, name)),
  is_template: (options, value, { name }) => (options.isTemplate = isOn(value, name)),
};

/** Texts are UTF-8 and sorted by their code points in all databases. */
const creation: Readonly<Record<string, Read<DatabaseOptions>>> = {
  ...traits,
  owner: (options, value) => (options.owner = textOf(value)),
  template: (options, value) => (options.template = textOf(value)),
  encoding: (_options, value, { position }) => checkEncoding(textOf(value), position),
  locale: (_options, value) => checkLocale(textOf(value)),
  lc_collate: (_options, value) => checkLocale(textOf(value)),
  lc_ctype: (_options, value) => checkLocale(textOf(value)),
  tablespace: (_options, value) => checkTablespace(textOf(value)),
  strategy: (_options, value) => checkStrategy(textOf(value)),
  locale_provider: (_options, value) => {
    const provider = textOf(value);
    if (provider === 'icu') throw unsupported('locale provider icu');
    if (provider === 'libc') return;
    const message = `unrecognized locale provider: ${provider}`;
    throw new SqlError('invalid_object_definition', message);
  },
};

/** Errors: 42601, 22023, 42704, 0A000. */
export function creationOptions(body: UtilityBody, context: StatementContext): DatabaseOptions {
  return readOptions(body, context, creation);
}

/** Of ALTER DATABASE, where DEFAULT turns options on. Errors: 42601, 22023, 42704, 55006. */
export function databaseTraits(
  body: UtilityBody,
  context: StatementContext,
  isCurrent: boolean,
): DatabaseTraits {
  const nodes = (body['options'] ?? []) as readonly OptionNode[];
  const options = nodes.map(({ DefElem: option }) => {
    const isSwitch = option.arg === undefined && option.defname !== 'connection_limit';
    return { DefElem: isSwitch ? { ...option, arg: { Boolean: { boolval: true } } } : option };
  });
  return readOptions({ options }, context, {
    ...traits,
    tablespace: (_options, value) => {
      if (!isCurrent) return checkTablespace(textOf(value));
      const message = 'cannot change the tablespace of the currently open database';
      throw new SqlError('object_in_use', message);
    },
  });
}

function readOptions<T extends object>(
  body: UtilityBody,
  { statement }: StatementContext,
  known: Readonly<Record<string, Read<T>>>,
): Partial<T> {
  const options = {} as Mutable<T>;
  const seen = new Set<string>();
  for (const { DefElem: option } of (body['options'] ?? []) as readonly OptionNode[]) {
    const { defname: name, arg, location = -1 } = option;
    const position = statement.positionOf(location);
    if (seen.has(name)) {
      throw new SqlError('syntax_error', 'conflicting or redundant options', { position });
    }
    seen.add(name);
    if (name === 'oid') throw unsupported('OID of a database');
    const read = known[name];
    if (read === undefined) {
      throw new SqlError('syntax_error', `option "${name}" not recognized`, { position });
    }
    if (arg !== undefined) read(options, arg, { name, position });
  }
  return options;
}

function textOf({ String: text, Integer: number }: OptionValue): string {
  return text?.sval ?? String(number?.ival ?? 0);
}

function isOn(
  { Boolean: bool, Integer: number, String: text }: OptionValue,
  name: string,
): boolean {
  if (bool !== undefined) return bool.boolval === true;
  const word = text?.sval?.toLowerCase() ?? String(number?.ival ?? 0);
  if (['true', 'on', '1'].includes(word)) return true;
  if (['false', 'off', '0'].includes(word)) return false;
  throw new SqlError('syntax_error', `${name} requires a Boolean value`);
}

function checkEncoding(name: string, position: number): void {
  const encoding = findEncoding(name);
  if (encoding === undefined) {
    const message = `${name} is not a valid encoding name`;
    throw new SqlError('undefined_object', message, { position });
  }
  if (encoding !== 'UTF8') throw unsupported(`a database of encoding ${encoding}`);
}

function checkLocale(name: string): void {
  if (/^(?:C|POSIX|C\.utf-?8)$/i.test(name)) return;
  throw unsupported(`locale "${name}"`);
}

function checkTablespace(name: string): void {
  if (name === 'pg_default') return;
  if (name !== 'pg_global') {
    throw new SqlError('undefined_object', `tablespace "${name}" does not exist`);
  }
  const message = 'pg_global cannot be used as default tablespace';
  throw new SqlError('invalid_parameter_value', message);
}

function checkStrategy(name: string): void {
  if (/^(?:wal_log|file_copy)$/i.test(name)) return;
  throw new SqlError('invalid_parameter_value', `invalid create database strategy "${name}"`, {
    hint: 'Valid strategies are "wal_log" and "file_copy".',
  });
}
