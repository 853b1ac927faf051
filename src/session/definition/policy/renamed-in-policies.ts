/**
 * Relations and columns that get another name, in the conditions of policies.
 *
 *     (EXISTS ( SELECT FROM public.m WHERE (m.g = t.a)))    m ▸ n    … FROM public.n WHERE (n.g = t.a)
 */
import type { Node } from '@pgsql/types';
import type { PolicyCondition, PolicyRecord } from '../../../catalog/policy-records.ts';
import { conditionsOf } from '../../../catalog/policy-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import { stringsOf, visitAst, type Ast } from '../../../plan/binder/ast.ts';
import { bindPolicy } from '../../../plan/binder/bind-statement.ts';
import { BindingRecord } from '../../../plan/binder/recording.ts';
import type { QueryLevel } from '../../../plan/binder/scope.ts';
import { expressionOf } from '../../../plan/binder/write/assignments.ts';
import type { SqlSession } from '../../sql-session.ts';
import { policyCondition } from './policy-condition.ts';
import { mapConditions, policyTable, putPolicy, userPolicies } from './table-policies.ts';

interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Another name of a relation, or of one of its columns. */
export interface Renaming {
  readonly oid: number;
  readonly relation?: { readonly before: RelationName; readonly after: RelationName };
  readonly column?: { readonly before: string; readonly after: string };
}

/** Reads the conditions before names change; what it returns keeps them with the new ones. */
export function renameInPolicies(session: SqlSession, renamings: readonly Renaming[]): () => void {
  const changed = userPolicies(session).flatMap((policy) => {
    const table = policyTable(session, policy);
    if (table === undefined || !renamings.some((each) => isMeant(policy, each))) return [];
    const nodes = new Map<PolicyCondition, Node>();
    for (const condition of conditionsOf(policy)) {
      nodes.set(condition, renamedNode(session, [table, condition], renamings));
    }
    return [{ policy, nodes }];
  });
  return () => {
    for (const { policy, nodes } of changed) {
      const table = must(policyTable(session, policy), 'the table');
      const rebound = mapConditions(policy, (condition) => {
        return policyCondition(session, must(nodes.get(condition), 'a condition'), table);
      });
      putPolicy(session, rebound);
    }
  };
}

function isMeant(policy: PolicyRecord, { oid }: Renaming): boolean {
  if (policy.table === oid) return true;
  return conditionsOf(policy).some(({ uses }) => uses.includes(oid));
}

type Tree = Readonly<Record<string, unknown>>;

function renamedNode(
  session: SqlSession,
  [table, { sql }]: readonly [TableDefinition, PolicyCondition],
  renamings: readonly Renaming[],
): Node {
  const node = expressionOf(sql);
  const record = new BindingRecord();
  bindPolicy(node, { ...session.plannerOptions({ positionOf: () => 0 }), record }, table);
  const taken = namesIn(node);
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Tree).map(([key, child]): [string, unknown] => {
      if (key === 'RangeVar') return [key, renamedRange(child as Ast<'RangeVar'>)];
      if (key === 'ColumnRef') return [key, renamedReference(child as Ast<'ColumnRef'>)];
      return [key, visit(child)];
    });
    return Object.fromEntries(entries);
  };
  const renamedRange = (range: Ast<'RangeVar'>): unknown => {
    const found = renamings.find(({ oid }) => oid === record.relations.get(range)?.oid);
    if (found?.relation === undefined) return range;
    const { before, after } = found.relation;
    const named = { ...range, schemaname: after.schema, relname: after.name };
    const keepsName = range.alias === undefined && taken.has(after.name);
    return keepsName ? { ...named, alias: { aliasname: before.name } } : named;
  };
  const renamedReference = (reference: Ast<'ColumnRef'>): unknown => {
    const found = record.columns.get(reference);
    const row = record.rows.get(reference);
    const level = found?.level ?? row?.level;
    if (level === undefined) return reference;
    const owner = found === undefined ? undefined : relationAt(level, found.id);
    const oid = owner?.oid ?? level.relations.find(({ name }) => name === row?.relation)?.oid;
    const renaming = renamings.find((each) => each.oid === oid);
    if (renaming === undefined) return reference;
    const fields = renamedFields(reference, renaming, { isRow: row !== undefined, taken });
    return { ...reference, fields };
  };
  return visit(node) as Node;
}

interface ReferenceKind {
  readonly isRow: boolean;
  readonly taken: ReadonlySet<string>;
}

/** `c`, `t.c`, and the whole row `t`. */
function renamedFields(
  { fields = [] }: Ast<'ColumnRef'>,
  { relation, column }: Renaming,
  { isRow, taken }: ReferenceKind,
): readonly Node[] {
  const names = stringsOf(fields);
  const at = isRow ? names.length - 1 : names.length - 2;
  return fields.map((field, i) => {
    const name = names[i];
    const isRelation = relation !== undefined && i === at && name === relation.before.name;
    if (isRelation && !taken.has(relation.after.name)) {
      return { String: { sval: relation.after.name } };
    }
    const isColumn = column !== undefined && !isRow && i === names.length - 1;
    return isColumn && name === column.before ? { String: { sval: column.after } } : field;
  });
}

function relationAt(
  level: QueryLevel,
  id: number,
): { readonly oid?: number | undefined } | undefined {
  return level.relations.findLast(
    ({ name, columns }) => name !== undefined && columns.some(({ column }) => column.id === id),
  );
}

/** What relations of the condition's queries are called. */
function namesIn(node: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  visitAst(node, 'RangeVar', (content) => {
    const { alias, relname = '' } = content as Ast<'RangeVar'>;
    names.add(alias?.aliasname ?? relname);
  });
  visitAst(node, 'alias', (content) => {
    names.add((content as { readonly aliasname?: string }).aliasname ?? '');
  });
  visitAst(node, 'ctename', (content) => names.add(String(content)));
  return names;
}
