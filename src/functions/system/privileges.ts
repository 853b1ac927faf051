/**
 * has_…_privilege: the one role is a superuser, so every privilege on every object that there is.
 * Names that mean nothing are errors, OIDs that mean nothing give NULL, as in PostgreSQL.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { foldName } from '../../types/reg-codecs.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { factOf, type CatalogFact } from './catalog-facts.ts';

const define = family('system');

interface ObjectKind {
  readonly noun: string;
  readonly missing: SqlStateName;
  readonly privileges: readonly string[];
  readonly byName: CatalogFact | undefined;
  readonly byOid: CatalogFact | undefined;
}

const tablePrivileges = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'TRUNCATE',
  'REFERENCES',
  'TRIGGER',
];
const columnPrivileges = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'];

const table: ObjectKind = {
  noun: 'relation',
  missing: 'undefined_table',
  privileges: tablePrivileges,
  byName: 'class_oid',
  byOid: 'class_name',
};

const kinds: Readonly<Record<string, ObjectKind>> = {
  table,
  any_column: { ...table, privileges: columnPrivileges },
  sequence: { ...table, privileges: ['USAGE', 'SELECT', 'UPDATE'] },
  schema: {
    noun: 'schema',
    missing: 'invalid_schema_name',
    privileges: ['CREATE', 'USAGE'],
    byName: 'namespace_oid',
    byOid: 'namespace_name',
  },
  database: {
    noun: 'database',
    missing: 'invalid_catalog_name',
    privileges: ['CREATE', 'TEMPORARY', 'TEMP', 'CONNECT'],
    byName: 'database_oid',
    byOid: 'database_name',
  },
  function: {
    noun: 'function',
    missing: 'undefined_function',
    privileges: ['EXECUTE'],
    byName: 'procedure_oid',
    byOid: 'procedure_name',
  },
  type: {
    noun: 'type',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: 'type_oid',
    byOid: 'type_name',
  },
  language: {
    noun: 'language',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: 'language_oid',
    byOid: undefined,
  },
  tablespace: {
    noun: 'tablespace',
    missing: 'undefined_object',
    privileges: ['CREATE'],
    byName: 'tablespace_oid',
    byOid: 'tablespace_name',
  },
  foreign_data_wrapper: {
    noun: 'foreign-data wrapper',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: undefined,
    byOid: undefined,
  },
  server: {
    noun: 'server',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: undefined,
    byOid: undefined,
  },
};

/** `select, insert with grant option` */
function checkPrivileges(list: string, known: readonly string[]): void {
  for (const item of list.split(',')) {
    const name = item
      .trim()
      .toUpperCase()
      .replace(/ WITH GRANT OPTION$/, '');
    if (known.includes(name)) continue;
    const message = `unrecognized privilege type: "${item.trim()}"`;
    throw new SqlError('invalid_parameter_value', message);
  }
}

/** OID of a named object. Errors: the kind's state when there is none. */
function requireObject(context: EvaluationContext, kind: ObjectKind, name: string): number {
  const folded = foldName(name);
  const found = kind.byName === undefined ? undefined : factOf(context, kind.byName, folded);
  if (found !== undefined) return Number(found);
  throw new SqlError(kind.missing, `${kind.noun} "${folded}" does not exist`);
}

function exists(context: EvaluationContext, kind: ObjectKind, object: string | number): boolean {
  if (typeof object === 'string') return requireObject(context, kind, object) >= 0;
  return kind.byOid === undefined || factOf(context, kind.byOid, object) !== undefined;
}

function checkRole(context: EvaluationContext, role: string | number | undefined): void {
  if (typeof role !== 'string' || role === 'public') return;
  if (factOf(context, 'role_oid', role) === undefined) throw missingRole(role);
}

function missingRole(role: string): SqlError {
  return new SqlError('undefined_object', `role "${role}" does not exist`);
}

type Argument = string | number;

/** Every way to name the role (not at all, by name, by OID) times every way to name the object. */
function variants(
  objects: readonly string[],
  compute: (
    context: EvaluationContext,
    role: Argument | undefined,
    args: Argument[],
  ) => boolean | null,
): ScalarOverload[] {
  return ['', 'name, ', 'oid, '].flatMap((role) =>
    objects.map((object) =>
      contextual(`${role}${object}, text → bool`, (context, ...args: Argument[]) =>
        role === '' ? compute(context, undefined, args) : compute(context, args[0], args.slice(1)),
      ),
    ),
  );
}

function hasPrivilege(kind: ObjectKind): ScalarOverload[] {
  return variants(['text', 'oid'], (context, role, [object = 0, list = '']) => {
    checkRole(context, role);
    const isThere = exists(context, kind, object);
    checkPrivileges(String(list), kind.privileges);
    return isThere ? true : null;
  });
}

function columnPrivilege(): ScalarOverload[] {
  const objects = ['text, text', 'text, int2', 'oid, text', 'oid, int2'];
  return variants(objects, (context, role, [relation = 0, column = 0, list = '']) => {
    checkRole(context, role);
    if (!exists(context, table, relation)) return null;
    checkPrivileges(String(list), columnPrivileges);
    if (typeof column !== 'string') return true;
    const oid =
      typeof relation === 'string' ? requireObject(context, table, relation) : relation >>> 0;
    if (factOf(context, 'column_number', `${oid}.${column}`) !== undefined) return true;
    const name =
      typeof relation === 'string' ? foldName(relation) : factOf(context, 'class_name', oid);
    const message = `column "${column}" of relation "${name}" does not exist`;
    throw new SqlError('undefined_column', message);
  });
}

function hasRole(context: EvaluationContext, role: Argument, list: string): boolean {
  if (typeof role === 'string' && factOf(context, 'role_oid', role) === undefined)
    throw missingRole(role);
  const known = ['USAGE', 'MEMBER', 'USAGE WITH ADMIN OPTION', 'MEMBER WITH ADMIN OPTION'];
  checkPrivileges(list.replace(/ with admin option/i, ''), known);
  return true;
}

export const privilegeFunctions: readonly FunctionRecord[] = [
  ...Object.entries(kinds).map(([name, kind]) =>
    define(
      `has_${name}_privilege`,
      { text: `whether a role has a privilege on a ${kind.noun}` },
      ...hasPrivilege(kind),
    ),
  ),
  define(
    'has_column_privilege',
    { text: 'whether a role has a privilege on a column' },
    ...columnPrivilege(),
  ),
  define(
    'has_parameter_privilege',
    { text: 'whether a role may set a setting' },
    ...variants(['text'], (context, role, [, list = '']) => {
      checkRole(context, role);
      checkPrivileges(String(list), ['SET', 'ALTER SYSTEM']);
      return true;
    }),
  ),
  define(
    'pg_has_role',
    { text: 'whether a role is another, or has its rights' },
    ...variants(['name', 'oid'], (context, member, [role = '', list = '']) => {
      checkRole(context, member);
      return hasRole(context, role, String(list));
    }),
  ),
  define(
    'row_security_active',
    { text: 'whether rows are hidden by policies' },
    contextual('oid → bool', () => false),
    contextual('text → bool', (context, name: string) => requireObject(context, table, name) < 0),
  ),
];
