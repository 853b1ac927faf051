/** SET SCHEMA of relations, and the other name of a schema: relations move with what names them. */
import { accessKey, isOpenSchema } from '../../catalog/access-rights.ts';
import { catalogOids, commentKey } from '../../catalog/comment-records.ts';
import { defaultAccessKey } from '../../catalog/default-access.ts';
import { schemaOid } from '../../catalog/system/object-ids.ts';
import { fixedComment } from '../../catalog/system/rows/descriptions.ts';
import type { StoredView, TableDefinition } from '../../catalog/table.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { SqlSession } from '../sql-session.ts';
import type { Utility, UtilityBody } from '../utility/utility.ts';
import { moveType } from './type/alter-type.ts';
import { putComment } from './comment-object.ts';
import { contentsOf, dropSchema } from './dependents.ts';
import { lockRelationOf, relationName, relationWords } from './named-relation.ts';
import { putType } from './type/put-type.ts';
import {
  checkSchemaExists,
  displayName,
  findRelation,
  nameOf,
  relationExists,
  type RangeVar,
  type Relation,
} from './relation.ts';
import { renameInViews, type NewNames, type RelationName } from './view/renamed-in-views.ts';
import { moveRoutine, moveWithSchema, routineWord } from './routine/alter-routine.ts';
import { changeViewRows, renameRowType } from './type/row-type-uses.ts';
import { refuseNamedInViews } from './type/user-types.ts';

/** ALTER SCHEMA … RENAME TO. Errors: 3F000, 42P06. */
export async function renameSchema(
  { session }: StatementContext,
  before: string,
  after: string,
): Promise<void> {
  checkSchemaExists(session, before);
  const transaction = session.transaction.forWriting();
  const inside = contentsOf(session, before);
  const relations = inside.flatMap((object): readonly NamedRelation[] => {
    if (object.kind === 'table') return [object.table];
    return object.kind === 'view' ? [object.view] : [];
  });
  const putTexts = renameInViews(session, movedNames(relations, after));
  transaction.createSchema(after);
  for (const object of inside) {
    if (object.kind === 'type') {
      refuseNamedInViews(session, object.type.name, 'moving a type');
      await putType(session, [object.type, { ...object.type, schema: after }]);
    }
  }
  for (const object of contentsOf(session, before)) {
    if (object.kind === 'table') await moveTable(session, object.table.oid, after);
    if (object.kind === 'view') await moveView(session, object.view, after);
    if (object.kind === 'sequence') {
      transaction.alterSequence({ ...object.sequence, schema: after });
    }
    if (object.kind === 'routine') moveWithSchema(session, object.routine, after);
  }
  putTexts();
  moveAccess(session, before, after);
  moveDefaultAccess(session, before, after);
  moveComment(session, schemaOid(before), schemaOid(after));
  dropSchema(session, before);
}

type NamedRelation = RelationName & { readonly oid: number };

function movedNames(relations: readonly NamedRelation[], schema: string): NewNames {
  return new Map(
    relations.map((before) => [before.oid, { before, after: { schema, name: before.name } }]),
  );
}

/** Moving others may have changed what its columns are called. */
async function moveTable(session: SqlSession, oid: number, schema: string): Promise<void> {
  const transaction = session.transaction.forWriting();
  const table = session.environment.store.tableByOid(oid, transaction)?.definition;
  if (table === undefined) return;
  await renameRowType(session, table, { ...table, schema });
  transaction.alterTable({ ...table, schema });
}

async function moveView(session: SqlSession, { oid }: StoredView, schema: string): Promise<void> {
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  const view = store.views(transaction).find((each) => each.oid === oid);
  if (view === undefined) return moveTable(session, oid, schema);
  await changeViewRows(session, view, { ...view, schema });
  transaction.alterView({ ...view, schema });
}

/** The OID of a schema follows from its name. */
function moveComment(session: SqlSession, from: number, to: number): void {
  const { environment, transaction } = session;
  const before = { catalog: catalogOids.schema, oid: from, column: 0 };
  const records = environment.store.records(transaction.forWriting());
  const kept = [...records].find(
    ({ kind, key }) => kind === 'comment' && key === commentKey(before),
  );
  const text = kept?.kind === 'comment' ? kept.text : fixedComment(from, catalogOids.schema);
  putComment(session, { ...before, oid: to }, text);
}

