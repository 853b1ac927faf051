/** Options of CREATE ROLE and ALTER ROLE as fields of a role. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { RoleRecord } from '../../catalog/access-records.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { createVerifier } from './scram-verifier.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { UtilityBody } from '../utility/utility.ts';
import type { RoleSpecs } from './role-spec.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type RoleAttributes = Mutable<
  Omit<RoleRecord, 'kind' | 'key' | 'oid' | 'name' | 'verifier' | 'validUntil'>
> & {
  /** `undefined` as a value: taken away. */
  verifier?: string | undefined;
  validUntil?: string | undefined;
};

export interface RoleOptions {
  readonly attributes: Partial<RoleAttributes>;
  /** IN ROLE */
  readonly addTo: RoleSpecs;
  /** ROLE, USER of GROUP */
  readonly members: RoleSpecs;
  /** ADMIN */
  readonly admins: RoleSpecs;
}

interface OptionValue {
  readonly Boolean?: { readonly boolval?: boolean };
  readonly Integer?: { readonly ival?: number };
  readonly String?: { readonly sval?: string };
  readonly List?: { readonly items?: unknown };
}

type SetAttribute = (
  attributes: Partial<RoleAttributes>,
  value: OptionValue,
  context: StatementContext,
) => void;

const isOn = (value: OptionValue): boolean => value.Boolean?.boolval === true;

const setters: Readonly<Record<string, SetAttribute>> = {
  superuser: (role, value) => (role.superuser = isOn(value)),
  inherit: (role, value) => (role.inherits = isOn(value)),
  createrole: (role, value) => (role.createsRoles = isOn(value)),
  createdb: (role, value) => (role.createsDatabases = isOn(value)),
  canlogin: (role, value) => (role.canLogin = isOn(value)),
  isreplication: (role, value) => (role.replicates = isOn(value)),
  bypassrls: (role, value) => (role.bypassesPolicies = isOn(value)),
  connectionlimit: (role, value) => (role.connectionLimit = connectionLimit(value)),
  password: setPassword,
  validUntil: setValidUntil,
};

const lists = ['addroleto', 'rolemembers', 'adminmembers'];

/** Errors: 42601, 22023, 22007, 0A000. */
export function roleOptions(body: UtilityBody, context: StatementContext): RoleOptions {
  const options = (body['options'] ?? []) as readonly {
    readonly DefElem: {
      readonly defname: string;
      readonly arg?: OptionValue;
      readonly location?: number;
    };
  }[];
  const attributes: Partial<RoleAttributes> = {};
  const seen = new Set<string>();
  const named: Record<string, RoleSpecs> = {};
  for (const { DefElem: option } of options) {
    const { defname: name, arg = {}, location = -1 } = option;
    if (seen.has(name)) {
      throw new SqlError('syntax_error', 'conflicting or redundant options', {
        position: context.statement.positionOf(location),
      });
    }
    seen.add(name);
    if (name === 'sysid') {
      context.out.notice(makeNotice('NOTICE', '00000', 'SYSID can no longer be specified'));
    } else if (lists.includes(name)) named[name] = (arg.List?.items ?? []) as RoleSpecs;
    else setters[name]?.(attributes, arg, context);
  }
  const { addroleto = [], rolemembers = [], adminmembers = [] } = named;
  return { attributes, addTo: addroleto, members: rolemembers, admins: adminmembers };
}

function connectionLimit({ Integer: value }: OptionValue): number {
  return checkConnectionLimit(value?.ival ?? 0);
}

/** Errors: 22023. */
export function checkConnectionLimit(limit: number): number {
  if (limit >= -1) return limit;
  throw new SqlError('invalid_parameter_value', `invalid connection limit: ${limit}`);
}

function setPassword(
  role: Partial<RoleAttributes>,
  { String: value }: OptionValue,
  { session, out }: StatementContext,
): void {
  const password = value?.sval ?? '';
  role.verifier = undefined;
  if (value === undefined) return;
  if (password === '') {
    const message = 'empty string is not a valid password, clearing password';
    out.notice(makeNotice('NOTICE', '00000', message));
    return;
  }
  if (/^md5[\da-f]{32}$/.test(password)) throw unsupported('a password in MD5 form');
  if (/^SCRAM-SHA-256\$\d+:[^$]+\$[^:]+:.+$/.test(password)) {
    role.verifier = password;
    return;
  }
  if (session.settings.get('password_encryption') === 'md5') {
    throw unsupported('password_encryption = md5');
  }
  role.verifier = createVerifier(password);
}

function setValidUntil(
  role: Partial<RoleAttributes>,
  { String: value }: OptionValue,
  { session }: StatementContext,
): void {
  const type = { name: 'timestamptz', typmod: -1 } as const;
  const formats = sessionFormats(session);
  const moment = parseText(type, value?.sval ?? '', formats);
  role.validUntil = formatText(type, moment, {
    ...formats,
    timeZone: 'UTC',
    dateStyle: 'ISO, MDY',
  });
}
