/**
 * Types that users make. Their names in the engine say all that there is to know, so that a type
 * means the same on every thread and at every moment: a plan goes on with the labels it began with.
 *
 *     enum {"oid":16385,"array":16386,"schema":"public","name":"mood","labels":[["sad","…"],…]}
 *
 *     composite {"oid":…,"array":…,"schema":"public","name":"pair","fields":[["x","int4",-1],…]}
 *
 * A value of an enumerated type is the code of its label, 64 bits, and codes have the order of the
 * labels. Labels may be renamed and new ones get codes in between: values stay as they are.
 */
import { SqlError } from '../errors/sql-error.ts';
import type {
  CompositeTypeName,
  EnumName,
  SqlType,
  TypeName,
  TypeRecord,
  UserTypeName,
} from './sql-type.ts';

export interface EnumType {
  readonly oid: number;
  /** OID of the array type over it. */
  readonly array: number;
  readonly schema: string;
  readonly name: string;
  /** In their order, with their codes in decimal. */
  readonly labels: readonly (readonly [label: string, code: string])[];
}

export interface CompositeType {
  readonly oid: number;
  /** OID of the array type over it. */
  readonly array: number;
  readonly schema: string;
  readonly name: string;
  /** A domain's type is its base type. */
  readonly fields: readonly (readonly [
    name: string,
    type: TypeName,
    typmod: number,
    domain?: number,
  ])[];
}

const enumPrefix = 'enum ';
const compositePrefix = 'composite ';

export function isUserType(name: string): name is UserTypeName {
  return isEnumName(name) || isCompositeName(name);
}

export function isEnumName(name: string): name is EnumName {
  return name.startsWith(enumPrefix);
}

export function isCompositeName(name: string): name is CompositeTypeName {
  return name.startsWith(compositePrefix);
}

/** Whether values are records: of no named type, or of a composite one. */
export function isRecordName(name: string): boolean {
  return name === 'record' || isCompositeName(name);
}

/** A user's type, or an array of one. */
export function isOverUserType(name: string): boolean {
  return isUserType(elementName(name));
}

/** An enumerated type, or an array of one. */
export function isOverEnum(name: string): boolean {
  return isEnumName(elementName(name));
}

function elementName(name: string): string {
  return name.startsWith('_') ? name.slice(1) : name;
}

export function compositeTypeName(type: CompositeType): CompositeTypeName {
  const { oid, array, schema, name, fields } = type;
  return `${compositePrefix}${JSON.stringify({ oid, array, schema, name, fields })}`;
}

export function enumTypeName({ oid, array, schema, name, labels }: EnumType): EnumName {
  return `${enumPrefix}${JSON.stringify({ oid, array, schema, name, labels })}`;
}

/** An enumerated type, ready for input and output. */
export interface KnownEnum {
  readonly type: EnumType;
  readonly record: TypeRecord;
  readonly arrayRecord: TypeRecord;
  readonly codes: ReadonlyMap<string, bigint>;
  readonly labels: ReadonlyMap<bigint, string>;
}

const knownMax = 1024;
const known = new Map<string, KnownEnum>();
const knownRows = new Map<string, KnownComposite>();

/** A composite type, ready for input and output. */
export interface KnownComposite {
  readonly type: CompositeType;
  readonly record: TypeRecord;
  readonly arrayRecord: TypeRecord;
  readonly fields: readonly { readonly name: string; readonly type: SqlType }[];
}

export function knownComposite(name: CompositeTypeName): KnownComposite {
  const found = knownRows.get(name);
  if (found !== undefined) return found;
  if (knownRows.size >= knownMax) knownRows.clear();
  const type = JSON.parse(name.slice(compositePrefix.length)) as CompositeType;
  const fields = type.fields.map(([field, own, typmod, domain]) => {
    const plain = { name: own, typmod };
    return { name: field, type: domain === undefined ? plain : { ...plain, domain } };
  });
  const made = { type, ...recordsOf(name, type, compositeTraits), fields };
  knownRows.set(name, made);
  return made;
}

export function knownEnum(name: EnumName): KnownEnum {
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= knownMax) known.clear();
  const made = readEnum(name);
  known.set(name, made);
  return made;
}

function readEnum(name: EnumName): KnownEnum {
  const type = JSON.parse(name.slice(enumPrefix.length)) as EnumType;
  const entries = type.labels.map(([label, code]) => [label, BigInt(code)] as const);
  const codes = new Map(entries);
  const labels = new Map(entries.map(([label, code]) => [code, label]));
  return { type, ...recordsOf(name, type, enumTraits), codes, labels };
}

