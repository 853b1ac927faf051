/** CREATE and ALTER SEQUENCE's options, by PostgreSQL's rules (commands/sequence.c). */
import { SqlError } from '../../errors/sql-error.ts';
import type { SequenceDefinition } from '../../catalog/table.ts';
import { bindTypeName } from '../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { TypeName } from '@pgsql/types';

export interface OptionNode {
  readonly DefElem?: {
    readonly location?: number;
    readonly defname?: string;
    readonly arg?: {
      readonly Integer?: { readonly ival?: number };
      readonly Float?: { readonly fval?: string };
      readonly Boolean?: { readonly boolval?: boolean };
      readonly TypeName?: TypeName;
      readonly List?: { readonly items?: readonly { readonly String?: { sval?: string } }[] };
    };
  };
}

export type SequenceShape = Pick<
  SequenceDefinition,
  'type' | 'start' | 'increment' | 'min' | 'max' | 'cache' | 'cycles'
>;

export interface SequenceOptions {
  readonly shape: SequenceShape;
  /** RESTART: where it goes on; undefined: as before. */
  readonly restart: bigint | undefined;
  /** Names of OWNED BY; empty: NONE; undefined: not said. */
  readonly ownedBy: readonly string[] | undefined;
}

type Arguments = ReadonlyMap<string, NonNullable<NonNullable<OptionNode['DefElem']>['arg']> | null>;

const bits = { int2: 16n, int4: 32n, int8: 64n } as const;

export interface SequenceSource {
  readonly positionOf: (location: number) => number;
  /** The sequence that is altered. */
  readonly before?: SequenceShape;
  /** The type unless one is given. */
  readonly base?: SequenceShape['type'];
  /** As AS has it, for a sequence that follows its column. */
  readonly newType?: SequenceShape['type'];
}

/** Errors: 22023, 42601. */
export function sequenceOptions(
  nodes: readonly OptionNode[],
  { positionOf, before, base = 'int8', newType }: SequenceSource,
): SequenceOptions {
  const given: Arguments = argumentsOf(nodes, positionOf);
  const type = typeOf(given, newType ?? before?.type ?? base);
  const increment = numberOf(given, 'increment') ?? before?.increment ?? 1n;
  if (increment === 0n) throw invalid('INCREMENT must not be zero');
  const bounds = boundsOf(given, { type, increment }, before);
  const cache = numberOf(given, 'cache') ?? before?.cache ?? 1n;
  if (cache <= 0n) throw invalid(`CACHE (${cache}) must be greater than zero`);
  const cycle = given.get('cycle');
  const cycles = cycle === undefined ? (before?.cycles ?? false) : cycle?.Boolean?.boolval === true;
  const first = increment > 0n ? bounds.min : bounds.max;
  const start = numberOf(given, 'start') ?? before?.start ?? first;
  checkInside('START', start, bounds);
  const restart = given.has('restart') ? (numberOf(given, 'restart') ?? start) : undefined;
  if (restart !== undefined) checkInside('RESTART', restart, bounds);
  const owner = given.get('owned_by')?.List?.items?.map((item) => item.String?.sval ?? '');
  const isNone = owner?.length === 1 && owner[0] === 'none';
  return {
    shape: { type, increment, ...bounds, cache, cycles, start },
    restart,
    ownedBy: isNone ? [] : owner,
  };
}

function argumentsOf(
  nodes: readonly OptionNode[],
  positionOf: (location: number) => number,
): Arguments {
  const given = new Map<string, NonNullable<NonNullable<OptionNode['DefElem']>['arg']> | null>();
  for (const { DefElem } of nodes) {
    const name = DefElem?.defname ?? '';
    if (given.has(name)) {
      const { location } = DefElem ?? {};
      const place = location === undefined ? {} : { position: positionOf(location) };
      throw new SqlError('syntax_error', 'conflicting or redundant options', place);
    }
    given.set(name, DefElem?.arg ?? null);
  }
  return given;
}

function numberOf(given: Arguments, name: string): bigint | undefined {
  const arg = given.get(name);
  if (arg?.Float !== undefined) return BigInt(arg.Float.fval ?? '0');
  return arg?.Integer === undefined ? undefined : BigInt(arg.Integer.ival ?? 0);
}

function typeOf(given: Arguments, before: SequenceShape['type']): SequenceShape['type'] {
  const typeName = given.get('as')?.TypeName;
  if (typeName === undefined) return before;
  const { name } = bindTypeName(typeName);
  if (name === 'int2' || name === 'int4' || name === 'int8') return name;
  throw invalid('sequence type must be smallint, integer, or bigint');
}

interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}

function boundsOf(
  given: Arguments,
  { type, increment }: Pick<SequenceShape, 'type' | 'increment'>,
  before: SequenceShape | undefined,
): Bounds {
  const widest = -(1n << (bits[type] - 1n));
  const isUp = increment > 0n;
  const ownMax = isUp ? -widest - 1n : -1n;
  const ownMin = isUp ? 1n : widest;
  // A new type takes the bounds with it where they were those of the old one.
  const old = before === undefined ? undefined : -(1n << (bits[before.type] - 1n));
  const keptMax = old !== undefined && before?.max === -old - 1n ? -widest - 1n : before?.max;
  const keptMin = before?.min === old && old !== undefined ? widest : before?.min;
  const max = given.has('maxvalue') ? numberOf(given, 'maxvalue') : keptMax;
  const min = given.has('minvalue') ? numberOf(given, 'minvalue') : keptMin;
  const bounds = { min: min ?? ownMin, max: max ?? ownMax };
  const typeName = sqlNameOf({ name: type, typmod: -1 });
  if (bounds.max > -widest - 1n || bounds.max < widest) {
    throw invalid(`MAXVALUE (${bounds.max}) is out of range for sequence data type ${typeName}`);
  }
  if (bounds.min > -widest - 1n || bounds.min < widest) {
    throw invalid(`MINVALUE (${bounds.min}) is out of range for sequence data type ${typeName}`);
  }
  if (bounds.min >= bounds.max) {
    throw invalid(`MINVALUE (${bounds.min}) must be less than MAXVALUE (${bounds.max})`);
  }
  return bounds;
}

function checkInside(word: string, value: bigint, { min, max }: Bounds): void {
  if (value < min) throw invalid(`${word} value (${value}) cannot be less than MINVALUE (${min})`);
  if (value > max) {
    throw invalid(`${word} value (${value}) cannot be greater than MAXVALUE (${max})`);
  }
}

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}
