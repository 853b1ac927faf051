/**
 * Default privileges: access lists that objects begin with (PostgreSQL's get_user_default_acl).
 *
 *     list of the role, or what such objects have at first ──with what the schema adds──▶ new object
 */
import { mergedItems } from './access-lists.ts';
import type { AccessItem, DefaultAccessRecord, DefaultObjectKind } from './access-records.ts';
import { initialItems } from './access-rights.ts';

/** pg_default_acl.defaclobjtype. */
export const defaultObjectLetters: Readonly<Record<DefaultObjectKind, string>> = {
  table: 'r',
  sequence: 'S',
  function: 'f',
  type: 'T',
  schema: 'n',
};

export interface DefaultAccessPlace {
  readonly role: number;
  readonly of: DefaultObjectKind;
  readonly schema?: string;
}

/** `16384 r`, `16384 r app` */
export function defaultAccessKey({ role, of, schema }: DefaultAccessPlace): string {
  return `${role} ${defaultObjectLetters[of]}${schema === undefined ? '' : ` ${schema}`}`;
}

/** By grantee, then by grantor: pg_default_acl is kept so. */
export function sortedItems(items: readonly AccessItem[]): readonly AccessItem[] {
  return items.toSorted(
    (left, right) => left.grantee - right.grantee || left.grantor - right.grantor,
  );
}

export function sameItems(left: readonly AccessItem[], right: readonly AccessItem[]): boolean {
  return JSON.stringify(sortedItems(left)) === JSON.stringify(sortedItems(right));
}

/** What an object of the kind has at first, anywhere but in the system's schemas. */
export function firstItems(of: DefaultObjectKind, owner: number): readonly AccessItem[] {
  return initialItems({ kind: of, id: '', owner });
}

/** The list of a new object; undefined: none of its own. */
export function itemsOfNew(
  { role, of, schema }: DefaultAccessPlace,
  find: (key: string) => DefaultAccessRecord | undefined,
): readonly AccessItem[] | undefined {
  const everywhere = find(defaultAccessKey({ role, of }))?.items;
  const added =
    schema === undefined ? undefined : find(defaultAccessKey({ role, of, schema }))?.items;
  if (everywhere === undefined && added === undefined) return undefined;
  const first = firstItems(of, role);
  const items = mergedItems(everywhere ?? first, added ?? []);
  return sameItems(items, first) ? undefined : sortedItems(items);
}

const plurals: Readonly<Record<DefaultObjectKind, string>> = {
  table: 'relations',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
  schema: 'schemas',
};

/** As pg_describe_object has it. `role`: the name of the role. */
export function describedDefaults({ of, schema }: DefaultAccessRecord, role: string): string {
  const place = schema === undefined ? '' : ` in schema ${schema}`;
  return `default privileges on new ${plurals[of]} belonging to role ${role}${place}`;
}
