/**
 * Spans of imaginary traces, in order of their traces' start.
 *
 *     minute's quota ─▶ trace: server span ─▶ children (db calls, functions, calls of other services)
 *
 * A child lies within its parent. Errors come in bursts: some minutes of some services fail often.
 */
import { Random } from './random.ts';
import {
  diurnalWeight,
  errorKinds,
  projectShares,
  services,
  sessionCount,
  userCount,
  type OperationModel,
} from './world.ts';

export interface Span {
  readonly project: number;
  readonly service: number;
  readonly instance: number;
  readonly operation: OperationModel;
  /** µs since 1970. */
  readonly startMicros: number;
  readonly durationMicros: number;
  /** 128 random bits. */
  readonly trace: readonly [number, number, number, number];
  readonly span: readonly [number, number];
  readonly parent: readonly [number, number] | undefined;
  /** Index into errorKinds, or -1. */
  readonly error: number;
  readonly httpStatus: number;
  readonly user: number;
  readonly session: number;
  readonly isLog: boolean;
}

export interface SpanOptions {
  readonly rows: number;
  readonly seed: number;
  readonly startMicros: number;
  readonly days: number;
}

const microsPerMinute = 60_000_000;

export function* generateSpans({ rows, seed, startMicros, days }: SpanOptions): Generator<Span> {
  const random = new Random(seed);
  const minutes = Math.max(1, Math.round(days * 1440));
  const weights = Array.from({ length: minutes }, (_, minute) => diurnalWeight(minute % 1440));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let produced = 0;
  let due = 0;
  for (let minute = 0; minute < minutes && produced < rows; minute++) {
    due += ((weights[minute] ?? 1) / total) * rows;
    const target = minute === minutes - 1 ? rows : Math.round(due);
    const quota = target - produced;
    if (quota <= 0) continue;
    const bursting = random.chance(0.02) ? random.below(services.length) : -1;
    for (const span of minuteOfSpans(random, startMicros + minute * microsPerMinute, quota, bursting)) {
      yield span;
      produced++;
    }
  }
}

function* minuteOfSpans(
  random: Random,
  startMicros: number,
  quota: number,
  bursting: number,
): Generator<Span> {
  const traces: Span[][] = [];
  let count = 0;
  while (count < quota) {
    const trace = makeTrace(random, startMicros + random.below(microsPerMinute), bursting);
    trace.length = Math.min(trace.length, quota - count);
    traces.push(trace);
    count += trace.length;
  }
  traces.sort((a, b) => (a[0]?.startMicros ?? 0) - (b[0]?.startMicros ?? 0));
  for (const trace of traces) yield* trace;
}

interface TraceContext {
  readonly random: Random;
  readonly project: number;
  readonly trace: readonly [number, number, number, number];
  readonly user: number;
  readonly session: number;
  readonly bursting: number;
  readonly spans: Span[];
}

const depthMax = 4;

function makeTrace(random: Random, startMicros: number, bursting: number): Span[] {
  const share = random.unit();
  const context: TraceContext = {
    random,
    project: projectShares.findIndex((limit) => share < limit),
    trace: [random.bits(), random.bits(), random.bits(), random.bits()],
    user: random.skewed(userCount),
    session: random.below(sessionCount),
    bursting,
    spans: [],
  };
  const service = random.skewed(services.length);
  addServerSpan(context, { service, startMicros, limitMicros: Infinity, parent: undefined, depth: 0 });
  return context.spans;
}

interface Place {
  readonly service: number;
  readonly startMicros: number;
  readonly limitMicros: number;
  readonly parent: readonly [number, number] | undefined;
  readonly depth: number;
}

function addServerSpan(context: TraceContext, place: Place): void {
  const { random } = context;
  const model = services[place.service] ?? services[0];
  if (model === undefined) return;
  const operation = model.entries[random.skewed(model.entries.length)];
  if (operation === undefined) return;
  const span = addSpan(context, place, operation);
  const children = Math.min(8, Math.floor(random.lognormal(2.2, 0.7)));
  addChildren(context, place, span, children);
  if (span.error >= 0 || random.chance(0.04)) context.spans.push(logOf(context, span));
}

function addChildren(context: TraceContext, place: Place, span: Span, count: number): void {
  const { random } = context;
  const model = services[place.service];
  let at = span.startMicros + Math.floor(span.durationMicros * 0.02);
  const end = span.startMicros + span.durationMicros;
  for (let child = 0; child < count && at < end - 20; child++) {
    const limitMicros = Math.max(10, Math.floor((end - at) * (0.2 + 0.6 * random.unit())));
    const inner = { ...place, startMicros: at, limitMicros, parent: span.span, depth: place.depth + 1 };
    if (inner.depth < depthMax && random.chance(0.18)) {
      const service = (place.service + 1 + random.below(services.length - 1)) % services.length;
      addServerSpan(context, { ...inner, service });
    } else {
      const operation = model?.inner[random.skewed(model.inner.length)];
      if (operation !== undefined) addSpan(context, inner, operation);
    }
    at += limitMicros + random.below(50);
  }
}

function addSpan(context: TraceContext, place: Place, operation: OperationModel): Span {
  const { random, bursting } = context;
  const errorRate = place.service === bursting ? 0.35 : 0.006;
  const error = random.chance(errorRate) ? random.skewed(errorKinds.length) : -1;
  const drawn = Math.round(random.lognormal(operation.medianMicros, 0.75) * (error >= 0 ? 1.8 : 1));
  const span: Span = {
    project: context.project,
    service: place.service,
    instance: random.below(services[place.service]?.instances ?? 1),
    operation,
    startMicros: place.startMicros,
    durationMicros: Math.max(1, Math.min(drawn, place.limitMicros)),
    trace: context.trace,
    span: [random.bits(), random.bits()],
    parent: place.parent,
    error,
    httpStatus: operation.http === undefined ? 0 : statusOf(random, error),
    user: context.user,
    session: context.session,
    isLog: false,
  };
  context.spans.push(span);
  return span;
}

function statusOf(random: Random, error: number): number {
  if (error >= 0) return error === 2 ? 400 : error === 3 ? 403 : random.chance(0.7) ? 500 : 503;
  return random.chance(0.03) ? 404 : random.chance(0.1) ? 201 : 200;
}

/** A log record of a span: no duration, no span of its own. */
function logOf({ random }: TraceContext, span: Span): Span {
  const startMicros = span.startMicros + Math.floor(span.durationMicros / 2);
  return { ...span, span: [random.bits(), random.bits()], parent: span.span, startMicros, isLog: true };
}
