/** Casts that users make. */
import type { AccessRecord } from './access-records.ts';
import type { Routine } from './routine-records.ts';

export type CastUse = 'implicit' | 'assignment' | 'explicit';

export interface CastDefinition {
  readonly kind: 'cast';
  /** `source.target` */
  readonly key: string;
  readonly oid: number;
  /** OIDs of types. */
  readonly source: number;
  readonly target: number;
  readonly use: CastUse;
  /** OID of its function; absent: through the text of the value. */
  readonly routine?: number;
}

/** A cast as it is applied. */
export interface UserCast {
  readonly use: CastUse;
  /** Absent: through the text of the value. */
  readonly routine: Routine | undefined;
}

export function castKey(source: number, target: number): string {
  return `${source}.${target}`;
}

export function castsOf(records: readonly AccessRecord[]): readonly CastDefinition[] {
  return records.filter((record) => record.kind === 'cast');
}
