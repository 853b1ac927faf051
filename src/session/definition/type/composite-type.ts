/**
 * CREATE TYPE … AS (…), and ALTER TYPE … ADD, DROP, ALTER and RENAME ATTRIBUTE. Values keep their
 * fields in order, so that new attributes at the end and new names leave rows as they are.
 */
import { requireTypeUsage } from '../../roles/type-access.ts';
import type { TypeName } from '@pgsql/types';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { CompositeRecord, StoredAttribute } from '../../../catalog/type-records.ts';
import { bindTypeName, typesOf } from '../../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../../plan/binder/literals.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import { userTypeOid } from '../../../types/user-type.ts';
import { makeNotice, type StatementContext } from '../../statement/statement-context.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import type { AlterCommand } from '../alter-command.ts';
import type { ColumnNode } from '../column-definition.ts';
import { nameOf, type RangeVar } from '../relation.ts';
import { displayRelation } from '../relation-names.ts';
import { refuseTemporaryTypes } from './temporary-types.ts';
import { castsTo, isDefaultOf, refuseTypeInViews } from './type-uses.ts';
import { putType } from './put-type.ts';
import {
  checkNewType,
  columnsOver,
  compositeNamed,
  compositesOver,
  refuseNamedInViews,
  typeSchema,
} from './user-types.ts';

const attributesMax = 1600;

export const createComposite: Utility = {
  kind: 'CompositeTypeStmt',
  writes: () => 'CREATE TYPE',
  async run(body, context) {
    const { session, out } = context;
    const { schema: given, name } = nameOf(body['typevar'] as RangeVar | undefined);
    const schema = typeSchema(context, given);
    await checkNewType(session, { schema, name });
    const nodes = (body['coldeflist'] ?? []) as readonly { readonly ColumnDef: ColumnNode }[];
    const attributes = nodes.map(({ ColumnDef }) => attributeOf(context, ColumnDef));
    checkNames(attributes);
    refuseTemporaryTypes(session, { schema, types: attributes.map(({ type }) => type), texts: [] });
    const transaction = session.transaction.forWriting();
    const relationOid = transaction.takeOid();
    const oid = transaction.takeOid();
    const arrayOid = transaction.takeOid();
    transaction.putRecord({
      ...{ kind: 'type', key: String(oid), oid, arrayOid, relationOid, schema, name, attributes },
      owner: session.roles.currentUser,
    });
    out.commandComplete('CREATE TYPE');
    return 0;
  },
};

/** Errors: 42704, 42P16 for pseudo-types. */
function attributeOf(context: StatementContext, { colname = '', typeName }: ColumnNode) {
  const type = attributeType(context, colname, typeName ?? {});
  return { name: colname, type };
}

function attributeType({ session }: StatementContext, name: string, node: TypeName): SqlType {
  const type = bindTypeName(node, typesOf(session.catalog()));
  requireTypeUsage(session, type);
  if (typeRecord(type.name).category !== 'P') return type;
  const message = `column "${name}" has pseudo-type ${sqlNameOf(type)}`;
  throw new SqlError('invalid_table_definition', message);
}

/** Errors: 42701, 54011. */
function checkNames(attributes: readonly StoredAttribute[]): void {
  const names = attributes.map(({ name }) => name);
  const again = names.find((name, index) => names.indexOf(name) < index);
  if (again !== undefined) {
    throw new SqlError('duplicate_column', `column "${again}" specified more than once`);
  }
  if (names.length > attributesMax) {
    throw new SqlError('too_many_columns', `tables can have at most ${attributesMax} columns`);
  }
}

/** ALTER TYPE with commands about attributes. */
export async function alterComposite(context: StatementContext, body: UtilityBody): Promise<void> {
  const { session } = context;
  const before = await compositeNamed(session, nameOf(body['relation'] as RangeVar | undefined));
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  let { attributes } = before;
  for (const { AlterTableCmd: command = {} } of nodes) {
    const change = changes[command.subtype ?? ''];
    if (change === undefined) throw unsupported('this form of ALTER TYPE');
    attributes = change(context, { ...before, attributes }, command);
  }
  const types = attributes.map(({ type }) => type);
  refuseTemporaryTypes(session, { schema: before.schema, types, texts: [] });
  await putAttributes(context, before, attributes);
}

type Attributes = readonly StoredAttribute[];
type Change = (
  context: StatementContext,
  type: CompositeRecord,
  command: AlterCommand,
) => Attributes;

