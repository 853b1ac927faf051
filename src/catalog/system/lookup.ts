/**
 * Objects by name and names by OID: what regclass, regtype and their kin read and print.
 *
 * Names are resolved as PostgreSQL does: with a schema in it, without one along the search path,
 * pg_catalog before all else.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { formatType, parseTypeName } from '../../types/type-name.ts';
import { typeRecord } from '../../types/type-table.ts';
import type { Moment } from './moment.ts';
import { nameParts } from './names.ts';
import { collationNames, roleNames } from './rows/databases.ts';
import { operatorNames } from './rows/procs.ts';
import { systemIndexByOid, systemIndexNamed } from './system-indexes.ts';
import { systemRelation, systemRelationByOid, systemRelations } from './system-relations.ts';
import { typeFactByName, typeFactByOid } from './type-facts.ts';

type Parts = readonly string[];

export function classOid(moment: Moment, parts: Parts): number | undefined {
  const { schema, name } = qualified(parts);
  const schemas = schema === undefined ? moment.visibleSchemas : [schemaNamed(moment, schema)];
  for (const each of schemas) {
    const oid = relationIn(moment, each, name);
    if (oid !== undefined) return oid;
  }
  return undefined;
}

/** `database.schema.name`, `schema.name` or `name`. */
function qualified(parts: Parts): { readonly schema: string | undefined; readonly name: string } {
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

function schemaNamed(moment: Moment, schema: string): string {
  return schema === 'pg_temp' ? (moment.state.temporarySchema ?? schema) : schema;
}

function relationIn(moment: Moment, schema: string, name: string): number | undefined {
  const relation = systemRelation(schema, name) ?? moment.relationNamed(schema, name);
  if (relation !== undefined) return relation.oid;
  const indexes = [...moment.indexes];
  const own = indexes.find((index) => index.table.schema === schema && index.name === name);
  return (own ?? systemIndexNamed(schema, name) ?? moment.toastNamed(schema, name))?.oid;
}

export interface NamedRelation {
  readonly schema: string;
  readonly name: string;
}

export function relationByOid(moment: Moment, oid: number): NamedRelation | undefined {
  const relation = systemRelationByOid(oid) ?? moment.relationByOid(oid);
  if (relation !== undefined) return relation;
  const index = moment.indexByOid(oid);
  if (index !== undefined) return { schema: index.table.schema, name: index.name };
  return systemIndexByOid(oid) ?? moment.toastByOid(oid);
}

export function className(moment: Moment, oid: number): string | undefined {
  const relation = relationByOid(moment, oid);
  return relation && moment.displayName(relation.schema, relation.name);
}

export function typeOid(moment: Moment, text: string, parts: Parts): number | undefined {
  const known = parseTypeName(text);
  if (known !== undefined) return typeRecord(known.name).oid;
  const { schema, name } = qualified(parts);
  const isArray = name.endsWith('[]');
  const bare = isArray ? name.slice(0, -2).trim() : name;
  const fact = typeFactByName(bare);
  if (fact !== undefined && (schema ?? fact.schema) === fact.schema) {
    return isArray ? fact.arrayOid : fact.oid;
  }
  const schemas = schema === undefined ? moment.visibleSchemas : [schemaNamed(moment, schema)];
  for (const each of schemas) {
    const made = moment.typeNamed(each, bare);
    if (made !== undefined) return isArray ? made.arrayOid : made.oid;
  }
  const rowType = rowTypeOf(moment, { schema, name: bare });
  if (rowType !== undefined)
    return (isArray ? rowType.arrayTypeOid : rowType.rowTypeOid) || undefined;
  if (isArray || !bare.startsWith('_')) return undefined;
  return rowTypeOf(moment, { schema, name: bare.slice(1) })?.arrayTypeOid || undefined;
}

interface TypeNamed {
  readonly schema: string | undefined;
  readonly name: string;
}

function rowTypeOf(moment: Moment, { schema, name }: TypeNamed) {
  const relation = classOid(moment, schema === undefined ? [name] : [schema, name]);
  if (relation === undefined) return undefined;
  return systemRelationByOid(relation) ?? moment.relationByOid(relation);
}

/** format_type() of types that the engine does not compute with, row types among them. */
export function typeName(moment: Moment, oid: number): string | undefined {
  const fact = typeFactByOid(oid);
  if (fact !== undefined) return factTypeName(oid);
  const made = moment.types.find(({ type, array: over }) => type.oid === oid || over.oid === oid);
  if (made !== undefined) {
    return `${moment.displayType(made.type)}${made.type.oid === oid ? '' : '[]'}`;
  }
  const named = [...moment.relations, ...systemRelations()];
  const rows = named.find(({ rowTypeOid }) => rowTypeOid === oid);
  if (rows !== undefined) return rowTypeName(moment, rows);
  const array = named.find(({ arrayTypeOid }) => arrayTypeOid === oid);
  return array && `${rowTypeName(moment, array)}[]`;
}

/** A name that PostgreSQL has a type of means that one, wherever the relation is. */
function rowTypeName(
  moment: Moment,
  { schema, name }: { readonly schema: string; readonly name: string },
): string {
  const isHidden = typeFactByName(name)?.schema === 'pg_catalog' && schema !== 'pg_catalog';
  return isHidden
    ? `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
    : moment.displayName(schema, name);
}

/** format_type() of a type of PostgreSQL's. */
export function factTypeName(oid: number): string {
  const known = formatType(oid, -1);
  if (known !== '???') return known;
  const fact = typeFactByOid(oid);
  if (fact === undefined) return known;
  if (fact.category === 'A' && fact.element !== 0) return `${factTypeName(fact.element)}[]`;
  const quoted = quoteIdentifier(fact.name);
  return fact.schema === 'pg_catalog' ? quoted : `${fact.schema}.${quoted}`;
}

/** Errors: 42725 when several functions have the name. */
export function procOid(moment: Moment, parts: Parts): number | undefined {
  const { schema, name } = qualified(parts);
  const found = moment.procsNamed(schema, name);
  if (found.length > 1) {
    throw new SqlError('ambiguous_function', `more than one function named "${name}"`);
  }
  return found[0]?.oid;
}

export function procName(moment: Moment, oid: number): string | undefined {
  const proc = moment.procByOid(oid);
  if (proc === undefined) return undefined;
  const quoted = quoteIdentifier(proc.name);
  const found = moment.procsNamed(undefined, proc.name);
  const isAlone = found.length === 1 && found[0] === proc;
  return isAlone ? quoted : `${quoteIdentifier(proc.schema)}.${quoted}`;
}

/** `name(type,type)`. */
export function procedureOid(moment: Moment, text: string): number | undefined {
  const match = /^([^(]+)\((.*)\)\s*$/s.exec(text);
  if (match === null) return undefined;
  const { schema, name } = qualified(nameParts((match[1] ?? '').trim()) ?? []);
  const args = typeOids(moment, match[2] ?? '');
  const found = moment.procsNamed(schema, name);
  return found.find((proc) => args !== undefined && sameOids(proc.args, args))?.oid;
}

function typeOids(moment: Moment, list: string): readonly number[] | undefined {
  if (list.trim() === '') return [];
  const types = list
    .split(',')
    .map((type) => typeOid(moment, type.trim(), nameParts(type.trim()) ?? []));
  return types.every((type) => type !== undefined) ? types : undefined;
}

function sameOids(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((oid, i) => oid === right[i]);
}

export function procedureName(moment: Moment, oid: number): string | undefined {
  const proc = moment.procByOid(oid);
  if (proc === undefined) return undefined;
  const types = proc.args.map((type) => typeName(moment, type) ?? '???');
  return `${moment.displayProc(proc)}(${types.join(',')})`;
}

export function operatorOid(moment: Moment, text: string): number | undefined {
  const match = /^\s*(?:pg_catalog\s*\.\s*)?([^\s(a-z]+)\s*(?:\(([^)]*)\))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, symbol, list] = match;
  const args = list === undefined ? undefined : operandOids(moment, list);
  const found = [...operatorNames()].filter(
    ([, operator]) =>
      operator.symbol === symbol && (args === undefined || sameOids(operator.args, args)),
  );
  if (found.length > 1) {
    throw new SqlError('ambiguous_function', `more than one operator named ${symbol}`);
  }
  return found[0]?.[0];
}

/** NONE stands for the missing operand of a prefix operator. */
function operandOids(moment: Moment, list: string): readonly number[] | undefined {
  const operands = list.split(',').map((each) => each.trim());
  const known = operands.map((each) =>
    each.toLowerCase() === 'none' ? [0] : typeOids(moment, each),
  );
  return known.every((each) => each !== undefined) ? known.flat() : undefined;
}

export function operatorName(oid: number): string | undefined {
  const operator = operatorNames().get(oid);
  if (operator === undefined) return undefined;
  const same = [...operatorNames().values()].filter(({ symbol }) => symbol === operator.symbol);
  return same.length === 1 ? operator.symbol : `pg_catalog.${operator.symbol}`;
}

export function operatorSignature(oid: number): string | undefined {
  const operator = operatorNames().get(oid);
  if (operator === undefined) return undefined;
  const args = operator.args.map((arg) => (arg === 0 ? 'NONE' : factTypeName(arg)));
  return `${operator.symbol}(${args.join(',')})`;
}

export function namespaceOid(moment: Moment, name: string): number | undefined {
  const wanted = schemaNamed(moment, name);
  return moment.schemas.find((schema) => schema.name === wanted)?.oid;
}

export function namespaceName(moment: Moment, oid: number): string | undefined {
  const name = moment.schemas.find((schema) => schema.oid === oid)?.name;
  return name === undefined ? undefined : quoteIdentifier(name);
}

export function roleOid(moment: Moment, name: string): number | undefined {
  return [...roleNames(moment)].find(([, role]) => role === name)?.[0];
}

export function roleName(moment: Moment, oid: number): string | undefined {
  return roleNames(moment).get(oid);
}

export function collationOid(parts: Parts): number | undefined {
  const { name } = qualified(parts);
  return collationNames.find(([, collation]) => collation === name)?.[0];
}

export function collationName(oid: number): string | undefined {
  const name = collationNames.find(([collation]) => collation === oid)?.[1];
  return name === undefined ? undefined : quoteIdentifier(name);
}
