/** Types in the signatures of routines: users' own and row types of relations are among them. */
import type { TypeName } from '@pgsql/types';
import { arrayTypeOid, rowTypeOid } from '../../../catalog/system/object-ids.ts';
import { typeFactByName } from '../../../catalog/system/type-facts.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { bindTypeName, typesOf } from '../../../plan/binder/type-names.ts';
import { typeRecord } from '../../../types/type-table.ts';
import type { SqlSession } from '../../sql-session.ts';
import { displayName, findRelation, qualifiedName } from '../relation.ts';

/** OID of the type that a TypeName means, SETOF left aside. Errors: 42704, 0A000. */
export function routineTypeOid(
  session: SqlSession,
  node: TypeName,
  shownAs: (name: string) => string = (name) => name,
): number {
  if (node.pct_type === true) throw unsupported('%TYPE in the signature of a function');
  const name = qualifiedName(node.names ?? []);
  const isArray = (node.arrayBounds?.length ?? 0) > 0;
  const { find = () => undefined } = typesOf(session.catalog());
  const plain = { ...node, setof: false, typmods: [] };
  try {
    const type = bindTypeName(plain, { find });
    return type.domain ?? typeRecord(type.name).oid;
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== '42704') throw error;
  }
  const relation = findRelation(session, name);
  if (relation?.kind === 'table' || relation?.kind === 'materialized view') {
    const { oid } = relation.table.definition;
    return isArray ? arrayTypeOid(oid) : rowTypeOid(oid);
  }
  if (relation?.kind === 'view') {
    const { oid } = relation.view;
    return isArray ? arrayTypeOid(oid) : rowTypeOid(oid);
  }
  const fact =
    name.schema === undefined || name.schema === 'pg_catalog'
      ? typeFactByName(name.name)
      : undefined;
  if (fact !== undefined && !isArray) return fact.oid;
  const shown = shownAs(`${displayName(name)}${isArray ? '[]' : ''}`);
  throw new SqlError('undefined_object', `type ${shown} does not exist`);
}
