/** What statements say of large objects: ALTER … OWNER TO, and how they name one. */
import { SqlError } from '../../errors/sql-error.ts';
import { giveTo, newOwner } from '../definition/owner.ts';
import type { RoleSpec } from '../roles/role-spec.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { accessOf, lockObject, objectNamed } from './large-object.ts';

/** An OID in a statement: a number, as text where it is large. */
export interface OidNode {
  readonly Integer?: { readonly ival?: number };
  readonly Float?: { readonly fval?: string };
}

const oidMax = 2 ** 32 - 1;

/** Errors: 22003, 22P02. */
export function oidOf({ Integer: small, Float: large }: OidNode): number {
  if (large === undefined) return (small?.ival ?? 0) >>> 0;
  const text = large.fval ?? '';
  if (!/^\d+$/.test(text)) {
    const message = `invalid input syntax for type oid: "${text}"`;
    throw new SqlError('invalid_text_representation', message);
  }
  if (Number(text) <= oidMax) return Number(text);
  const message = `value "${text}" is out of range for type oid`;
  throw new SqlError('numeric_value_out_of_range', message);
}

/** Errors: 42704, 42501. */
export async function changeObjectOwner(
  { session }: StatementContext,
  node: OidNode,
  role: RoleSpec,
): Promise<void> {
  const to = newOwner(session, role);
  const oid = oidOf(node);
  objectNamed(session, oid);
  await lockObject(session, oid);
  const record = objectNamed(session, oid);
  giveTo(session, { access: accessOf(record), shown: `large object ${oid}` }, to);
  session.transaction.forWriting().putRecord({ ...record, owner: to.oid });
}

/** Errors: 42704. */
export function commentedLargeObject(
  session: SqlSession,
  node: OidNode,
): { readonly oid: number; readonly owner: number; readonly shown: string } {
  const { oid, owner } = objectNamed(session, oidOf(node));
  return { oid, owner, shown: `large object ${oid}` };
}
