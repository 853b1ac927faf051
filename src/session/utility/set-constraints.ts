/** SET CONSTRAINTS: no constraint here is deferrable, so only ALL has something to say. */
import { SqlError } from '../../errors/sql-error.ts';
import { warnOutside } from './setting.ts';
import type { RangeVar } from '../definition/relation.ts';
import type { Utility } from './utility.ts';

export const setConstraints: Utility = {
  kind: 'ConstraintsSetStmt',
  seesNoData: true,
  run(body, context) {
    const { session, out } = context;
    warnOutside(context, 'SET CONSTRAINTS');
    const names = (body['constraints'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    const { store } = session.environment;
    const tables = store.tables(session.transaction.storeTransaction);
    for (const { RangeVar: { relname: name = '' } = {} } of names) {
      const isThere = tables.some(({ definition }) =>
        definition.constraints.some((constraint) => constraint.name === name),
      );
      if (!isThere) {
        throw new SqlError('undefined_object', `constraint "${name}" does not exist`);
      }
      throw new SqlError('wrong_object_type', `constraint "${name}" is not deferrable`);
    }
    out.commandComplete('SET CONSTRAINTS');
    return 0;
  },
};
