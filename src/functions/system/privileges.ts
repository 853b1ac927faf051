/**
 * has_…_privilege and pg_has_role, from the catalog's access lists and memberships.
 * Names that mean nothing are errors, OIDs that mean nothing give NULL, as in PostgreSQL.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { foldName } from '../../types/reg-codecs.ts';
import { contextual, family } from '../define.ts';
import type { EvaluationContext, FunctionRecord, ScalarOverload } from '../function-record.ts';
import { factOf, type CatalogFact } from './catalog-facts.ts';

const define = family('system');

type Argument = string | number;

interface ObjectKind {
  readonly noun: string;
  readonly missing: SqlStateName;
  readonly privileges: readonly string[];
  readonly byName: CatalogFact | undefined;
  readonly byOid: CatalogFact | undefined;
  /** Kind of the object in the fact object_access; without one everybody may. */
  readonly list?: 'table' | 'schema' | 'database' | 'function' | 'type' | 'language';
  /** Privileges on any of its columns count. */
  readonly byColumns?: true;
  /** pg_class.relkind that it must be of. */
  readonly relkind?: string;
  /** For superusers alone. */
  readonly isClosed?: true;
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
  list: 'table',
};

const kinds: Readonly<Record<string, ObjectKind>> = {
  table,
  any_column: { ...table, privileges: columnPrivileges, byColumns: true },
  sequence: { ...table, privileges: ['USAGE', 'SELECT', 'UPDATE'], relkind: 'S' },
  schema: {
    noun: 'schema',
    missing: 'invalid_schema_name',
    privileges: ['CREATE', 'USAGE'],
    byName: 'namespace_oid',
    byOid: 'namespace_name',
    list: 'schema',
  },
  database: {
    noun: 'database',
    missing: 'invalid_catalog_name',
    privileges: ['CREATE', 'TEMPORARY', 'TEMP', 'CONNECT'],
    byName: 'database_oid',
    byOid: 'database_name',
    list: 'database',
  },
  function: {
    noun: 'function',
    missing: 'undefined_function',
    privileges: ['EXECUTE'],
    byName: 'procedure_oid',
    byOid: 'procedure_name',
    list: 'function',
  },
  type: {
    noun: 'type',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: 'type_oid',
    byOid: 'type_name',
    list: 'type',
  },
  language: {
    noun: 'language',
    missing: 'undefined_object',
    privileges: ['USAGE'],
    byName: 'language_oid',
    byOid: 'language_name',
    list: 'language',
  },
  tablespace: {
    noun: 'tablespace',
    missing: 'undefined_object',
    privileges: ['CREATE'],
    byName: 'tablespace_oid',
    byOid: 'tablespace_name',
    isClosed: true,
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

const letters: Readonly<Record<string, string>> = {
  SELECT: 'r',
  INSERT: 'a',
  UPDATE: 'w',
  DELETE: 'd',
  TRUNCATE: 'D',
  REFERENCES: 'x',
  TRIGGER: 't',
  USAGE: 'U',
  CREATE: 'C',
  TEMPORARY: 'T',
  TEMP: 'T',
  CONNECT: 'c',
  EXECUTE: 'X',
};

/** Letters of `select, insert with grant option`: `r`, `a*`. Errors: 22023. */
function parsePrivileges(list: string, known: readonly string[]): readonly string[] {
  return list.split(',').map((item) => {
    const name = item
      .trim()
      .toUpperCase()
      .replace(/ WITH GRANT OPTION$/, '');
    if (known.includes(name)) {
      const letter = letters[name] ?? '';
      return /with grant option$/i.test(item.trim()) ? `${letter}*` : letter;
    }
    const message = `unrecognized privilege type: "${item.trim()}"`;
    throw new SqlError('invalid_parameter_value', message);
  });
}

/** OID of a named object. Errors: the kind's state when there is none. */
function isRuled(context: EvaluationContext, oid: number): boolean {
  return factOf(context, 'row_security', oid) === 'true';
}

function requireObject(context: EvaluationContext, kind: ObjectKind, name: string): number {
  const folded = foldName(name);
  const found = kind.byName === undefined ? undefined : factOf(context, kind.byName, folded);
  if (found !== undefined) return Number(found);
  throw new SqlError(kind.missing, `${kind.noun} "${folded}" does not exist`);
}

/** OID of the object; undefined when an OID means nothing. */
function objectOid(
  context: EvaluationContext,
  kind: ObjectKind,
  object: Argument,
): number | undefined {
  if (typeof object === 'string') return requireObject(context, kind, object);
  const isThere = kind.byOid === undefined || factOf(context, kind.byOid, object) !== undefined;
  return isThere ? object >>> 0 : undefined;
}

/** OID of a role; everybody is 0. Errors: 42704. */
function roleOid(context: EvaluationContext, role: Argument | undefined): number {
  if (typeof role === 'number') return role >>> 0;
  if (role === 'public') return 0;
  const name = role ?? context.session['user'] ?? '';
  const found = factOf(context, 'role_oid', name);
  if (found === undefined) throw missingRole(name);
  return Number(found);
}

interface Asked {
  readonly kind: ObjectKind;
  readonly oid: number;
  readonly privileges: readonly string[];
  /** Columns whose own lists count: `OID.attnum`, or `OID` for all of a relation. */
  readonly columns?: string | undefined;
}

/** Whether the role has one of the privileges, by lists, ownership or being a superuser. */
function isAllowed(
  context: EvaluationContext,
  role: number,
  { kind, oid, privileges, columns }: Asked,
): boolean {
  const rights = role === 0 ? '' : (factOf(context, 'role_rights', role) ?? '');
  if (rights === '*') return true;
  if (kind.list === undefined) return kind.isClosed !== true;
  const [owner = '', whole = ''] = (
    factOf(context, 'object_access', `${kind.list} ${oid}`) ?? ''
  ).split('|');
  const [, ofColumns = ''] =
    columns === undefined
      ? []
      : (factOf(context, 'object_access', `columns ${columns}`) ?? '').split('|');
  const items = `${whole},${ofColumns}`;
  const own = new Set(['0', ...rights.split(',')]);
  return privileges.some(
    (privilege) =>
      (privilege.endsWith('*') && own.has(owner)) ||
      items.split(',').some((item) => {
        const [grantee = '', held = ''] = item.split('=');
        return own.has(grantee) && held.includes(privilege);
      }),
  );
}

function missingRole(role: string): SqlError {
  return new SqlError('undefined_object', `role "${role}" does not exist`);
}

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
    const roleOfAsker = roleOid(context, role);
    const oid = objectOid(context, kind, object);
    const privileges = parsePrivileges(String(list), kind.privileges);
    if (oid === undefined) return null;
    if (kind.relkind !== undefined && factOf(context, 'class_kind', oid) !== kind.relkind) {
      const name = factOf(context, 'class_name', oid) ?? '';
      throw new SqlError('wrong_object_type', `"${name}" is not a sequence`);
    }
    const columns = kind.byColumns === true ? String(oid) : undefined;
    return isAllowed(context, roleOfAsker, { kind, oid, privileges, columns });
  });
}

