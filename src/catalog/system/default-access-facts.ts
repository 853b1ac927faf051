/** Default privileges as objects: in words, and by what identifies them. */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { DefaultAccessRecord, DefaultObjectKind } from '../access-records.ts';
import { describedDefaults } from '../default-access.ts';
import type { Moment } from './moment.ts';

function recordOf({ state }: Moment, oid: number): DefaultAccessRecord | undefined {
  const found = state.records.find((each) => each.kind === 'default access' && each.oid === oid);
  return found?.kind === 'default access' ? found : undefined;
}

function roleName({ access }: Moment, { role }: DefaultAccessRecord): string {
  return access.roleByOid(role)?.name ?? '';
}

export function describeDefaults(moment: Moment, oid: number): string | undefined {
  const record = recordOf(moment, oid);
  return record && describedDefaults(record, roleName(moment, record));
}

const plurals: Readonly<Record<DefaultObjectKind, string>> = {
  table: 'tables',
  sequence: 'sequences',
  function: 'functions',
  type: 'types',
  schema: 'schemas',
};

/** `for role maker in schema app on tables` */
export function defaultsIdentity(moment: Moment, oid: number): string | undefined {
  const record = recordOf(moment, oid);
  if (record === undefined) return undefined;
  const { schema, of } = record;
  const place = schema === undefined ? '' : ` in schema ${quoteIdentifier(schema)}`;
  return `for role ${quoteIdentifier(roleName(moment, record))}${place} on ${plurals[of]}`;
}
