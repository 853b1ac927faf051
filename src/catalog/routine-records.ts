/** Functions and procedures that users make, as the store keeps them. */
import type { SqlType } from '../types/sql-type.ts';
import type { AccessRecord } from './access-records.ts';

export type ParameterMode = 'in' | 'out' | 'inout' | 'variadic' | 'table';
export type RoutineVolatility = 'immutable' | 'stable' | 'volatile';
export type RoutineParallel = 'safe' | 'restricted' | 'unsafe';

export interface StoredParameter {
  /** Empty: it has none. */
  readonly name: string;
  readonly mode: ParameterMode;
  /** OID of its type, which may be a user's or a relation's row type. */
  readonly type: number;
  readonly defaultSql?: string;
}

export interface RoutineRecord {
  readonly kind: 'routine';
  /** The OID as text. */
  readonly key: string;
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly isProcedure: boolean;
  /** As pg_language.lanname. */
  readonly language: string;
  readonly parameters: readonly StoredParameter[];
  /** OID of the result's type; of a procedure without OUT parameters that of void. */
  readonly result: number;
  readonly returnsSet: boolean;
  /** The text that AS gave, or the statements of a body of the SQL standard. */
  readonly body: string;
  /** Of a body of the SQL standard: as pg_get_function_sqlbody() shows it. */
  readonly standardText?: string;
  readonly volatility: RoutineVolatility;
  readonly isStrict: boolean;
  readonly parallel: RoutineParallel;
  readonly isLeakproof: boolean;
  /** SECURITY DEFINER. */
  readonly isDefiner: boolean;
  /** SET: what it runs with; absent: as around the call. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly cost: number;
  /** 0 where no set is returned. */
  readonly rows: number;
  /** OIDs of relations and functions that the text of the SQL standard or a default names. */
  readonly uses?: readonly number[];
}

/** Whether it runs as its owner or with settings of its own: then no query stands for it. */
export function isApart({ isDefiner, settings = {} }: RoutineRecord): boolean {
  return isDefiner || Object.keys(settings).length > 0;
}

/** A routine before it has an OID. */
export type RoutineDraft = Omit<RoutineRecord, 'key' | 'oid'>;

export interface RoutineParameter extends Omit<StoredParameter, 'type'> {
  readonly type: SqlType;
}

/** A routine with what the types in it are at the moment. */
export interface Routine {
  readonly record: RoutineRecord;
  readonly parameters: readonly RoutineParameter[];
  readonly result: SqlType;
}

export function routinesOf(records: readonly AccessRecord[]): readonly RoutineRecord[] {
  return records.filter((record) => record.kind === 'routine');
}

type Moded = Pick<StoredParameter, 'mode'>;

/** Whether a call gives the parameter a value. */
export function isInput({ mode }: Moded): boolean {
  return mode === 'in' || mode === 'inout' || mode === 'variadic';
}

/** Whether it is a column of the result. */
export function isOutput({ mode }: Moded): boolean {
  return mode === 'out' || mode === 'inout' || mode === 'table';
}

/** OIDs of the types that tell functions of one name apart. */
export function identityTypes({ parameters }: Pick<RoutineRecord, 'parameters'>): number[] {
  return parameters.filter(isInput).map(({ type }) => type);
}

export function sameIdentity(
  left: Pick<RoutineRecord, 'parameters'>,
  right: Pick<RoutineRecord, 'parameters'>,
): boolean {
  return identityTypes(left).join() === identityTypes(right).join();
}

/** The record without a type modifier: routines have none. */
export function plainType({ name, domain }: SqlType): SqlType {
  return { name, typmod: -1, ...(domain === undefined ? {} : { domain }) };
}
