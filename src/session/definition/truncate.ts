/** TRUNCATE of several tables; RESTART IDENTITY begins their columns' sequences anew. */
import type { SqlSession } from '../sql-session.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { Utility } from '../utility/utility.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import { lockRelation, lockTree } from '../transaction/locks.ts';
import { withPartitions } from '../write/partitions/partition-tree.ts';
import { foreignKeysTo } from '../write/references/foreign-key.ts';
import { findTable, nameOf, type RangeVar } from './relation.ts';

export const truncate: Utility = {
  kind: 'TruncateStmt',
  writes: () => 'TRUNCATE TABLE',
  locks: (body) => {
    const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    return relations.map(({ RangeVar: relation }) => {
      return { name: nameOf(relation), mode: 'access exclusive', command: 'TRUNCATE' };
    });
  },
  async run(body, context) {
    const { session, out } = context;
    const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    const tables: TableDefinition[] = [];
    for (const { RangeVar: relation } of relations) {
      const { definition } = findTable(context, nameOf(relation));
      if (definition.partitionBy !== undefined && relation?.inh !== true) throw onlyParent();
      await lockTree(session, definition.oid, 'access exclusive');
      tables.push(...withPartitions(session, definition.oid));
    }
    const others = await referencing(context, tables, body['behavior'] === 'DROP_CASCADE');
    for (const table of [...tables, ...others]) {
      session.transaction.forWriting().write(table.oid).truncate();
      if (body['restart_seqs'] === true) restartSequences(session, table);
    }
    out.commandComplete('TRUNCATE TABLE');
    return 0;
  },
};

/** 42809. */
function onlyParent(): SqlError {
  const message = 'cannot truncate only a partitioned table';
  const words = 'or use TRUNCATE ONLY on the partitions directly';
  const hint = `Do not specify the ONLY keyword, ${words}.`;
  return new SqlError('wrong_object_type', message, { hint });
}

/** Tables that reference these and are not among them. Errors: 0A000 without CASCADE. */
async function referencing(
  { session, out }: StatementContext,
  tables: readonly TableDefinition[],
  cascades: boolean,
): Promise<readonly TableDefinition[]> {
  const known = new Set(tables.map(({ oid }) => oid));
  const found: TableDefinition[] = [];
  const waiting = [...tables];
  for (const target of waiting) {
    for (const { table } of foreignKeysTo(session, target.oid)) {
      if (known.has(table.oid)) continue;
      if (!cascades) throw isReferenced(table, target);
      known.add(table.oid);
      await lockRelation(session, table.oid, 'access exclusive');
      out.notice(makeNotice('NOTICE', '00000', `truncate cascades to table "${table.name}"`));
      found.push(table);
      waiting.push(table);
    }
  }
  return found;
}

function isReferenced(table: TableDefinition, target: TableDefinition): SqlError {
  const message = 'cannot truncate a table referenced in a foreign key constraint';
  return new SqlError('feature_not_supported', message, {
    detail: `Table "${table.name}" references "${target.name}".`,
    hint: `Truncate table "${table.name}" at the same time, or use TRUNCATE ... CASCADE.`,
  });
}

function restartSequences(session: SqlSession, table: TableDefinition): void {
  const transaction = session.transaction.forWriting();
  for (const oid of table.columns.flatMap(({ owns = [] }) => owns)) {
    const definition = transaction.sequence(oid)?.definition;
    if (definition === undefined) continue;
    transaction.alterSequence(definition, { last: definition.start, isCalled: false });
  }
}
