/** TRUNCATE of several tables; RESTART IDENTITY begins their columns' sequences anew. */
import type { SqlSession } from '../sql-session.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { Utility } from '../utility/utility.ts';
import { findTable, nameOf, type RangeVar } from './relation.ts';

export const truncate: Utility = {
  kind: 'TruncateStmt',
  writes: () => 'TRUNCATE TABLE',
  locks: (body) => {
    const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    return relations.map(({ RangeVar: relation }) => {
      return { name: nameOf(relation), mode: 'access exclusive' };
    });
  },
  run(body, context) {
    const { session, out } = context;
    const relations = (body['relations'] ?? []) as readonly { readonly RangeVar?: RangeVar }[];
    const tables = relations.map(({ RangeVar: relation }) => {
      return findTable(context, nameOf(relation)).definition;
    });
    for (const table of tables) {
      session.transaction.forWriting().write(table.oid).truncate();
      if (body['restart_seqs'] === true) restartSequences(session, table);
    }
    out.commandComplete('TRUNCATE TABLE');
    return 0;
  },
};

function restartSequences(session: SqlSession, table: TableDefinition): void {
  const transaction = session.transaction.forWriting();
  for (const oid of table.columns.flatMap(({ owns = [] }) => owns)) {
    const definition = transaction.sequence(oid)?.definition;
    if (definition === undefined) continue;
    transaction.alterSequence(definition, { last: definition.start, isCalled: false });
  }
}
