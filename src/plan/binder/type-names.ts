/** Type names as written, `numeric(10,2)[]`, to SqlType. */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { userTypeSchema } from '../../types/user-type.ts';
import { findTypeByName, findTypeRecord, sqlType, typeRecord } from '../../types/type-table.ts';
import { astAs, stringsOf, type Ast } from './ast.ts';
import type { PlannerCatalog } from '../planner.ts';
import type { BindContext } from './bind-context.ts';

type Fail = (
  state: 'undefined_object' | 'syntax_error' | 'invalid_parameter_value' | 'feature_not_supported',
  message: string,
  location: number | undefined,
) => SqlError;

/** How a name may mean a type of a user's, and how errors are made. */
export interface TypeScope {
  readonly fail?: Fail;
  readonly find?: (schema: string | undefined, name: string) => SqlType | undefined;
  /** Told of a user's type that a name without a schema means. */
  readonly told?: (type: SqlType, location: number) => void;
  /** Whether a relation has a row type of that name. */
  readonly isRelation?: (schema: string | undefined, name: string) => boolean;
}

const withoutPosition: Fail = (state, message) => new SqlError(state, message);

/** Domains of information_schema stand for their base types. */
const domains: Readonly<Record<string, SqlType>> = {
  sql_identifier: sqlType('name'),
  cardinal_number: sqlType('int4'),
  character_data: sqlType('varchar'),
  yes_or_no: sqlType('varchar', 3 + 4),
  time_stamp: sqlType('timestamptz', 2),
};

/** The types that the statement's names mean; errors have their places. */
export function typeScope(context: BindContext): TypeScope {
  const { catalog } = context.options;
  return {
    fail: (state, message, location) => context.error(state, message, location),
    told: ({ name, domain }, location) => {
      const schema =
        domain === undefined ? userTypeSchema(name) : catalog.findDomain?.(domain)?.schema;
      if (schema !== undefined) context.references?.type(schema, location);
    },
    ...typesOf(catalog),
  };
}

/** What names of types mean by a catalog. */
export function typesOf(catalog: PlannerCatalog): Omit<TypeScope, 'fail'> {
  return {
    find: (schema, name) => catalog.findType?.(schema, name),
    isRelation: (schema, name) =>
      catalog.findTable(schema, name) !== undefined ||
      catalog.findView(schema, name) !== undefined ||
      catalog.findFacts(schema, name) !== undefined,
  };
}

/**
 * The type that a TypeName node means. `fail` gives errors their position.
 * Errors: 42704 unknown type, 0A000 row type of a relation, 42601 modifier not allowed, 22023 modifier out of range.
 */
export function bindTypeName(node: Ast<'TypeName'>, scope: TypeScope = {}): SqlType {
  const { fail = withoutPosition } = scope;
  const names = stringsOf(node.names);
  const written = names.join('.');
  if (node.setof === true || node.pct_type === true) {
    const form = node.setof === true ? 'SETOF' : '%TYPE';
    throw fail('feature_not_supported', `${form} is not supported`, node.location);
  }
  const found = scalarType(names, scope);
  if (found === undefined) {
    const [schema, name] = schemaAndName(names);
    if (name !== undefined && scope.isRelation?.(schema, name) === true) {
      const message = `the row type of relation "${written}" is not supported`;
      throw fail('feature_not_supported', message, node.location);
    }
    throw fail('undefined_object', `type "${written}" does not exist`, node.location);
  }
  if (names.length === 1 && node.location !== undefined) scope.told?.(found, node.location);
  const modifiers = typmodArguments(node, fail);
  if (found.domain !== undefined) return domainNamed(node, found, fail);
  const typmod =
    modifiers.length === 0
      ? found.typmod
      : encodeTypmod(found.name, modifiers, (state, message) =>
          fail(state, message, node.location),
        );
  if ((node.arrayBounds?.length ?? 0) === 0) return { name: found.name, typmod };
  const array = arrayTypeOf(found.name);
  if (array === undefined) {
    throw fail('undefined_object', `type "${written}[]" does not exist`, node.location);
  }
  return { name: array, typmod };
}

