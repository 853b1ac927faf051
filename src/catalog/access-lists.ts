/**
 * Access lists with privileges added and taken away: PostgreSQL's aclupdate and recursive_revoke.
 *
 * `arw*d` are the letters a, r, w, d, of which w may be granted on.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { AccessItem } from './access-records.ts';

export interface Grant {
  readonly grantee: number;
  readonly grantor: number;
  readonly letters: string;
  readonly withOption: boolean;
}

export interface Revocation extends Omit<Grant, 'withOption'> {
  /** REVOKE GRANT OPTION FOR. */
  readonly onlyOption: boolean;
  readonly cascades: boolean;
  readonly owner: number;
}

/** Letter by letter: whether it is held, whether it may be granted on. */
function parseLetters(privileges: string): Map<string, boolean> {
  const held = new Map<string, boolean>();
  for (const [, letter = '', star] of privileges.matchAll(/([a-zA-Z])(\*?)/g)) {
    held.set(letter, star === '*');
  }
  return held;
}

/** In the order of PostgreSQL's bits. */
const letterOrder = 'arwdDxtXUCTcsA';

function formatLetters(held: ReadonlyMap<string, boolean>): string {
  return [...letterOrder]
    .filter((letter) => held.has(letter))
    .map((letter) => (held.get(letter) === true ? `${letter}*` : letter))
    .join('');
}

function change(
  items: readonly AccessItem[],
  { grantee, grantor }: Pick<Grant, 'grantee' | 'grantor'>,
  update: (held: Map<string, boolean>) => void,
): AccessItem[] {
  const isOwn = (item: AccessItem) => item.grantee === grantee && item.grantor === grantor;
  const before = items.find(isOwn);
  const held = parseLetters(before?.privileges ?? '');
  update(held);
  const item = { grantee, grantor, privileges: formatLetters(held) };
  const changed = before === undefined ? [...items, item] : items.map((e) => (isOwn(e) ? item : e));
  return changed.filter(({ privileges }) => privileges !== '');
}

export function withGrant(items: readonly AccessItem[], grant: Grant): AccessItem[] {
  return change(items, grant, (held) => {
    for (const letter of grant.letters) {
      held.set(letter, grant.withOption || held.get(letter) === true);
    }
  });
}

/** The list with another owner: entries that become the same are one (PostgreSQL's aclnewowner). */
export function ownedBy(
  items: readonly AccessItem[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly AccessItem[] {
  const named = (oid: number): number => (oid === from ? to : oid);
  const renamed = items.map(({ grantee, grantor, privileges }) => {
    return { grantee: named(grantee), grantor: named(grantor), privileges };
  });
  return mergedItems([], renamed);
}

/** What both lists give. */
export function mergedItems(
  items: readonly AccessItem[],
  more: readonly AccessItem[],
): readonly AccessItem[] {
  return more.reduce(
    (merged, item) =>
      change(merged, item, (held) => {
        for (const [letter, isGrantable] of parseLetters(item.privileges)) {
          held.set(letter, isGrantable || held.get(letter) === true);
        }
      }),
    items,
  );
}

/** Errors: 2BP01 when others hold privileges by the option that goes, without CASCADE. */
export function withoutGrant(items: readonly AccessItem[], revocation: Revocation): AccessItem[] {
  const { letters, onlyOption, grantee, owner } = revocation;
  let left = change(items, revocation, (held) => {
    for (const letter of letters) {
      if (!held.has(letter)) continue;
      if (onlyOption) held.set(letter, false);
      else held.delete(letter);
    }
  });
  if (grantee === owner || grantee === 0) return left;
  const options = optionsOf(items, revocation);
  const kept = optionsOf(left, revocation);
  for (const letter of letters) {
    if (!options.has(letter) || kept.has(letter)) continue;
    const stillGrants = left.some(
      (item) => item.grantee === grantee && parseLetters(item.privileges).get(letter) === true,
    );
    if (!stillGrants) left = withoutDependents(left, revocation, letter);
  }
  return left;
}

/** Letters that the grantee may grant on by what this grantor gave. */
function optionsOf(
  items: readonly AccessItem[],
  { grantee, grantor }: Pick<Grant, 'grantee' | 'grantor'>,
): ReadonlySet<string> {
  const item = items.find((each) => each.grantee === grantee && each.grantor === grantor);
  const held = [...parseLetters(item?.privileges ?? '')];
  return new Set(held.flatMap(([letter, isGrantable]) => (isGrantable ? [letter] : [])));
}

function withoutDependents(
  items: readonly AccessItem[],
  revocation: Revocation,
  letter: string,
): AccessItem[] {
  let left = [...items];
  const dependents = items.filter(
    (item) => item.grantor === revocation.grantee && parseLetters(item.privileges).has(letter),
  );
  for (const { grantee, grantor } of dependents) {
    if (!revocation.cascades) {
      throw new SqlError('dependent_objects_still_exist', 'dependent privileges exist', {
        hint: 'Use CASCADE to revoke them too.',
      });
    }
    const next = { ...revocation, grantee, grantor, letters: letter, onlyOption: false };
    left = withoutGrant(left, next);
  }
  return left;
}
