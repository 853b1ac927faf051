/**
 * Types that users make. Their names in the engine say all that there is to know, so that a type
 * means the same on every thread and at every moment: a plan goes on with the labels it began with.
 *
 *     enum {"oid":16385,"array":16386,"schema":"public","name":"mood","labels":[["sad","…"],…]}
 *
 * A value of an enumerated type is the code of its label, 64 bits, and codes have the order of the
 * labels. Labels may be renamed and new ones get codes in between: values stay as they are.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { TypeName, TypeRecord, UserTypeName } from './sql-type.ts';

export interface EnumType {
  readonly oid: number;
  /** OID of the array type over it. */
  readonly array: number;
  readonly schema: string;
  readonly name: string;
  /** In their order, with their codes in decimal. */
  readonly labels: readonly (readonly [label: string, code: string])[];
}

const enumPrefix = 'enum ';

export function isUserType(name: string): name is UserTypeName {
  return name.startsWith(enumPrefix);
}

/** An enumerated type, or an array of one. */
export function isOverUserType(name: string): boolean {
  return isUserType(name.startsWith('_') ? name.slice(1) : name);
}

export function enumTypeName({ oid, array, schema, name, labels }: EnumType): UserTypeName {
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

/** Of a name for which `isUserType` holds. */
export function knownEnum(name: UserTypeName): KnownEnum {
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= knownMax) known.clear();
  const made = readEnum(name);
  known.set(name, made);
  return made;
}

function readEnum(name: UserTypeName): KnownEnum {
  const type = JSON.parse(name.slice(enumPrefix.length)) as EnumType;
  const entries = type.labels.map(([label, code]) => [label, BigInt(code)] as const);
  // Whether it is shown with its schema depends on the reader's search path.
  const sqlName = markedType(type.schema, type.name);
  const record: TypeRecord = {
    name,
    oid: type.oid,
    arrayOid: type.array,
    element: undefined,
    length: 4,
    category: 'E',
    preferred: false,
    layout: 'i64',
    sqlName,
  };
  const arrayRecord: TypeRecord = {
    name: `_${name}`,
    oid: type.array,
    arrayOid: 0,
    element: name,
    length: -1,
    category: 'A',
    preferred: false,
    layout: 'varlen',
    sqlName: `${sqlName}[]`,
  };
  const codes = new Map(entries);
  const labels = new Map(entries.map(([label, code]) => [code, label]));
  return { type, record, arrayRecord, codes, labels };
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

/** The record of an enumerated type or of an array of one; undefined for other names. */
export function userTypeRecord(name: string): TypeRecord | undefined {
  if (isUserType(name)) return knownEnum(name).record;
  const element = name.startsWith('_') ? name.slice(1) : '';
  return isUserType(element) ? knownEnum(element).arrayRecord : undefined;
}

/** enum_in. Errors: 22P02. */
export function parseEnum(name: UserTypeName, text: string): bigint {
  const { codes, record } = knownEnum(name);
  const code = codes.get(text);
  if (code !== undefined) return code;
  const message = `invalid input value for enum ${record.sqlName}: "${text}"`;
  throw new SqlError('invalid_text_representation', message);
}

/** enum_out. */
export function formatEnum(name: UserTypeName, code: bigint): string {
  return knownEnum(name).labels.get(code) ?? '';
}

/** The type as ids of functions name it: one function serves all enumerated types. */
export function functionTypeName(name: TypeName): TypeName {
  if (!isOverUserType(name)) return name;
  return name.startsWith('_') ? 'anyarray' : 'anyenum';
}

/** The OID in the name of an enumerated type, or of an array of one. */
export function userTypeOid(name: TypeName): number | undefined {
  const scalar = name.startsWith('_') ? name.slice(1) : name;
  return isUserType(scalar) ? knownEnum(scalar).type.oid : undefined;
}
