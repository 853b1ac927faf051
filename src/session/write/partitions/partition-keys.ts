/**
 * Unique keys of rows that went to several leaves: the tree is asked once for all of them, instead of
 * each leaf. A key holds the columns of the partition keys, so what occurs twice is in one leaf.
 *
 *     keys of leaf 1, 2, …  ──▶ one query over these leaves ──▶ none twice: settled
 *                                                          └─▶ each leaf says which (unique-keys.ts)
 */
import { sameIndex } from '../../../catalog/partition-indexes.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import { planInternal, planRows } from '../../statement/internal-query.ts';
import { takeSnapshots } from '../../statement/query-runner.ts';
import type { SqlSession } from '../../sql-session.ts';
import { keysOf, type KeyDefinition } from '../key-definition.ts';
import type { KeyValues } from '../key-reader.ts';
import { duplicateQuery, type KeyCheck } from '../unique-keys.ts';

/** For fewer leaves a query each is as quick. */
const leavesMin = 3;
/** Of more keys each leaf is asked for its own. */
const keysMax = 10_000;

export interface LeafKeys {
  readonly leaf: number;
  readonly check: KeyCheck;
}

/** `table`: at the top of the leaves. */
export async function settleKeys(
  session: SqlSession,
  table: TableDefinition,
  leaves: readonly LeafKeys[],
): Promise<void> {
  if (leaves.length < leavesMin) return;
  for (const key of keysOf(table)) {
    const open = leaves.flatMap(({ leaf, check }) => {
      const own = [...check.keys].find((each) => sameIndex(each, key));
      const list = own && check.openKeys(own);
      return own === undefined || list === undefined || list.length === 0
        ? []
        : [{ leaf, check, own, list }];
    });
    const wanted = open.flatMap(({ list }) => list);
    if (open.length < leavesMin || wanted.length > keysMax) continue;
    const asked = new Set(open.map(({ leaf }) => leaf));
    if (await hasDuplicate(session, { table, key, wanted, leaves: asked })) continue;
    for (const { check, own } of open) check.settle(own);
  }
}

interface WantedKeys {
  readonly table: TableDefinition;
  readonly key: KeyDefinition;
  readonly wanted: readonly KeyValues[];
  readonly leaves: ReadonlySet<number>;
}

async function hasDuplicate(
  session: SqlSession,
  { table, key, wanted, leaves }: WantedKeys,
): Promise<boolean> {
  const query = duplicateQuery(table, key, wanted);
  const planned = planInternal(session, query);
  if (planned.kind !== 'query') return true;
  const snapshots = takeSnapshots(session, planned.plan, 'latest', leaves);
  const rows = await planRows(session, planned.plan, query.parameters, { snapshots });
  return rows.length > 0;
}
