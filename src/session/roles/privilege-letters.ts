/** Names of privileges in GRANT and REVOKE as the letters of access lists. */
import { SqlError } from '../../errors/sql-error.ts';

const lettersByName: Readonly<Record<string, string>> = {
  select: 'r',
  insert: 'a',
  update: 'w',
  delete: 'd',
  truncate: 'D',
  references: 'x',
  trigger: 't',
  usage: 'U',
  create: 'C',
  temporary: 'T',
  temp: 'T',
  connect: 'c',
  execute: 'X',
  set: 's',
  'alter system': 'A',
};

export interface PrivilegeNode {
  readonly AccessPriv: {
    readonly priv_name?: string;
    readonly cols?: readonly { readonly String?: { readonly sval?: string } }[];
  };
}

/** Errors: 42601. */
export function privilegeLetter(name: string): string {
  const letter = lettersByName[name];
  if (letter !== undefined) return letter;
  throw new SqlError('syntax_error', `unrecognized privilege type "${name}"`);
}

/** Letters among `all` that are named, or all of them; `noun` is the kind of object. Errors: 0LP01, 42601. */
export function namedLetters(
  privileges: readonly PrivilegeNode[] | undefined,
  { all, noun }: { readonly all: string; readonly noun: string },
): string {
  if (privileges === undefined) return all;
  return privileges
    .map(({ AccessPriv: { priv_name: name = '' } }) => {
      const letter = privilegeLetter(name);
      if (all.includes(letter)) return letter;
      const message = `invalid privilege type ${name.toUpperCase()} for ${noun}`;
      throw new SqlError('invalid_grant_operation', message);
    })
    .join('');
}
