/** Access lists of the system's relations and functions, as initdb makes them. */
import { procAccess } from './facts/proc-access.ts';
import { once, recordsOf } from './static-records.ts';
import type { SystemAccess } from './system-relations.ts';

/** As relacl shows it; `owner` is the superuser's name. */
export function systemAclTexts(owner: string, access: SystemAccess): readonly string[] | undefined {
  if (access === 'none') return undefined;
  const own = `${owner}=arwdDxt/${owner}`;
  const others = {
    all: [`=r/${owner}`],
    'all, and write': [`=rw/${owner}`],
    statistics: [`pg_read_all_stats=r/${owner}`],
    owner: [],
  };
  return [own, ...others[access]];
}

/** Of a column that everybody may read although not the relation. */
export function openColumnAcl(owner: string): readonly string[] {
  return [`=r/${owner}`];
}

const members: Readonly<Record<string, string>> = { 3373: 'pg_monitor', 3375: 'pg_read_all_stats' };

/** The role that may call a function beside its owner; undefined: none. */
const restricted = once(
  (): ReadonlyMap<number, string | undefined> =>
    new Map(
      recordsOf(procAccess).flatMap(([role = '0', oids = '']) =>
        oids.split(',').map((oid) => [Number(oid), members[role]] as const),
      ),
    ),
);

/** Whether everybody may not call it at first. */
export function isRestrictedProc(oid: number): boolean {
  return restricted().has(oid);
}

/** OID of the role that may call it beside its owner. */
export function procMember(oid: number): number | undefined {
  const name = restricted().get(oid);
  const found = Object.entries(members).find(([, each]) => each === name);
  return name === undefined || found === undefined ? undefined : Number(found[0]);
}

/** As proacl shows it; undefined: everybody may call it. */
export function procAclTexts(owner: string, oid: number): readonly string[] | undefined {
  if (!restricted().has(oid)) return undefined;
  const member = restricted().get(oid);
  const own = `${owner}=X/${owner}`;
  return member === undefined ? [own] : [own, `${member}=X/${owner}`];
}