/** Errors: 42601 for a modifier; 0A000 for arrays. */
function domainNamed(node: Ast<'TypeName'>, domain: SqlType, fail: Fail): SqlType {
  if ((node.typmods?.length ?? 0) > 0) {
    const message = `type modifier is not allowed for type "${stringsOf(node.names).join('.')}"`;
    throw fail('syntax_error', message, node.location);
  }
  if ((node.arrayBounds?.length ?? 0) === 0) return domain;
  const message = 'an array over a domain is not supported';
  throw fail('feature_not_supported', message, node.location);
}

/** The array type over a type; undefined when it has none. */
export function arrayTypeOf(name: TypeName): TypeName | undefined {
  if (typeRecord(name).category === 'A' && name.startsWith('_')) return name;
  return findTypeRecord(`_${name as 'text'}`)?.name;
}

function schemaAndName(
  names: readonly string[],
): readonly [schema: string | undefined, name: string | undefined] {
  const parts = names.length === 3 ? names.slice(1) : names;
  return parts.length === 2 ? [parts[0], parts[1]] : [undefined, parts[0]];
}

/** pg_catalog comes first in every search path. */
function scalarType(names: readonly string[], { find }: TypeScope): SqlType | undefined {
  const [schema, name] = schemaAndName(names);
  if (name === undefined) return undefined;
  if (schema === 'information_schema') return domains[name];
  const own = schema === undefined || schema === 'pg_catalog' ? findTypeByName(name) : undefined;
  if (own !== undefined || schema === 'pg_catalog') return own && sqlType(own.name);
  const made = find?.(schema, name);
  if (made !== undefined) return made;
  const record = schema === 'public' ? findTypeByName(name) : undefined;
  return record === undefined ? undefined : sqlType(record.name);
}

function typmodArguments(node: Ast<'TypeName'>, fail: Fail): readonly number[] {
  return (node.typmods ?? []).map((modifier) => {
    const value = astAs(modifier, 'A_Const');
    if (value?.ival === undefined) {
      const message = 'type modifiers must be simple constants or identifiers';
      throw fail('syntax_error', message, node.location);
    }
    return value.ival.ival ?? 0;
  });
}

type FailHere = (state: 'syntax_error' | 'invalid_parameter_value', message: string) => SqlError;

function encodeTypmod(name: TypeName, modifiers: readonly number[], fail: FailHere): number {
  const [first = -1, second = 0] = modifiers;
  switch (name) {
    case 'varchar':
    case 'bpchar':
      return 4 + lengthOf(name === 'bpchar' ? 'char' : name, modifiers, fail);
    case 'bit':
    case 'varbit':
      return lengthOf(name, modifiers, fail);
    case 'numeric':
      return numericTypmod(modifiers, fail);
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return Math.min(first, 6);
    case 'interval':
      return modifiers.length === 1
        ? first * 65_536 + 0xffff
        : first * 65_536 + Math.min(second, 6);
    default:
      throw fail(
        'syntax_error',
        `type modifier is not allowed for type "${typeRecord(name).sqlName}"`,
      );
  }
}

function lengthOf(name: string, modifiers: readonly number[], fail: FailHere): number {
  const [length = 0] = modifiers;
  if (modifiers.length !== 1) throw fail('invalid_parameter_value', 'invalid type modifier');
  if (length < 1) {
    throw fail('invalid_parameter_value', `length for type ${name} must be at least 1`);
  }
  if (length > 10_485_760) {
    throw fail('invalid_parameter_value', `length for type ${name} cannot exceed 10485760`);
  }
  return length;
}

function numericTypmod(modifiers: readonly number[], fail: FailHere): number {
  const [precision = 0, scale = 0] = modifiers;
  if (modifiers.length > 2) throw fail('invalid_parameter_value', 'invalid NUMERIC type modifier');
  if (precision < 1 || precision > 1000) {
    const message = `NUMERIC precision ${precision} must be between 1 and 1000`;
    throw fail('invalid_parameter_value', message);
  }
  if (scale < -1000 || scale > 1000) {
    const message = `NUMERIC scale ${scale} must be between -1000 and 1000`;
    throw fail('invalid_parameter_value', message);
  }
  return precision * 65_536 + (scale & 0x7ff) + 4;
}