type Traits = Pick<TypeRecord, 'length' | 'category' | 'layout'>;

const enumTraits: Traits = { length: 4, category: 'E', layout: 'i64' };
const compositeTraits: Traits = { length: -1, category: 'C', layout: 'varlen' };

/** The records of a type and of the arrays over it. */
function recordsOf(
  name: UserTypeName,
  { oid, array, schema, name: own }: EnumType | CompositeType,
  traits: Traits,
): { readonly record: TypeRecord; readonly arrayRecord: TypeRecord } {
  // Whether it is shown with its schema depends on the reader's search path.
  const sqlName = markedType(schema, own);
  const record: TypeRecord = {
    name,
    oid,
    arrayOid: array,
    element: undefined,
    ...traits,
    preferred: false,
    sqlName,
  };
  const arrayRecord: TypeRecord = {
    name: `_${name}`,
    oid: array,
    arrayOid: 0,
    element: name,
    length: -1,
    category: 'A',
    preferred: false,
    layout: 'varlen',
    sqlName: `${sqlName}[]`,
  };
  return { record, arrayRecord };
}

/** Characters for private use around a type's schema and name, in texts of errors. */
const [open, middle, close] = ['\u{F0000}', '\u{F0001}', '\u{F0002}'] as const;
const marked = new RegExp(`${open}([^${middle}]*)${middle}([^${close}]*)${close}`, 'gu');

/** A text with users' types in it, as who reads it names them; a domain comes as its OID. */
export function showTypes(text: string, show: (schema: string, name: string) => string): string {
  if (!text.includes(open)) return text;
  return text.replaceAll(marked, (_whole, schema: string, name: string) => show(schema, name));
}

/** A user's type in the text of an error, until `showTypes` names it. */
export function markedType(schema: string, name: string): string {
  return `${open}${schema}${middle}${name}${close}`;
}

/** The same of a domain, whose name its type does not say. */
export function markedDomain(oid: number): string {
  return markedType('', String(oid));
}

/** A user's type with its schema, in quotes: for SQL that is kept. */
export function qualifiedName(schema: string, name: string): string {
  return `${quoted(schema)}.${quoted(name)}`;
}

/** The type, or an array of it, with its schema, in quotes: for SQL that is kept. */
export function qualifiedTypeName(name: TypeName): string | undefined {
  const record = userTypeRecord(name);
  return record && showTypes(record.sqlName, qualifiedName);
}

function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

/** The record of a user's type or of an array of one; undefined for other names. */
export function userTypeRecord(name: string): TypeRecord | undefined {
  if (isUserType(name)) return knownType(name).record;
  const element = elementName(name);
  return isUserType(element) ? knownType(element).arrayRecord : undefined;
}

function knownType(name: UserTypeName): KnownEnum | KnownComposite {
  return isEnumName(name) ? knownEnum(name) : knownComposite(name);
}

/** enum_in. Errors: 22P02. */
export function parseEnum(name: EnumName, text: string): bigint {
  const { codes, record } = knownEnum(name);
  const code = codes.get(text);
  if (code !== undefined) return code;
  const message = `invalid input value for enum ${record.sqlName}: "${text}"`;
  throw new SqlError('invalid_text_representation', message);
}

/** enum_out. */
export function formatEnum(name: EnumName, code: bigint): string {
  return knownEnum(name).labels.get(code) ?? '';
}

/** The type as ids of functions name it: one function serves all of a kind. */
export function functionTypeName(name: TypeName): TypeName {
  if (!isOverUserType(name)) return name;
  if (name.startsWith('_')) return 'anyarray';
  return isEnumName(name) ? 'anyenum' : 'record';
}

/** Whether values have one of a domain within, however deep. */
export function hasDomainWithin(name: TypeName): boolean {
  const scalar = elementName(name);
  if (!isCompositeName(scalar)) return false;
  return knownComposite(scalar).fields.some(({ type }) => {
    return type.domain !== undefined || hasDomainWithin(type.name);
  });
}

/** The schema in the name of a user's type, or of an array of one. */
export function userTypeSchema(name: TypeName): string | undefined {
  const scalar = elementName(name);
  return isUserType(scalar) ? knownType(scalar).type.schema : undefined;
}

/** The OID in the name of a user's type, or of an array of one. */
export function userTypeOid(name: TypeName): number | undefined {
  const scalar = elementName(name);
  return isUserType(scalar) ? knownType(scalar).type.oid : undefined;
}
