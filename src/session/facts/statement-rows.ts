/** Rows of pg_stat_statements; other roles' texts are hidden from who may not read them. */
import type { TraceRow } from '../../catalog/catalog-state.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { Spread, StatementFact } from '../../trace/metrics/statement-statistics.ts';
import { numericFromInt } from '../../types/numeric.ts';
import type { SqlSession } from '../sql-session.ts';
import { mayReadStatistics } from './activity.ts';

export function statementRows(session: SqlSession): readonly TraceRow[] {
  const { rights } = session.roles;
  const mayRead = mayReadStatistics(session);
  return session.environment.tracer.statements.all().map((fact) => ({
    userid: rights.roleNamed(fact.user)?.oid ?? 0,
    dbid: rights.databaseNamed(fact.database)?.oid ?? 0,
    toplevel: true,
    ...(mayRead(fact.user)
      ? { queryid: fact.queryId, query: fact.template }
      : { queryid: null, query: '<insufficient privilege>' }),
    ...countFields(fact),
    ...spreadFields('plan', fact.plans),
    ...spreadFields('exec', fact.calls),
  }));
}

function countFields(fact: StatementFact): TraceRow {
  return {
    plans: BigInt(fact.plans.count),
    calls: BigInt(fact.calls.count),
    rows: BigInt(fact.rows),
    shared_blks_hit: BigInt(fact.cacheHits),
    shared_blks_read: BigInt(fact.reads),
    blk_read_time: fact.readMs,
    wal_bytes: numericFromInt(fact.logBytes),
  };
}

/** In milliseconds; the deviation is that of the whole population, as PostgreSQL's. */
function spreadFields(kind: 'plan' | 'exec', { count, total, least, most, squares }: Spread) {
  return {
    [`total_${kind}_time`]: total,
    [`min_${kind}_time`]: least,
    [`max_${kind}_time`]: most,
    [`mean_${kind}_time`]: count === 0 ? 0 : total / count,
    [`stddev_${kind}_time`]: count < 2 ? 0 : Math.sqrt(squares / count),
  };
}

export function statementInfoRows({ environment }: SqlSession): readonly TraceRow[] {
  const { lost, sinceMs } = environment.tracer.statements.info();
  return [{ dealloc: BigInt(lost), stats_reset: BigInt(sinceMs) * 1000n }];
}

/** Errors: 42501. */
export function resetStatements(
  { roles, environment }: SqlSession,
  userOid: number,
  database: number,
  queryId: bigint,
): void {
  if (!roles.isSuperuser) {
    const message = 'permission denied for function pg_stat_statements_reset';
    throw new SqlError('insufficient_privilege', message);
  }
  const { rights } = roles;
  const { statements } = environment.tracer;
  if (userOid === 0 && database === 0 && queryId === 0n) {
    statements.reset();
    return;
  }
  statements.reset(
    (fact) =>
      (userOid === 0 || rights.roleNamed(fact.user)?.oid === userOid) &&
      (database === 0 || rights.databaseNamed(fact.database)?.oid === database) &&
      (queryId === 0n || fact.queryId === queryId),
  );
}
