/** DROP TABLE, VIEW, SCHEMA; TRUNCATE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement-context.ts';
import {
  displayName,
  findTable,
  qualifiedName,
  type QualifiedName,
  type RangeVar,
} from './relation.ts';
import type { Utility, UtilityBody } from './utility.ts';

type DropOne = (context: StatementContext, name: QualifiedName, body: UtilityBody) => boolean;

const droppers: Readonly<Record<string, { readonly words: string; readonly drop: DropOne }>> = {
  OBJECT_TABLE: { words: 'table', drop: dropTable },
  OBJECT_VIEW: { words: 'view', drop: dropView },
  OBJECT_SCHEMA: { words: 'schema', drop: dropSchema },
};

export const drop: Utility = {
  kind: 'DropStmt',
  writes: (body) => `DROP ${kindWords(body)}`,
  run(body, context) {
    const kind = String(body['removeType']);
    const dropper = droppers[kind];
    const words = kindWords(body).toLowerCase();
    const isMissingOk = body['missing_ok'] === true;
    if (dropper === undefined && !isMissingOk) throw unsupported(`DROP ${words.toUpperCase()}`);
    for (const object of (body['objects'] ?? []) as readonly unknown[]) {
      const name = objectName(object);
      if (dropper !== undefined && dropper.drop(context, name, body)) continue;
      const missing = `${words} "${displayName(name)}" does not exist`;
      if (!isMissingOk) throw missingError(words, missing);
      context.out.notice(makeNotice('NOTICE', '00000', `${missing}, skipping`));
    }
    context.out.commandComplete(`DROP ${words.toUpperCase()}`);
    return 0;
  },
};

/** `OBJECT_MATVIEW` → `MATVIEW`. */
function kindWords(body: UtilityBody): string {
  return String(body['removeType']).replace('OBJECT_', '').replaceAll('_', ' ');
}

function missingError(words: string, message: string): SqlError {
  return new SqlError(words === 'schema' ? 'invalid_schema_name' : 'undefined_table', message);
}

function objectName(object: unknown): QualifiedName {
  const node = object as {
    readonly List?: { readonly items?: unknown };
    readonly String?: { readonly sval?: string };
  };
  if (node.String !== undefined) return { schema: undefined, name: node.String.sval ?? '' };
  return qualifiedName(node.List?.items ?? []);
}

function dropTable({ session }: StatementContext, name: QualifiedName): boolean {
  const catalog = session.catalog();
  const table = catalog.findTable(name.schema, name.name);
  if (table !== undefined) {
    session.transaction.forWriting().dropTable(table.definition.oid);
    return true;
  }
  if (catalog.findView(name.schema, name.name) !== undefined) {
    throw new SqlError('wrong_object_type', `"${name.name}" is not a table`, {
      hint: 'Use DROP VIEW to remove a view.',
    });
  }
  return false;
}

function dropView({ session }: StatementContext, name: QualifiedName): boolean {
  const view = session.catalog().findUserView(name.schema, name.name);
  if (view !== undefined) {
    session.transaction.forWriting().dropView(view.oid);
    return true;
  }
  if (session.catalog().findTable(name.schema, name.name) !== undefined) {
    throw new SqlError('wrong_object_type', `"${name.name}" is not a view`, {
      hint: 'Use DROP TABLE to remove a table.',
    });
  }
  return false;
}

function dropSchema(
  { session }: StatementContext,
  { name }: QualifiedName,
  body: UtilityBody,
): boolean {
  const { store } = session.environment;
  if (!store.schemas(session.transaction.storeTransaction).includes(name)) return false;
  const transaction = session.transaction.storeTransaction;
  const inside = store.tables(transaction).filter((table) => table.definition.schema === name);
  if (inside.length > 0 && body['behavior'] !== 'DROP_CASCADE') {
    throw new SqlError(
      'dependent_objects_still_exist',
      `cannot drop schema ${name} because other objects depend on it`,
      { hint: 'Use DROP ... CASCADE to drop the dependent objects too.' },
    );
  }
  for (const table of inside) session.transaction.forWriting().dropTable(table.definition.oid);
  session.transaction.forWriting().dropSchema(name);
  return true;
}

export const truncate: Utility = {
  kind: 'TruncateStmt',
  writes: () => 'TRUNCATE TABLE',
  run(body, { session, out }) {
    const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    for (const { RangeVar: relation } of relations) {
      const name = { schema: relation?.schemaname, name: relation?.relname ?? '' };
      const table = findTable(session, name);
      session.transaction.forWriting().write(table.definition.oid).truncate();
    }
    out.commandComplete('TRUNCATE TABLE');
    return 0;
  },
};
