/** Access lists: acldefault and aclexplode over texts like `{postgres=arwdDxt/postgres}`. */
import { SqlError } from '../../errors/sql-error.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { Datum, SqlArray } from '../../types/datum.ts';
import { contextual, family, rowsOf } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';
import { factOf } from './catalog-facts.ts';

const define = family('system');

/** Letters in the order of their bits. */
const privilegeNames: Readonly<Record<string, string>> = {
  a: 'INSERT',
  r: 'SELECT',
  w: 'UPDATE',
  d: 'DELETE',
  D: 'TRUNCATE',
  x: 'REFERENCES',
  t: 'TRIGGER',
  X: 'EXECUTE',
  U: 'USAGE',
  C: 'CREATE',
  T: 'TEMPORARY',
  c: 'CONNECT',
  s: 'SET',
  A: 'ALTER SYSTEM',
};

/** Privileges of everybody and of the owner, by kind of object. */
const defaults: Readonly<Record<string, readonly [everybody: string, owner: string]>> = {
  c: ['', ''],
  r: ['', 'arwdDxt'],
  s: ['', 'rwU'],
  d: ['Tc', 'CTc'],
  f: ['X', 'X'],
  l: ['U', 'U'],
  L: ['', 'rw'],
  n: ['', 'UC'],
  p: ['', 'sA'],
  t: ['', 'C'],
  F: ['', 'U'],
  S: ['', 'U'],
  T: ['U', 'U'],
};

function roleName(context: EvaluationContext, oid: number): string {
  return factOf(context, 'role_name', oid) ?? String(oid >>> 0);
}

function defaultList(context: EvaluationContext, kind: string, owner: number): Datum {
  const found = defaults[kind];
  if (found === undefined)
    throw new SqlError('internal_error', `unrecognized object type abbreviation: ${kind}`);
  const [everybody, own] = found;
  const name = roleName(context, owner);
  const items = [
    ...(everybody === '' ? [] : [`=${everybody}/${name}`]),
    ...(own === '' ? [] : [`${name}=${own}/${name}`]),
  ];
  return arrayOf('aclitem', items);
}

function* explode(context: EvaluationContext, { values }: SqlArray) {
  for (const value of values) {
    const match = /^(.*)=([a-zA-Z*]*)\/(.*)$/s.exec(String(value));
    if (match === null) continue;
    const [, grantee = '', letters = '', grantor = ''] = match;
    const oidOf = (name: string) =>
      name === '' ? 0 : Number(factOf(context, 'role_oid', unquoted(name)) ?? 0);
    for (const [letter, privilege] of Object.entries(privilegeNames)) {
      const at = letters.indexOf(letter);
      if (at >= 0) yield [oidOf(grantor), oidOf(grantee), privilege, letters[at + 1] === '*'];
    }
  }
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

export const accessFunctions: readonly FunctionRecord[] = [
  define(
    'acldefault',
    { text: 'privileges that objects of a kind begin with' },
    contextual('char, oid → _aclitem', defaultList),
  ),
  define(
    'aclexplode',
    { text: 'privileges of an access list, a row each' },
    rowsOf('_aclitem → grantor oid, grantee oid, privilege_type text, is_grantable bool', explode, {
      volatility: 'stable',
    }),
  ),
];
