/**
 * Relations that get another name or schema, in the texts of the views over them.
 *
 *     SELECT t.a, t FROM public.t             t ▸ s    SELECT s.a, s AS t FROM public.s
 *     SELECT t.a FROM public.t, public.u s    t ▸ s    SELECT t.a FROM public.s AS t, public.u s
 *
 * References follow the new name, as PostgreSQL shows them; where that could mean something else, the
 * relation keeps its old name as an alias.
 */
import type { StoredView } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { visitAst } from '../../../plan/binder/ast.ts';
import { BindingRecord } from '../../../plan/binder/recording.ts';
import { planStatement } from '../../../plan/plan-statement.ts';
import { astAs, stringsOf, type Ast } from '../../../sql/ast.ts';
import { parseSql } from '../../../sql/parse.ts';
import type { SqlSession } from '../../sql-session.ts';
import { renameInPolicies } from '../policy/renamed-in-policies.ts';
import { definedViews } from './defined-views.ts';
import { edited, queryText, type Edit } from './view-text.ts';

export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Old and new name of a relation, by its OID. */
export type NewNames = ReadonlyMap<
  number,
  { readonly before: RelationName; readonly after: RelationName }
>;

/** Reads views and policies before names change; what it returns gives them their new texts. */
export function renameInViews(session: SqlSession, names: NewNames): () => void {
  const changed = definedViews(session)
    .filter(({ uses = [] }) => uses.some((oid) => names.has(oid)))
    .map((view) => ({ oid: view.oid, sql: renamedText(session, view.sql, names) }));
  const renamings = [...names].map(([oid, relation]) => ({ oid, relation }));
  const putPolicies = renameInPolicies(session, renamings);
  return () => {
    putPolicies();
    for (const { oid, sql } of changed) putText(session, oid, () => ({ sql }));
    for (const { oid, sql } of changed) {
      putText(session, oid, ({ definition, columns = [] }) => {
        if (definition === undefined) return {};
        const { deparsed } = queryText(
          session,
          sql,
          columns.map(({ name }) => name),
        );
        return deparsed === undefined ? {} : { definition: deparsed.text };
      });
    }
  };
}

type Texts = Partial<Pick<StoredView, 'sql' | 'definition'>>;

function putText(session: SqlSession, oid: number, change: (view: StoredView) => Texts): void {
  const transaction = session.transaction.forWriting();
  const { store } = session.environment;
  const view = must(
    definedViews(session).find((each) => each.oid === oid),
    'the view',
  );
  const texts = change(view);
  if (view.isMaterialized !== true) {
    transaction.alterView({ ...view, ...texts });
    return;
  }
  const { definition } = must(store.tableByOid(oid, transaction), 'the materialized view');
  const materialized = { ...must(definition.materialized, 'its query'), ...texts };
  transaction.alterTable({ ...definition, materialized });
}

type Found = Ast<'RangeVar'> & { readonly oid: number };

/** Errors: those of a text that is no longer valid. */
function renamedText(session: SqlSession, sql: string, names: NewNames): string {
  const statement = must(parseSql(sql)[0], 'the query of the view');
  const record = new BindingRecord();
  planStatement(statement.node, { ...session.plannerOptions(statement), record });
  const found: Found[] = [];
  visitAst(statement.node, 'RangeVar', (content) => {
    const node = content as Ast<'RangeVar'>;
    const { oid = 0 } = record.relations.get(node) ?? {};
    if (names.has(oid)) found.push({ ...node, oid });
  });
  const bytes = Buffer.from(sql);
  const edits = found.flatMap((relation) => {
    const { before, after } = must(names.get(relation.oid), 'names');
    const isPlain = relation.alias === undefined;
    const follows = isPlain && mayFollow(statement.node, found, { before, after });
    const alias = isPlain && !follows ? ` AS ${quoteIdentifier(before.name)}` : '';
    const shown = follows ? after.name : before.name;
    return [
      replaced(bytes, relation.location ?? 0, `${qualified(after)}${alias}`),
      ...(isPlain ? references(statement.node, bytes, { before, shown, record }) : []),
    ];
  });
  return edited(bytes, [...new Map(edits.map((edit) => [edit.at, edit])).values()]);
}

function qualified({ schema, name }: RelationName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** Whether every reference to the old name is one to these relations, and the new name is free. */
function mayFollow(
  tree: unknown,
  found: readonly Found[],
  { before, after }: { readonly before: RelationName; readonly after: RelationName },
): boolean {
  if (before.name === after.name) return true;
  const own = found.filter(({ relname, alias }) => alias === undefined && relname === before.name);
  const taken = rangeNames(tree);
  const isOwn = taken.filter((name) => name === before.name).length === own.length;
  return isOwn && !taken.includes(after.name);
}

/** What items of FROM and queries of WITH are called, at all levels. */
function rangeNames(tree: unknown): readonly string[] {
  const names: string[] = [];
  visitAst(tree, 'RangeVar', (content) => {
    const { alias, relname = '' } = content as Ast<'RangeVar'>;
    if (alias === undefined) names.push(relname);
  });
  for (const key of ['alias', 'join_using_alias']) {
    visitAst(tree, key, (content) => {
      names.push((content as { readonly aliasname?: string }).aliasname ?? '');
    });
  }
  visitAst(tree, 'ctename', (content) => names.push(String(content)));
  return names;
}

interface Reference {
  readonly before: RelationName;
  /** What the relation is called now. */
  readonly shown: string;
  readonly record: BindingRecord;
}

/** What is named by the relation: `t.a`, `public.t.a`, and its whole row `t`. */
function references(
  tree: unknown,
  bytes: Buffer,
  { before, shown, record }: Reference,
): readonly Edit[] {
  const edits: Edit[] = [];
  const bare = bareOutputs(tree);
  visitAst(tree, 'ColumnRef', (content) => {
    const { fields, location = 0 } = content as Ast<'ColumnRef'>;
    const parts = stringsOf(fields);
    const isLong = parts.length === 3 && parts[0] === before.schema && parts[1] === before.name;
    const isShort = parts.length === 2 && parts[0] === before.name;
    const isRow = parts.length === 1 && parts[0] === before.name;
    if (isRow && shown !== before.name && record.rows.has(content as object)) {
      const own = bare.has(content) ? ` AS ${quoteIdentifier(before.name)}` : '';
      edits.push(replaced(bytes, location, `${quoteIdentifier(shown)}${own}`));
    }
    if (!isLong && !isShort) return;
    const name = [shown, parts.at(-1) ?? ''].map((part) => quoteIdentifier(part)).join('.');
    edits.push(replaced(bytes, location, name));
  });
  return edits;
}

/** References that are outputs without a name of their own. */
function bareOutputs(tree: unknown): ReadonlySet<unknown> {
  const bare = new Set<unknown>();
  visitAst(tree, 'ResTarget', (content) => {
    const { name, val } = content as Ast<'ResTarget'>;
    if (name === undefined && val !== undefined) bare.add(astAs(val, 'ColumnRef'));
  });
  return bare;
}

/** `a`, `"b c".d`, `e . f` */
const nameAtHead =
  /^(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/u;

function replaced(bytes: Buffer, at: number, inserted: string): Edit {
  const name = nameAtHead.exec(bytes.subarray(at).toString())?.[0] ?? '';
  return { at, removed: Buffer.byteLength(name), inserted };
}
