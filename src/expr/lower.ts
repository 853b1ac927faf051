/**
 * Lowering: calls with constant arguments become calls of functions that are compiled.
 *
 *     time_bucket('5 minutes', t)                   bucket_start(300000000, t)
 *     date_trunc('hour', t), date_bin(stride, t, o) bin_start(width, origin, t)
 *     extract(epoch from t)::integer                epoch_int4(t)
 *
 * Plans keep the words of the query; only what evaluates them is lowered. AND and OR of very many
 * become AND and OR of groups that each fit into one function.
 */
import { bucketWidthOf } from '../functions/date/truncate.ts';
import { microsPerDay } from '../types/calendar.ts';
import type { Interval } from '../types/datum.ts';
import { sqlType } from '../types/type-table.ts';
import type { PrepareOptions } from './evaluate.ts';
import type { CallExpr, Expr, LogicExpr } from './expr.ts';
import { functionWeightMax, groupsByWeight, weightOf } from './facts.ts';
import { mapExpr } from './walk.ts';

/** The same value in compiled form; undefined: evaluate the call itself. */
type Lowering = (call: CallExpr, options: PrepareOptions) => Expr | undefined;

const lowerings: ReadonlyMap<string, Lowering> = new Map<string, Lowering>([
  ['time_bucket(text,timestamptz)', lowerBucket],
  ['time_bucket(text,timestamp)', lowerBucket],
  ['time_bucket(interval,timestamptz)', lowerBucket],
  ['time_bucket(interval,timestamp)', lowerBucket],
  ['date_bin(interval,timestamptz,timestamptz)', lowerBin],
  ['date_bin(interval,timestamp,timestamp)', lowerBin],
  ['date_trunc(text,timestamp)', lowerTruncation],
  [
    'date_trunc(text,timestamptz)',
    (call, options) => (isUtc(options.timeZone) ? lowerTruncation(call) : undefined),
  ],
  ['cast(numeric,int4)', (call) => lowerEpoch(call, 'int4')],
  ['cast(numeric,int8)', (call) => lowerEpoch(call, 'int8')],
]);

export function lower(expr: Expr, options: PrepareOptions): Expr {
  return mapExpr(expr, (node) => {
    if (node.kind === 'call') return lowerings.get(node.functionId)?.(node, options) ?? node;
    return node.kind === 'and' || node.kind === 'or' ? grouped(node) : node;
  });
}

function grouped(expr: LogicExpr): LogicExpr {
  if (weightOf(expr) <= functionWeightMax) return expr;
  const groups = groupsByWeight(expr.args);
  const args = groups.map(([first, ...more]): Expr => {
    return more.length === 0 ? first : { ...expr, args: [first, ...more] };
  });
  return groups.length === 1 ? expr : { ...expr, args };
}

function isUtc(zone: string | undefined): boolean {
  return zone !== undefined && /^(etc\/)?(utc|gmt)$/i.test(zone);
}

function int8(value: bigint): Expr {
  return { kind: 'constant', type: sqlType('int8'), value };
}

function constantOf(expr: Expr | undefined): unknown {
  return expr?.kind === 'constant' ? expr.value : undefined;
}

function lowerBucket({ args, type }: CallExpr): Expr | undefined {
  const [span, time] = args;
  const value = constantOf(span);
  const width = typeof value === 'string' ? bucketWidthOf(value) : widthOf(value);
  if (width === undefined || time === undefined) return undefined;
  const functionId = `bucket_start(int8,${type.name})`;
  return { kind: 'call', functionId, args: [int8(width), time], type };
}

/** µs of a span without months; undefined where it is no positive width. */
function widthOf(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { months, days, micros } = value as Interval;
  const width = BigInt(days) * microsPerDay + micros;
  return months === 0 && width > 0n ? width : undefined;
}

function lowerBin({ args, type }: CallExpr): Expr | undefined {
  const [stride, time, from] = args;
  const width = widthOf(constantOf(stride));
  const origin = constantOf(from);
  if (width === undefined || typeof origin !== 'bigint' || time === undefined) return undefined;
  return binStart(width, origin, { time, type });
}

/** From an origin before 1970 a late time's distance may overflow. */
const originMax = 2n ** 62n;
const widthMax = 2n ** 63n - 1n;

function binStart(
  width: bigint,
  origin: bigint,
  { time, type }: { readonly time: Expr; readonly type: CallExpr['type'] },
): Expr | undefined {
  if (origin < 0n || origin > originMax || width > widthMax) return undefined;
  const functionId = `bin_start(int8,int8,${type.name})`;
  return { kind: 'call', functionId, args: [int8(width), int8(origin), time], type };
}

const unitWidths: ReadonlyMap<string, bigint> = new Map([
  ['millisecond', 1000n],
  ['second', 1_000_000n],
  ['minute', 60_000_000n],
  ['hour', 3_600_000_000n],
  ['day', microsPerDay],
  ['week', 7n * microsPerDay],
]);
/** Monday, 5 January 1970. */
const firstMonday = 4n * microsPerDay;

function lowerTruncation({ args, type }: CallExpr): Expr | undefined {
  const [text, time] = args;
  const unit = constantOf(text);
  if (typeof unit !== 'string' || time === undefined) return undefined;
  const name = unit.toLowerCase();
  const width = unitWidths.get(name);
  if (width === undefined) return undefined;
  return binStart(width, name === 'week' ? firstMonday : 0n, { time, type });
}

/** A numeric of whole seconds, rounded: only casts to integers are exact without the numeric. */
function lowerEpoch(cast: CallExpr, target: 'int4' | 'int8'): Expr | undefined {
  const [inner] = cast.args;
  if (inner?.kind !== 'call' || inner.functionId.slice(0, 8) !== 'extract(') return undefined;
  const [field, time] = inner.args;
  const source = time?.type.name;
  const isEpoch = String(constantOf(field)).toLowerCase() === 'epoch';
  if (!isEpoch || (source !== 'timestamptz' && source !== 'timestamp')) return undefined;
  const functionId = `epoch_${target}(${source})`;
  return { kind: 'call', functionId, args: inner.args.slice(1), type: cast.type };
}
