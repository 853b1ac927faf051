/** Everything that a query defines: views, and the queries behind materialized views. */
import { materializedView, type StoredView } from '../../../catalog/table.ts';
import type { SqlSession } from '../../sql-session.ts';

export function definedViews({ environment, transaction }: SqlSession): readonly StoredView[] {
  const { store } = environment;
  const writes = transaction.storeTransaction;
  const materialized = store
    .tables(writes)
    .flatMap(({ definition }) => materializedView(definition) ?? []);
  return [...store.views(writes), ...materialized];
}

/** `view`, `materialized view`. */
export function viewNoun({ isMaterialized }: StoredView): string {
  return isMaterialized === true ? 'materialized view' : 'view';
}
