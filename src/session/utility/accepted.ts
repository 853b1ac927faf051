/** Statements that are accepted because nothing is left for them to do, each with its reason. */
import { makeNotice } from '../statement-context.ts';
import type { Utility } from './utility.ts';

type Row = readonly [kind: string, tag: string, notice?: string];

const rows: readonly Row[] = [
  /* Writers never block readers, and row locks are taken at commit. */
  ['LockStmt', 'LOCK TABLE'],
  /* Statistics are kept while data is written. */
  ['VacuumStmt', 'VACUUM'],
  /* Every commit is on disk already. */
  ['CheckPointStmt', 'CHECKPOINT'],
  /* Functions of the usual extensions are built in. */
  ['CreateExtensionStmt', 'CREATE EXTENSION', 'extensions are built in, nothing was installed'],
];

export const acceptedStatements: readonly Utility[] = rows.map(([kind, tag, notice]) => ({
  kind,
  run(body, { out }) {
    if (notice !== undefined) out.notice(makeNotice('NOTICE', '00000', notice));
    out.commandComplete(kind === 'VacuumStmt' && body['is_vacuumcmd'] !== true ? 'ANALYZE' : tag);
    return 0;
  },
}));
