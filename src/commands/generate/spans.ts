/**
 * Spans of imaginary traces, in order of their traces' start.
 *
 *     minute's quota ─▶ trace: server span ─▶ children (db calls, functions, calls of other services)
 *
 * A child lies within its parent. Errors come in bursts: some minutes of some services fail often.
 */
import { Random } from './random.ts';
import { SpanRows, spanRowsMax } from './span-rows.ts';
import {
  diurnalWeight,
  errorKinds,
  instancesMax,
  operations,
  projectShares,
  services,
  sessionCount,
  skewTable,
  userCount,
} from './world.ts';

export interface SpanOptions {
  readonly rows: number;
  readonly seed: number;
  readonly startMicros: number;
  readonly days: number;
}

const microsPerMinute = 60_000_000;
const traceRowsMax = 1024;
const depthMax = 4;
const none = -1;

/** Yields the same object again and again, filled with the next rows. */
export function* generateSpans({
  rows,
  seed,
  startMicros,
  days,
}: SpanOptions): Generator<SpanRows> {
  const random = new Random(seed);
  const maker = new TraceMaker(random);
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
    maker.bursting = random.chance(0.02) ? random.below(services.length) : none;
    const from = startMicros + minute * microsPerMinute;
    for (let done = 0; done < quota;) {
      if (maker.rows.count + traceRowsMax > spanRowsMax) yield* maker.take();
      const at = from + Math.floor(((done + random.unit()) / quota) * microsPerMinute);
      done += maker.addTrace(at, Math.min(traceRowsMax, quota - done));
    }
    produced = target;
  }
  yield* maker.take();
}

/** Facts of every service as numbers: no object is looked at while rows are made. */
const firstOperation = new Uint16Array(services.length);
const entryCount = new Uint8Array(services.length);
const innerCount = new Uint8Array(services.length);
const instanceCount = new Uint8Array(services.length);
services.reduce((first, { entries, inner, instances }, service) => {
  firstOperation[service] = first;
  entryCount[service] = entries.length;
  innerCount[service] = inner.length;
  instanceCount[service] = instances;
  return first + entries.length + inner.length;
}, 0);
const medians = Float64Array.from(operations, ({ model }) => model.medianMicros);
const isHttp = Uint8Array.from(operations, ({ model }) => (model.http === undefined ? 0 : 1));
const isServer = Uint8Array.from(operations, ({ model }) => (model.kind === 'server' ? 1 : 0));
const skews = Array.from({ length: 64 }, (_, count) => skewTable(count));

class TraceMaker {
  readonly rows = new SpanRows();
  /** The service that fails often this minute, or -1. */
  bursting = none;
  readonly #random: Random;
  /** Where the trace has to end. */
  #limit = 0;
  #project = 0;
  #user = 0;
  #session = 0;
  readonly #trace = new Uint32Array(4);

  constructor(random: Random) {
    this.#random = random;
  }

  *take(): Generator<SpanRows> {
    if (this.rows.count > 0) yield this.rows;
    this.rows.count = 0;
  }

  /** Returns the rows added, at most `rowsMax`. */
  addTrace(startMicros: number, rowsMax: number): number {
    const random = this.#random;
    const before = this.rows.count;
    this.#limit = before + rowsMax;
    const share = random.unit();
    this.#project = projectShares.findIndex((limit) => share < limit);
    for (let i = 0; i < 4; i++) this.#trace[i] = random.bits();
    this.#user = random.skewed(userCount);
    this.#session = random.below(sessionCount);
    this.#addRequest(this.#skewed(services.length), none, startMicros, Infinity);
    return this.rows.count - before;
  }

  #skewed(count: number): number {
    return (skews[count] as Uint16Array)[this.#random.bits() >>> 20] as number;
  }