/** What is given to new objects of the schema stays so. */
function moveDefaultAccess(
  { environment, transaction }: SqlSession,
  from: string,
  to: string,
): void {
  const writes = transaction.forWriting();
  for (const record of environment.store.records(writes)) {
    if (record.kind !== 'default access' || record.schema !== from) continue;
    writes.putRecord({ ...record, key: defaultAccessKey({ ...record, schema: to }), schema: to });
  }
}

/** Owner and privileges stay those of the schema. */
function moveAccess({ roles, transaction }: SqlSession, from: string, to: string): void {
  const { rights } = roles;
  const owner = rights.schemaOwner(from);
  const object = { kind: 'schema', id: from, owner } as const;
  const items = isOpenSchema(object) ? rights.itemsOf(object) : rights.listOf(object)?.items;
  const key = accessKey({ kind: 'schema', id: to });
  const record = { kind: 'access', key, owner } as const;
  transaction.forWriting().putRecord(items === undefined ? record : { ...record, items });
}

export const setSchema: Utility = {
  kind: 'AlterObjectSchemaStmt',
  writes: (body) => `ALTER ${schemaWords(body)}`,
  locks: lockRelationOf,
  async run(body, context) {
    const { session, out } = context;
    const word = routineWord(body['objectType']);
    if (word !== undefined) {
      await moveRoutine(context, body, word);
      out.commandComplete(`ALTER ${schemaWords(body)}`);
      return 0;
    }
    if (body['objectType'] === 'OBJECT_TYPE' || body['objectType'] === 'OBJECT_DOMAIN') {
      await moveType(context, body);
      out.commandComplete(`ALTER ${schemaWords(body)}`);
      return 0;
    }
    const relation = body['relation'] as RangeVar | undefined;
    if (relation === undefined) throw unsupported(`ALTER ${schemaWords(body)} ... SET SCHEMA`);
    const name = nameOf(relation);
    const found = findRelation(session, name);
    const schema = String(body['newschema']);
    if (found === undefined) {
      const message = `relation "${displayName(name)}" does not exist`;
      if (body['missing_ok'] !== true) throw new SqlError('undefined_table', message);
      const skipped = `relation "${name.name}" does not exist, skipping`;
      out.notice(makeNotice('NOTICE', '00000', skipped));
    } else await moveRelation(context, found, schema);
    out.commandComplete(`ALTER ${schemaWords(body)}`);
    return 0;
  },
};

function schemaWords(body: UtilityBody): string {
  const kind = String(body['objectType']);
  return relationWords[kind] ?? kind.replace('OBJECT_', '').replaceAll('_', ' ');
}

/** Sequences of its columns move with a table. Errors: 3F000, 42P07. */
async function moveRelation(
  { session }: StatementContext,
  found: Relation,
  schema: string,
): Promise<void> {
  checkSchemaExists(session, schema);
  if (found.schema === schema) return;
  const name = relationName(found);
  if (relationExists(session, schema, name)) {
    const message = `relation "${name}" already exists in schema "${schema}"`;
    throw new SqlError('duplicate_table', message);
  }
  const transaction = session.transaction.forWriting();
  if (found.kind === 'table' || found.kind === 'materialized view') {
    const { definition } = found.table;
    const putTexts = renameInViews(session, movedNames([definition], schema));
    await moveTable(session, definition.oid, schema);
    putTexts();
    for (const oid of ownedSequences(definition)) {
      const sequence = transaction.sequence(oid)?.definition;
      if (sequence !== undefined) transaction.alterSequence({ ...sequence, schema });
    }
  } else if (found.kind === 'view') {
    const putTexts = renameInViews(session, movedNames([found.view], schema));
    await moveView(session, found.view, schema);
    putTexts();
  } else if (found.kind === 'sequence') {
    transaction.alterSequence({ ...found.sequence.definition, schema });
  } else throw unsupported('ALTER INDEX ... SET SCHEMA');
}

function ownedSequences({ columns }: TableDefinition): readonly number[] {
  return columns.flatMap(({ owns = [] }) => owns);
}
