/** Statements that are accepted because nothing is left for them to do, each with its reason. */
import { requireRelation, type RangeVar } from '../definition/relation.ts';
import type { Utility } from './utility.ts';

type Row = readonly [kind: string, tag: string];

const rows: readonly Row[] = [
  /* Statistics are kept while data is written. */
  ['VacuumStmt', 'VACUUM'],
  /* Every commit is on disk already. */
  ['CheckPointStmt', 'CHECKPOINT'],
];

/** Tables that VACUUM names. */
function relationsIn(body: Readonly<Record<string, unknown>>): readonly RangeVar[] {
  const vacuumed = (body['rels'] ?? []) as readonly {
    readonly VacuumRelation?: { readonly relation?: RangeVar };
  }[];
  return vacuumed
    .map(({ VacuumRelation: item }) => item?.relation)
    .filter((name) => name !== undefined);
}

export const acceptedStatements: readonly Utility[] = rows.map(([kind, tag]) => ({
  kind,
  run(body, { session, out }) {
    for (const { schemaname, relname = '' } of relationsIn(body)) {
      requireRelation(session, { schema: schemaname, name: relname });
    }
    out.commandComplete(kind === 'VacuumStmt' && body['is_vacuumcmd'] !== true ? 'ANALYZE' : tag);
    return 0;
  },
}));