const changes: Readonly<Record<string, Change>> = {
  AT_AddColumn: (context, type, { def }) => {
    const attribute = attributeOf(context, def?.ColumnDef ?? {});
    if (userTypeOid(attribute.type.name) === type.oid) {
      const message = `composite type ${type.name} cannot be made a member of itself`;
      throw new SqlError('invalid_table_definition', message);
    }
    if (type.attributes.some(({ name }) => name === attribute.name)) {
      const words = `column "${attribute.name}" of relation "${type.name}" already exists`;
      throw new SqlError('duplicate_column', words);
    }
    const { session } = context;
    refuseTypeInViews(session, type, 'adding an attribute to a type');
    if (castsTo(session, type).length > 0) {
      throw unsupported('adding an attribute to a type that kept expressions name');
    }
    return [...type.attributes, attribute];
  },
  AT_DropColumn: (context, type, { name = '', missing_ok: isMissingOk }) => {
    const message = `column "${name}" of relation "${type.name}" does not exist`;
    if (!type.attributes.some((each) => each.name === name)) {
      if (isMissingOk !== true) throw new SqlError('undefined_column', message);
      context.out.notice(makeNotice('NOTICE', '00000', `${message}, skipping`));
      return type.attributes;
    }
    return attributesWithout(context.session, type, name);
  },
  AT_AlterColumnType: (context, type, { name = '', def }) => {
    const retyped = attributeType(context, name, def?.ColumnDef?.typeName ?? {});
    requireAttribute(type, name);
    const [use] = usesOf(context.session, type);
    if (use !== undefined) {
      const message = `cannot alter type "${type.name}" because column "${use}" uses it`;
      throw new SqlError('feature_not_supported', message);
    }
    refuseTypeInViews(context.session, type, 'changing an attribute of a type');
    return type.attributes.map((each) => (each.name === name ? { ...each, type: retyped } : each));
  },
};

/** Errors: 0A000 where views or kept expressions name the type. */
function attributesWithout(session: SqlSession, type: CompositeRecord, gone: string): Attributes {
  if (castsTo(session, type).some((use) => !isDefaultOf(use, type))) {
    throw unsupported('dropping an attribute of a type that kept expressions name');
  }
  refuseTypeInViews(session, type, 'dropping an attribute of a type');
  return type.attributes.filter(({ name }) => name !== gone);
}

/** An attribute goes with its own type. Errors: 0A000 where views or kept expressions name it. */
export async function dropAttribute(
  context: StatementContext,
  { schema, name }: CompositeRecord,
  gone: string,
): Promise<void> {
  const type = await compositeNamed(context.session, { schema, name });
  await putAttributes(context, type, attributesWithout(context.session, type, gone));
}

/** Values of the type lose the fields that went. */
async function putAttributes(
  context: StatementContext,
  type: CompositeRecord,
  attributes: Attributes,
): Promise<void> {
  const kept = attributes.flatMap((attribute) => {
    const place = type.attributes.indexOf(attribute);
    return place < 0 ? [] : [place];
  });
  const isShorter = kept.length < type.attributes.length;
  const change: [CompositeRecord, CompositeRecord] = [type, { ...type, attributes }];
  const gone = type.attributes.filter((attribute) => !attributes.includes(attribute));
  const names = gone.map(({ name }) => name);
  const lost = { context, oid: type.oid, kept, names };
  await putType(context.session, change, isShorter ? lost : undefined);
}

/** Columns of tables and composite types that are of the type, as `table.column`. */
function usesOf(session: SqlSession, { oid }: CompositeRecord): readonly string[] {
  const columns = columnsOver(session, oid).flatMap(({ table, columns: names }) =>
    names.map((name) => `${displayRelation(session, table)}.${name}`),
  );
  const attributes = compositesOver(session, oid).flatMap(({ name, attributes: all }) =>
    all.filter(({ type }) => userTypeOid(type.name) === oid).map((each) => `${name}.${each.name}`),
  );
  return [...columns, ...attributes];
}

/** Errors: 42703. */
function requireAttribute({ name: type, attributes }: CompositeRecord, name: string): void {
  if (attributes.some((each) => each.name === name)) return;
  const message = `column "${name}" of relation "${type}" does not exist`;
  throw new SqlError('undefined_column', message);
}

/** ALTER TYPE … RENAME ATTRIBUTE. Errors: 42703, 42701, 0A000 where views name it. */
export async function renameAttribute(
  { session }: StatementContext,
  relation: RangeVar | undefined,
  [before, after]: readonly [before: string, after: string],
): Promise<void> {
  const type = await compositeNamed(session, nameOf(relation));
  if (!type.attributes.some((each) => each.name === before)) {
    throw new SqlError('undefined_column', `column "${before}" does not exist`);
  }
  if (type.attributes.some((each) => each.name === after)) {
    const message = `column "${after}" of relation "${type.name}" already exists`;
    throw new SqlError('duplicate_column', message);
  }
  refuseNamedInViews(session, before, 'renaming an attribute');
  const attributes = type.attributes.map((each) =>
    each.name === before ? { ...each, name: after } : each,
  );
  await putType(session, [type, { ...type, attributes }]);
}
