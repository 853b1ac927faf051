/** What may stand in which clause: aggregates, window functions, set-returning functions. */
import type { Clause } from '../scope.ts';

/** The clause as error texts name it; undefined: allowed there. */
const aggregateTexts: Readonly<Record<Clause, string | undefined>> = {
  select: undefined,
  having: undefined,
  order: undefined,
  distinctOn: undefined,
  windowPartition: undefined,
  windowOrder: undefined,
  windowFrame: undefined,
  where: 'WHERE',
  group: 'GROUP BY',
  limit: 'LIMIT',
  offset: 'OFFSET',
  join: 'JOIN conditions',
  fromFunction: 'functions in FROM',
  fromSubquery: 'FROM clause of their own query level',
  values: 'VALUES',
  insertValues: 'VALUES',
  insertRow: 'VALUES',
  returning: 'RETURNING',
  updateSource: 'UPDATE',
  filter: 'FILTER',
  check: 'check constraints',
  policy: 'policy expressions',
  copyWhere: 'COPY FROM WHERE conditions',
  default: 'DEFAULT expressions',
  cte: undefined,
  mergeWhen: 'MERGE WHEN conditions',
  generated: 'column generation expressions',
};

const windowTexts: Readonly<Record<Clause, string | undefined>> = {
  ...aggregateTexts,
  having: 'HAVING',
  windowPartition: 'window definitions',
  windowOrder: 'window definitions',
  windowFrame: 'window definitions',
};

const setTexts: Readonly<Record<Clause, string | undefined>> = {
  ...windowTexts,
  group: undefined,
  insertRow: undefined,
  filter: 'FILTER',
};

export function refusesAggregates(clause: Clause): string | undefined {
  return aggregateTexts[clause];
}

export function refusesWindows(clause: Clause): string | undefined {
  return windowTexts[clause];
}

export function refusesSets(clause: Clause): string | undefined {
  return setTexts[clause];
}
