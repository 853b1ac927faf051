/** What the store keeps of types that users make. */
import type { SqlType } from '../types/sql-type.ts';
import { compositeTypeName, enumTypeName, qualifiedName } from '../types/user-type.ts';
import type { AccessRecord } from './access-records.ts';

export interface StoredLabel {
  readonly oid: number;
  readonly label: string;
  /** pg_enum.enumsortorder. */
  readonly sortOrder: number;
  /** What values with the label hold, in decimal: see types/user-type.ts. */
  readonly code: string;
}

interface OwnedType {
  readonly kind: 'type';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  readonly arrayOid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly comment?: string;
}

export interface EnumRecord extends OwnedType {
  /** In their order. */
  readonly labels: readonly StoredLabel[];
}

export interface StoredDomainCheck {
  readonly oid: number;
  readonly name: string;
  /** The condition over VALUE. */
  readonly sql: string;
  /** NOT VALID: values that were there before were not checked. */
  readonly isUnchecked?: true;
  readonly comment?: string;
}

export interface DomainRecord extends OwnedType {
  readonly base: SqlType;
  readonly notNull: boolean;
  readonly defaultSql?: string;
  /** In the order that they were made. */
  readonly checks: readonly StoredDomainCheck[];
}

export interface StoredAttribute {
  readonly name: string;
  readonly type: SqlType;
  readonly comment?: string;
}

export interface CompositeRecord extends OwnedType {
  /** OID of its row in pg_class. */
  readonly relationOid: number;
  readonly attributes: readonly StoredAttribute[];
}

export type UserTypeRecord = EnumRecord | DomainRecord | CompositeRecord;

export function isEnumRecord(record: UserTypeRecord): record is EnumRecord {
  return 'labels' in record;
}

export function isDomainRecord(record: UserTypeRecord): record is DomainRecord {
  return 'base' in record;
}

export function isCompositeRecord(record: UserTypeRecord): record is CompositeRecord {
  return 'attributes' in record;
}

/** The type as plans name it. */
export function sqlTypeOf(record: UserTypeRecord): SqlType {
  if (isDomainRecord(record)) {
    const { name, typmod } = record.base;
    return { name, typmod, domain: record.oid };
  }
  const { oid, arrayOid: array, schema, name } = record;
  if (isCompositeRecord(record)) {
    const fields = record.attributes.map(({ name: field, type }) => {
      const plain = [field, type.name, type.typmod] as const;
      return type.domain === undefined ? plain : ([...plain, type.domain] as const);
    });
    return { name: compositeTypeName({ oid, array, schema, name, fields }), typmod: -1 };
  }
  const labels = record.labels.map(({ label, code }) => [label, code] as const);
  return { name: enumTypeName({ oid, array, schema, name, labels }), typmod: -1 };
}

/** The type over it, `_name`; undefined: there are none in the engine. */
export function arraySqlTypeOf(record: UserTypeRecord): SqlType | undefined {
  if (isDomainRecord(record)) return undefined;
  return { name: `_${sqlTypeOf(record).name}` as SqlType['name'], typmod: -1 };
}

/** `::"schema"."name"`: a cast to it in SQL that is kept. */
export function keptCast({ schema, name }: Pick<OwnedType, 'schema' | 'name'>): string {
  return `::${qualifiedName(schema, name)}`;
}

export function userTypesOf(records: readonly AccessRecord[]): readonly UserTypeRecord[] {
  return records.filter((record) => record.kind === 'type');
}

/** PostgreSQL's name for the array type over a type. */
export function arrayTypeName(name: string): string {
  return `_${name}`.slice(0, 63);
}