function columnPrivilege(): ScalarOverload[] {
  const objects = ['text, text', 'text, int2', 'oid, text', 'oid, int2'];
  return variants(objects, (context, role, [relation = 0, column = 0, list = '']) => {
    const roleOfAsker = roleOid(context, role);
    const oid = objectOid(context, table, relation);
    if (oid === undefined) return null;
    const privileges = parsePrivileges(String(list), columnPrivileges);
    const number =
      typeof column === 'string' ? factOf(context, 'column_number', `${oid}.${column}`) : column;
    if (number !== undefined) {
      const columns = `${oid}.${number}`;
      return isAllowed(context, roleOfAsker, { kind: table, oid, privileges, columns });
    }
    const name =
      typeof relation === 'string' ? foldName(relation) : factOf(context, 'class_name', oid);
    const message = `column "${column}" of relation "${name}" does not exist`;
    throw new SqlError('undefined_column', message);
  });
}

/** USAGE asks for rights that are inherited, MEMBER for those that SET ROLE gives. */
function hasRole(
  context: EvaluationContext,
  member: Argument | undefined,
  role: Argument,
  list: string,
): boolean {
  const known = ['USAGE', 'MEMBER', 'USAGE WITH ADMIN OPTION', 'MEMBER WITH ADMIN OPTION'];
  const asker = roleOid(context, member);
  const asked = roleOid(context, role);
  const names = list.split(',').map((item) => item.trim().toUpperCase());
  const unknown = names.find(
    (name) => !known.includes(name.replace(' WITH GRANT OPTION', ' WITH ADMIN OPTION')),
  );
  if (unknown !== undefined) {
    const message = `unrecognized privilege type: "${unknown}"`;
    throw new SqlError('invalid_parameter_value', message);
  }
  return names.some((name) => {
    const fact = name.startsWith('USAGE') ? 'role_rights' : 'role_memberships';
    const reach = factOf(context, fact, asker) ?? '';
    return reach === '*' || reach.split(',').includes(String(asked));
  });
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
      const rights = factOf(context, 'role_rights', roleOid(context, role));
      const asked = parsePrivileges(String(list), ['SET', 'ALTER SYSTEM']);
      return rights === '*' || asked.length === 0;
    }),
  ),
  define(
    'pg_has_role',
    { text: 'whether a role is another, or has its rights' },
    ...variants(['name', 'oid'], (context, member, [role = '', list = '']) =>
      hasRole(context, member, role, String(list)),
    ),
  ),
  define(
    'row_security_active',
    { text: 'whether rows are hidden by policies' },
    contextual('oid → bool', isRuled),
    contextual('text → bool', (context, name: string) => {
      return isRuled(context, requireObject(context, table, name));
    }),
  ),
];
