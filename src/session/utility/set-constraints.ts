/** SET CONSTRAINTS: deferrable foreign keys are checked now, or when the transaction commits. */
import { SqlError } from '../../errors/sql-error.ts';
import { foreignKeyNamed, type ForeignKey } from '../write/references/foreign-key.ts';
import type { SqlSession } from '../sql-session.ts';
import { warnOutside } from './setting.ts';
import { checkSchemaExists, nameOf, type RangeVar } from '../definition/relation.ts';
import type { Utility } from './utility.ts';

export const setConstraints: Utility = {
  kind: 'ConstraintsSetStmt',
  async run(body, context) {
    const { session, out } = context;
    warnOutside(context, 'SET CONSTRAINTS');
    const names = (body['constraints'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    const timing = body['deferred'] === true ? 'deferred' : 'immediate';
    const keys = names.flatMap(({ RangeVar: relation }) => deferrableKeys(session, relation));
    await session.references.setTiming(names.length === 0 ? undefined : keys, timing);
    out.commandComplete('SET CONSTRAINTS');
    return 0;
  },
};

/** Errors: 42704, 42809, 3F000. */
function deferrableKeys(
  session: SqlSession,
  relation: RangeVar | undefined,
): readonly ForeignKey[] {
  const { schema: given, name } = nameOf(relation);
  checkSchemaExists(session, given);
  const { temporarySchema, relationPath } = session;
  const schema = given === 'pg_temp' ? temporarySchema : given;
  const schemas = schema === undefined ? relationPath : [schema];
  const tables = session.environment.store
    .tables(session.transaction.storeTransaction)
    .map(({ definition }) => definition);
  for (const candidate of schemas) {
    const found = tables.filter(
      (table) => table.schema === candidate && table.constraints.some((each) => each.name === name),
    );
    if (found.length === 0) continue;
    return found.map((table) => {
      const key = foreignKeyNamed(session, table.oid, name);
      if (key !== undefined && key.references.deferral !== 'never') return key;
      throw new SqlError('wrong_object_type', `constraint "${name}" is not deferrable`);
    });
  }
  throw new SqlError('undefined_object', `constraint "${name}" does not exist`);
}
