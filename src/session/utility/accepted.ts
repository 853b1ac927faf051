/** Statements that are accepted because nothing is left for them to do, each with its reason. */
import { SqlError } from '../../errors/sql-error.ts';
import { findOwnRelation } from '../roles/own-relation.ts';
import { requireRelation, type RangeVar } from '../definition/relation.ts';
import type { SqlSession } from '../sql-session.ts';
import { refuseInBlock } from '../transaction/in-block.ts';
import type { Utility } from './utility.ts';

interface VacuumNode {
  readonly VacuumRelation?: {
    readonly relation?: RangeVar;
    readonly va_cols?: readonly { readonly String?: { readonly sval?: string } }[];
  };
}

interface OptionNode {
  readonly DefElem?: { readonly defname?: string; readonly arg?: unknown };
}

/** Statistics are kept while data is written. Errors: 25001, 0A000, 42P01, 42703, 42701. */
const vacuum: Utility = {
  kind: 'VacuumStmt',
  run(body, { session, out }) {
    const isVacuum = body['is_vacuumcmd'] === true;
    if (isVacuum) refuseInBlock(session, 'VACUUM');
    const options = (body['options'] ?? []) as readonly OptionNode[];
    const analyzes = !isVacuum || options.some(({ DefElem }) => DefElem?.defname === 'analyze');
    const nodes = (body['rels'] ?? []) as readonly VacuumNode[];
    for (const { VacuumRelation: { relation, va_cols: columns = [] } = {} } of nodes) {
      if (columns.length > 0 && !analyzes) {
        const message = 'ANALYZE option must be specified when a column list is provided';
        throw new SqlError('feature_not_supported', message);
      }
      const { schemaname, relname = '' } = relation ?? {};
      requireRelation(session, { schema: schemaname, name: relname });
      const names = columns.map((column) => column.String?.sval ?? '');
      checkColumns(session, relation ?? {}, names);
    }
    out.commandComplete(isVacuum ? 'VACUUM' : 'ANALYZE');
    return 0;
  },
};

function checkColumns(
  session: SqlSession,
  { schemaname, relname = '' }: RangeVar,
  names: readonly string[],
): void {
  const own = findOwnRelation(session, schemaname, relname)?.columns;
  for (const [at, name] of names.entries()) {
    const column = `column "${name}" of relation "${relname}"`;
    if (own?.every((each) => each.name !== name) === true) {
      throw new SqlError('undefined_column', `${column} does not exist`);
    }
    if (names.indexOf(name) === at) continue;
    throw new SqlError('duplicate_column', `${column} appears more than once`);
  }
}

/** Every commit is on disk already. */
const checkpoint: Utility = {
  kind: 'CheckPointStmt',
  run(_body, { out }) {
    out.commandComplete('CHECKPOINT');
    return 0;
  },
};

export const acceptedStatements: readonly Utility[] = [vacuum, checkpoint];
