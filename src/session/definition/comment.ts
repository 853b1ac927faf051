/** COMMENT ON: tables and their parts keep their comments, those on other objects are records. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { isCompositeRecord, type CompositeRecord } from '../../catalog/type-records.ts';
import { catalogOids } from '../../catalog/comment-records.ts';
import {
  commentObject,
  commentOtherType,
  isCommentedObject,
  putComment,
  type CommentedNode,
} from './comment-object.ts';
import { mustOwn } from '../roles/session-roles.ts';
import { findUserType, requireTypeOwner } from './type/user-types.ts';
import { viewColumns } from '../facts/session-state.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { commentType } from './type/alter-type.ts';
import { commentDomainCheck } from './type/domain.ts';
import type { Utility } from '../utility/utility.ts';
import {
  checkSchemaExists,
  displayName,
  findRelation,
  findStored,
  missingRelation,
  qualifiedName,
  type QualifiedName,
  type Relation,
} from './relation.ts';

type Text = string | undefined;
type Put = (context: StatementContext, items: readonly unknown[], text: Text) => void;

const kinds: Readonly<Record<string, Put>> = {
  OBJECT_TABLE: (context, items, text) => commentRelation(context, ['table', items], text),
  OBJECT_VIEW: (context, items, text) => commentRelation(context, ['view', items], text),
  OBJECT_MATVIEW: (context, items, text) => {
    commentRelation(context, ['materialized view', items], text);
  },
  OBJECT_SEQUENCE: (context, items, text) => commentRelation(context, ['sequence', items], text),
  OBJECT_INDEX: (context, items, text) => commentRelation(context, ['index', items], text),
  OBJECT_COLUMN: commentColumn,
  OBJECT_TABCONSTRAINT: commentConstraint,
};

export const comment: Utility = {
  kind: 'CommentStmt',
  writes: () => 'COMMENT',
  async run(body, context) {
    const kind = String(body['objtype']);
    const said = body['comment'] === undefined ? '' : String(body['comment']);
    // An empty comment is none.
    const text = said === '' ? undefined : said;
    const object = body['object'] as CommentedNode;
    const put = kinds[kind];
    if (put !== undefined) put(context, object.List?.items ?? [], text);
    else if (isOfType(kind)) await commentOnType(context, [kind, object], text);
    else commentOther(context, [kind.replace('OBJECT_', ''), object], text);
    context.out.commandComplete('COMMENT');
    return 0;
  },
};

/** Errors: 42704 for kinds that there are no objects of. */
function commentOther(
  context: StatementContext,
  [kind, object]: readonly [kind: string, object: CommentedNode],
  text: Text,
): void {
  if (isCommentedObject(kind)) return commentObject(context, [kind, object], text);
  const word = absentKinds[kind];
  if (word === undefined) throw unsupported(`COMMENT ON ${kind.replaceAll('_', ' ')}`);
  const name = qualifiedName(object.List?.items ?? [object]);
  throw new SqlError('undefined_object', `${word} "${displayName(name)}" does not exist`);
}

/** No objects of these kinds can be made: by their words in messages. */
const absentKinds: Readonly<Record<string, string>> = {
  EVENT_TRIGGER: 'event trigger',
  FDW: 'foreign-data wrapper',
  FOREIGN_SERVER: 'server',
  PUBLICATION: 'publication',
  SUBSCRIPTION: 'subscription',
  STATISTIC_EXT: 'statistics object',
};

function isOfType(kind: string): boolean {
  return ['OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_DOMCONSTRAINT'].includes(kind);
}

interface DomainCheckNode {
  readonly List?: {
    readonly items?: readonly [
      { readonly TypeName?: { readonly names?: unknown } },
      { readonly String?: { readonly sval?: string } },
    ];
  };
}

/** Errors: 42704, 42809, 42501. */
async function commentOnType(
  context: StatementContext,
  [kind, object]: readonly [kind: string, object: CommentedNode],
  text: Text,
): Promise<void> {
  if (kind === 'OBJECT_TYPE' && commentOtherType(context, object, text)) return;
  if (kind !== 'OBJECT_DOMCONSTRAINT') return commentType(context, [kind, object], text);
  const [type, name] = (object as DomainCheckNode).List?.items ?? [];
  const check = { type: type?.TypeName?.names ?? [], name: name?.String?.sval ?? '' };
  return commentDomainCheck(context, check, text);
}

function withComment<T extends object>(object: T, text: Text): T {
  const { comment: _dropped, ...rest } = object as T & { readonly comment?: string };
  return (text === undefined ? rest : { ...rest, comment: text }) as T;
}

/** Errors: 42P01 (42704 for indexes), 42809. */
function commentRelation(
  context: StatementContext,
  [kind, items]: readonly [Relation['kind'], readonly unknown[]],
  text: Text,
): void {
  const { session } = context;
  const name = qualifiedName(items);
  const found = findRelation(session, name);
  if (found === undefined) throw missingOrOfSystem(context, name);
  if (found.kind !== kind) {
    const article = kind === 'index' ? 'an' : 'a';
    throw new SqlError('wrong_object_type', `"${name.name}" is not ${article} ${kind}`);
  }
  const transaction = session.transaction.forWriting();
  if (found.kind === 'table' || found.kind === 'materialized view') {
    transaction.alterTable(withComment(found.table.definition, text));
  } else if (found.kind === 'view') transaction.alterView(withComment(found.view, text));
  else if (found.kind === 'sequence') {
    transaction.alterSequence(withComment(found.sequence.definition, text));
  } else commentIndex(context, found, text);
}