  /** A server span, what it does and calls, and its log record. */
  #addRequest(service: number, parent: number, at: number, limitMicros: number, depth = 0): void {
    const random = this.#random;
    const entry = (firstOperation[service] ?? 0) + this.#skewed(entryCount[service] ?? 1);
    const row = this.#addSpan(entry, parent, at, limitMicros);
    if (row === none) return;
    this.#addChildren(service, row, depth);
    const hasFailed = (this.rows.outcome[row] ?? 0) >= 8;
    if (hasFailed || random.chance(0.04)) this.#addLog(row);
  }

  #addChildren(service: number, row: number, depth: number): void {
    const random = this.#random;
    const { start, duration } = this.rows;
    const count = Math.min(8, Math.floor(random.lognormal(2.2, 0.7)));
    const end = (start[row] as number) + (duration[row] as number);
    let at = (start[row] as number) + Math.floor((duration[row] as number) * 0.02);
    for (let child = 0; child < count && at < end - 20; child++) {
      const limit = Math.max(10, Math.floor((end - at) * (0.2 + 0.6 * random.unit())));
      if (depth + 1 < depthMax && random.chance(0.18)) {
        const other = (service + 1 + random.below(services.length - 1)) % services.length;
        this.#addRequest(other, row, at, limit, depth + 1);
      } else {
        const inner = this.#skewed(innerCount[service] ?? 1);
        const first = (firstOperation[service] ?? 0) + (entryCount[service] ?? 0);
        this.#addSpan(first + inner, row, at, limit);
      }
      at += limit + random.below(50);
    }
  }

  /** Returns its row, or -1 when the trace is full. */
  #addSpan(operation: number, parent: number, at: number, limitMicros: number): number {
    const { rows } = this;
    if (rows.count === this.#limit) return none;
    const random = this.#random;
    const service = operations[operation]?.service ?? 0;
    const errorRate = service === this.bursting ? 0.35 : 0.006;
    const error = random.chance(errorRate) ? this.#skewed(errorKinds.length) : none;
    const slowdown = error === none ? 1 : 1.8;
    const drawn = Math.round(random.lognormal(medians[operation] as number, 0.75) * slowdown);
    const row = this.#addRow(parent);
    rows.start[row] = at;
    rows.duration[row] = Math.max(1, Math.min(drawn, limitMicros));
    rows.operation[row] = operation;
    rows.subject[row] = operation * 2;
    rows.instance[row] = service * instancesMax + random.below(instanceCount[service] as number);
    const flags = (isServer[operation] as number) * 2 + (parent === none ? 0 : 1);
    rows.outcome[row] = (error + 1) * 8 + flags;
    rows.httpStatus[row] = isHttp[operation] === 1 ? this.#status(error) : 0;
    return row;
  }

  /** A row with what all of its trace share, and ids. */
  #addRow(parent: number): number {
    const { rows } = this;
    const row = rows.count++;
    rows.project[row] = this.#project;
    rows.user[row] = this.#user;
    rows.session[row] = this.#session;
    for (let i = 0; i < 4; i++) rows.trace[row * 4 + i] = this.#trace[i] as number;
    for (let i = 0; i < 2; i++) {
      rows.span[row * 2 + i] = this.#random.bits();
      rows.parent[row * 2 + i] = parent === none ? 0 : (rows.span[parent * 2 + i] as number);
    }
    return row;
  }

  #status(error: number): number {
    const random = this.#random;
    if (error === 2) return 400;
    if (error === 3) return 403;
    if (error !== none) return random.chance(0.7) ? 500 : 503;
    return random.chance(0.03) ? 404 : random.chance(0.1) ? 201 : 200;
  }

  /** A log record in the middle of a span. */
  #addLog(span: number): void {
    const { rows } = this;
    if (rows.count === this.#limit) return;
    const row = this.#addRow(span);
    const duration = rows.duration[span] as number;
    rows.start[row] = (rows.start[span] as number) + Math.floor(duration / 2);
    rows.duration[row] = duration - Math.floor(duration / 2);
    rows.operation[row] = rows.operation[span] as number;
    rows.subject[row] = (rows.subject[span] as number) + 1;
    rows.instance[row] = rows.instance[span] as number;
    rows.outcome[row] = (rows.outcome[span] as number) | 5;
    rows.httpStatus[row] = rows.httpStatus[span] as number;
  }
}
