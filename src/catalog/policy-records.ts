/** Policies of tables: which rows a role sees and writes (docs/row-level-security.md). */
import type { AccessRecord } from './access-records.ts';

export type PolicyCommand = 'select' | 'insert' | 'update' | 'delete';

/** A condition over the table's row. */
export interface PolicyCondition {
  /** Names written out, columns of the table alone: `(owner = CURRENT_USER)`. */
  readonly sql: string;
  /** OIDs of relations and functions that it names, the table itself left out. */
  readonly uses: readonly number[];
  /** Columns that it names: OID of the relation, name. */
  readonly columns: readonly (readonly [oid: number, name: string])[];
}

export interface PolicyRecord {
  readonly kind: 'policy';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  /** OID of its table. */
  readonly table: number;
  readonly name: string;
  readonly command: PolicyCommand | 'all';
  readonly isPermissive: boolean;
  /** OIDs; 0: everybody. */
  readonly roles: readonly number[];
  readonly using?: PolicyCondition;
  readonly check?: PolicyCondition;
}

export function policiesOf(records: readonly AccessRecord[]): readonly PolicyRecord[] {
  return records.filter((record) => record.kind === 'policy');
}

const byName = (a: PolicyRecord, b: PolicyRecord): number => (a.name < b.name ? -1 : 1);

export function policiesOfTable(
  records: readonly AccessRecord[],
  table: number,
): readonly PolicyRecord[] {
  return policiesOf(records)
    .filter((policy) => policy.table === table)
    .toSorted(byName);
}

/** As pg_policy.polcmd. */
export const commandLetters: Readonly<Record<PolicyRecord['command'], string>> = {
  ...{ all: '*', select: 'r', insert: 'a', update: 'w', delete: 'd' },
};

export function conditionsOf({ using, check }: PolicyRecord): readonly PolicyCondition[] {
  return [using, check].filter((condition) => condition !== undefined);
}
