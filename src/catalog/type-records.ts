/** What the store keeps of types that users make. */
import type { TypeName } from '../types/sql-type.ts';
import { enumTypeName } from '../types/user-type.ts';
import type { AccessRecord } from './access-records.ts';

export interface StoredLabel {
  readonly oid: number;
  readonly label: string;
  /** pg_enum.enumsortorder. */
  readonly sortOrder: number;
  /** What values with the label hold, in decimal: see types/user-type.ts. */
  readonly code: string;
}

export interface UserTypeRecord {
  readonly kind: 'type';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  readonly arrayOid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
  /** Of an enumerated type, in their order. */
  readonly labels: readonly StoredLabel[];
}

/** The type as plans name it. */
export function typeNameOf(record: UserTypeRecord): TypeName {
  return enumTypeName({
    oid: record.oid,
    array: record.arrayOid,
    schema: record.schema,
    name: record.name,
    labels: record.labels.map(({ label, code }) => [label, code]),
  });
}

export function userTypesOf(records: readonly AccessRecord[]): readonly UserTypeRecord[] {
  return records.filter((record) => record.kind === 'type');
}

/** PostgreSQL's name for the array type over a type. */
export function arrayTypeName(name: string): string {
  return `_${name}`.slice(0, 63);
}
