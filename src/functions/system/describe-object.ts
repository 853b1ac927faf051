/** pg_describe_object. */
import type { EvaluationContext } from '../function-record.ts';
import { factOf, type CatalogFact } from './catalog-facts.ts';

/** Names by OID of objects that are told by kind and name. */
const describedFacts: Readonly<Record<string, readonly [kind: string, fact: CatalogFact]>> = {
  pg_proc: ['function', 'procedure_name'],
  pg_language: ['language', 'language_name'],
  pg_largeobject: ['large object', 'large_object'],
};

/** Relations and their columns, functions, languages and default privileges. */
export function describeObject(
  context: EvaluationContext,
  classOid: number,
  oid: number,
  column: number,
): string | null {
  const catalog = factOf(context, 'class_name', classOid) ?? '';
  const described = describedFacts[catalog];
  if (catalog === 'pg_default_acl') return factOf(context, 'default_access', oid) ?? null;
  if (described !== undefined) {
    const found = factOf(context, described[1], oid);
    return found === undefined ? null : `${described[0]} ${found}`;
  }
  const name = factOf(context, 'class_name', oid);
  if (name === undefined || catalog !== 'pg_class') return null;
  const kinds: Readonly<Record<string, string>> = {
    r: 'table',
    m: 'materialized view',
    v: 'view',
    i: 'index',
    S: 'sequence',
    p: 'table',
    I: 'index',
    t: 'toast table',
    c: 'composite type',
  };
  const relation = `${kinds[factOf(context, 'class_kind', oid) ?? ''] ?? 'relation'} ${name}`;
  if (column === 0) return relation;
  const own = factOf(context, 'column_name', `${oid}.${column}`);
  return own === undefined ? null : `column ${own} of ${relation}`;
}
