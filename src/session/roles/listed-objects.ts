/** PostgreSQL's own functions and languages, on which somebody granted or revoked something. */
import type { AccessObject, AccessRights } from '../../catalog/access-rights.ts';
import { superuserOid } from '../../catalog/superuser.ts';
import { procByOid, procsNamed, type ProcFact } from '../../catalog/system/proc-facts.ts';
import { languageNames } from '../../catalog/system/rows/procs.ts';
import { formatType } from '../../types/type-name.ts';
import { typeRecord } from '../../types/type-table.ts';
import type { BuiltInCall } from '../../plan/planner.ts';
import type { SqlSession } from '../sql-session.ts';
import { denied } from './session-roles.ts';

/** Users' objects have greater OIDs. */
const firstUserOid = 16_384;

export function systemRoutine(oid: number): AccessObject {
  return { kind: 'function', id: oid, owner: superuserOid };
}

export function systemLanguage(name: string): AccessObject {
  return { kind: 'language', id: name, owner: superuserOid };
}

export interface ListedObject {
  readonly oid: number;
  readonly access: AccessObject;
  /** `language sql` */
  readonly shown: string;
}

/** Those with a list of their own. */
export function listedObjects(rights: AccessRights): readonly ListedObject[] {
  const routines = listedRoutines(rights).map((proc): ListedObject => {
    const access = systemRoutine(proc.oid);
    return { oid: proc.oid, access, shown: `function ${systemSignature(proc)}` };
  });
  const languages = languageNames.flatMap(([oid, name]): ListedObject[] => {
    const access = systemLanguage(name);
    const isListed = rights.listOf(access) !== undefined;
    return isListed ? [{ oid, access, shown: `language ${name}` }] : [];
  });
  return [...routines, ...languages];
}

function listedRoutines(rights: AccessRights): readonly ProcFact[] {
  return rights.lists.flatMap(({ key }) => {
    const [kind, id] = key.split(' ');
    const isOne = kind === 'function' && Number(id) < firstUserOid;
    return (isOne ? procByOid(Number(id)) : undefined) ?? [];
  });
}

/** `pg_sleep(double precision)` */
export function systemSignature({ name, args }: ProcFact): string {
  return `${name}(${args.map((oid) => formatType(oid)).join(', ')})`;
}

/** Errors: 42501. */
export function checkBuiltInCalls({ roles }: SqlSession, calls: Iterable<BuiltInCall>): void {
  if (roles.isSuperuser) return;
  const listed = new Set(listedRoutines(roles.rights).map(({ oid }) => oid));
  if (listed.size === 0) return;
  for (const call of calls) {
    for (const { oid, name } of procsOf(call)) {
      if (listed.has(oid)) roles.require(systemRoutine(oid), 'X', `function ${name}`);
    }
  }
}

/** The function of the overload; all of the name where the types here are others. */
function procsOf({ name, args }: BuiltInCall): readonly ProcFact[] {
  const named = procsNamed(name);
  const types = args.map((arg) => typeRecord(arg).oid).join();
  const exact = named.find((proc) => proc.args.join() === types);
  return exact === undefined ? named : [exact];
}

/** Errors: 42501; of untrusted languages for all but superusers. */
export function requireLanguage({ roles }: SqlSession, name: string): void {
  if (roles.isSuperuser) return;
  const isTrusted = languageNames.some(([, each, trusted]) => each === name && trusted);
  if (isTrusted) roles.require(systemLanguage(name), 'U', `language ${name}`);
  else if (languageNames.some((each) => each[1] === name)) throw denied(`language ${name}`);
}
