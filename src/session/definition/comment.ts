/** COMMENT ON tables, views, sequences, their columns, constraints and indexes. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { isCompositeRecord, type CompositeRecord } from '../../catalog/type-records.ts';
import { findUserType, requireTypeOwner } from './user-types.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { commentType } from './alter-type.ts';
import { commentDomainCheck } from './domain.ts';
import type { Utility } from '../utility/utility.ts';
import {
  displayName,
  findRelation,
  findTable,
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
    const put = kinds[kind];
    if (isOfType(kind)) {
      const said = body['comment'] === undefined ? '' : String(body['comment']);
      await commentOnType(context, [kind, body['object']], said === '' ? undefined : said);
      context.out.commandComplete('COMMENT');
      return 0;
    }
    if (put === undefined) throw unsupported(`COMMENT ON ${kind.replace('OBJECT_', '')}`);
    const object = body['object'] as { readonly List?: { readonly items?: readonly unknown[] } };
    const text = body['comment'] === undefined ? undefined : String(body['comment']);
    // An empty comment is none.
    put(context, object.List?.items ?? [], text === '' ? undefined : text);
    context.out.commandComplete('COMMENT');
    return 0;
  },
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
  [kind, object]: readonly [kind: string, object: unknown],
  text: Text,
): Promise<void> {
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
  if (found === undefined) throw missingRelation(context, name);
  if (found.kind !== kind) {
    const article = kind === 'index' ? 'an' : 'a';
    throw new SqlError('wrong_object_type', `"${name.name}" is not ${article} ${kind}`);
  }
  const transaction = session.transaction.forWriting();
  if (found.kind === 'table') transaction.alterTable(withComment(found.table.definition, text));
  else if (found.kind === 'view') transaction.alterView(withComment(found.view, text));
  else if (found.kind === 'sequence') {
    transaction.alterSequence(withComment(found.sequence.definition, text));
  } else commentIndex(context, found, text);
}

function commentIndex(
  { session }: StatementContext,
  { table, index, isConstraint }: Relation & { readonly kind: 'index' },
  text: Text,
): void {
  if (isConstraint) throw unsupported('a comment on the index of a constraint');
  const { definition } = table;
  const indexes = (definition.indexes ?? []).map((each) =>
    each.name === index ? withComment(each, text) : each,
  );
  session.transaction.forWriting().alterTable({ ...definition, indexes });
}

/** Errors: 42703; 0A000 for columns of views. */
function commentColumn(context: StatementContext, items: readonly unknown[], text: Text): void {
  const column = qualifiedName(items).name;
  const composite = findUserType(context.session, qualifiedName(items.slice(0, -1)));
  if (composite !== undefined && isCompositeRecord(composite)) {
    commentAttribute(context, [composite, column], text);
    return;
  }
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
  if (found?.kind === 'view') throw unsupported('a comment on a column of a view');
  if (found === undefined) {
    throw new SqlError('undefined_table', `relation "${displayName(name)}" does not exist`);
  }
  return findTable(context, name).definition;
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