/** Errors: 0A000 for relations of the system. */
function missingOrOfSystem(context: StatementContext, name: QualifiedName): SqlError {
  const catalog = context.session.catalog();
  const { schema, name: relation } = name;
  const isOfSystem =
    catalog.findView(schema, relation) !== undefined ||
    catalog.findFacts(schema, relation) !== undefined;
  if (isOfSystem) return unsupported('a comment on a relation of the system');
  if (schema !== undefined) checkSchemaExists(context.session, schema);
  return missingRelation(context, name);
}

/** Errors: 42501. */
function commentIndex(
  { session }: StatementContext,
  { table, index, isConstraint }: Relation & { readonly kind: 'index' },
  text: Text,
): void {
  const { definition } = table;
  const { roles } = session;
  if (!roles.owns(roles.table(definition))) throw mustOwn(`index ${index}`);
  if (isConstraint) return commentKeyIndex(session, [definition, index], text);
  const indexes = (definition.indexes ?? []).map((each) =>
    each.name === index ? withComment(each, text) : each,
  );
  session.transaction.forWriting().alterTable({ ...definition, indexes });
}

/** The comment on the index behind a key is not the one on the key. */
function commentKeyIndex(
  session: SqlSession,
  [definition, index]: readonly [definition: TableDefinition, index: string],
  text: Text,
): void {
  const constraints = definition.constraints.map((each) => {
    if (each.name !== index) return each;
    const { indexComment: _before, ...rest } = each;
    return text === undefined ? rest : { ...rest, indexComment: text };
  });
  session.transaction.forWriting().alterTable({ ...definition, constraints });
}

/** Errors: 42P01, 42703, 42809. */
function commentColumn(context: StatementContext, items: readonly unknown[], text: Text): void {
  const column = qualifiedName(items).name;
  const composite = findUserType(context.session, qualifiedName(items.slice(0, -1)));
  if (composite !== undefined && isCompositeRecord(composite)) {
    commentAttribute(context, [composite, column], text);
    return;
  }
  if (commentedInView(context, [qualifiedName(items.slice(0, -1)), column], text)) return;
  const definition = tableOf(context, items);
  if (!definition.columns.some(({ name }) => name === column)) {
    const message = `column "${column}" of relation "${definition.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }
  const columns = definition.columns.map((each) =>
    each.name === column ? withComment(each, text) : each,
  );
  context.session.transaction.forWriting().alterTable({ ...definition, columns });
}

/** False: the relation is no view. Errors: 42703. */
function commentedInView(
  { session }: StatementContext,
  [name, column]: readonly [name: QualifiedName, column: string],
  text: Text,
): boolean {
  const found = findRelation(session, name);
  if (found?.kind !== 'view') return false;
  const columns = viewColumns(session, found.view);
  const number = columns.findIndex((each) => each.name === column) + 1;
  if (number === 0) {
    const message = `column "${column}" of relation "${name.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }
  putComment(session, { catalog: catalogOids.class, oid: found.view.oid, column: number }, text);
  return true;
}

/** Errors: 42703, 42501. */
function commentAttribute(
  { session }: StatementContext,
  [type, name]: readonly [CompositeRecord, string],
  text: Text,
): void {
  requireTypeOwner(session, type);
  if (!type.attributes.some((each) => each.name === name)) {
    const message = `column "${name}" of relation "${type.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }
  const attributes = type.attributes.map((each) =>
    each.name === name ? withComment(each, text) : each,
  );
  session.transaction.forWriting().putRecord({ ...type, attributes });
}

/** All items but the last name the table. */
function tableOf(context: StatementContext, items: readonly unknown[]): TableDefinition {
  const name: QualifiedName = qualifiedName(items.slice(0, -1));
  const found = findRelation(context.session, name);
  if (found?.kind === 'index' || found?.kind === 'sequence') {
    const detail = `This operation is not supported for ${found.kind === 'index' ? 'indexes' : 'sequences'}.`;
    const message = `cannot set comment on relation "${name.name}"`;
    throw new SqlError('wrong_object_type', message, { detail });
  }
  if (found === undefined) {
    throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
  }
  return findStored(context, name).definition;
}

/** Errors: 42704. */
function commentConstraint(context: StatementContext, items: readonly unknown[], text: Text): void {
  const constraint = qualifiedName(items).name;
  const definition = tableOf(context, items);
  if (!definition.constraints.some(({ name }) => name === constraint)) {
    const message = `constraint "${constraint}" for table "${definition.name}" does not exist`;
    throw new SqlError('undefined_object', message);
  }
  const constraints = definition.constraints.map((each) =>
    each.name === constraint ? withComment(each, text) : each,
  );
  context.session.transaction.forWriting().alterTable({ ...definition, constraints });
}
