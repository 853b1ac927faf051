/** Locks of transactions, in PostgreSQL's modes (manual, 13.3). */

export const lockModes = [
  'access share',
  'row share',
  'row exclusive',
  'share update exclusive',
  'share',
  'share row exclusive',
  'exclusive',
  'access exclusive',
] as const;

export type LockMode = (typeof lockModes)[number];

/** A request that has to wait. */
export interface LockWait {
  /** Resolves when the lock is there. */
  readonly granted: Promise<void>;
  /** Gives the wait up. */
  abandon(): void;
}

/** Names of what is locked. */
export const lockNames = {
  /** The table: statements about it against those that change its definition. */
  table: (oid: number): string => `table ${oid}`,
  /** One UPDATE or DELETE of a table's rows at a time, for as long as the statement runs. */
  writers: (oid: number): string => `writers ${oid}`,
  /** All keys of a table; who locks single ones takes it in the mode `row exclusive`. */
  keys: (oid: number): string => `keys ${oid}`,
  /** All keys of a table that others reference, and one of them. */
  references: (oid: number): string => `references ${oid}`,
  reference: (oid: number, columns: readonly string[], text: string): string =>
    `reference ${oid} ${columns.join()} ${text}`,
  /** A record that is changed as a whole, an access list say; the name of a role or a database. */
  record: (kind: string, key: string): string => `record ${kind} ${key}`,
  /** The name of a type: who makes or drops it. */
  type: (schema: string, name: string): string => `type ${schema}.${name}`,
  /** The name of a function: who makes, changes or drops one of that name. */
  routine: (schema: string, name: string): string => `routine ${schema}.${name}`,
  key: (oid: number, constraint: string, text: string): string =>
    `key ${oid} ${constraint} ${text}`,
};

/** Of locks on rows, the weakest first: a stronger one conflicts with whatever a weaker does. */
export const rowLockStrengths = ['key share', 'share', 'no key update', 'update'] as const;

export type RowLockStrength = (typeof rowLockStrengths)[number];

/** How many of the weakest go with it: PostgreSQL's table of conflicting row-level locks. */
const compatible: Readonly<Record<RowLockStrength, number>> = {
  'key share': 3,
  share: 2,
  'no key update': 1,
  update: 0,
};

export function rowLocksConflict(held: RowLockStrength, wanted: RowLockStrength): boolean {
  return rowLockStrengths.indexOf(wanted) >= compatible[held];
}

export function strongerRowLock(one: RowLockStrength, other: RowLockStrength): RowLockStrength {
  return rowLockStrengths.indexOf(one) < rowLockStrengths.indexOf(other) ? other : one;
}
