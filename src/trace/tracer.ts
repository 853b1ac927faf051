/**
 * The tracer: decides when a query begins, builds spans and lines after its last byte.
 *
 *     begin ─▶ notes … end ─▶ (next turn) metrics ▸ sampled? ▸ spans ▸ outlet
 *
 * Without exporters and lines no id is drawn, no plan is wrapped and no worker started: what is
 * left are the metrics.
 */
import { isWithinRatio, RateGuard } from './choice/sampler.ts';
import { admit, type SpanDraft } from './spans/span-draft.ts';
import { clockNs } from './node-statistics.ts';
import { Filter } from './choice/filter.ts';
import type { Log } from './log.ts';
import { newSpanId, newTraceId } from './spans/ids.ts';
import { linesTarget, operatorTargets, phaseRecords, ruleTarget } from './spans/span-targets.ts';
import type { MetricFamily } from './metrics/metric-families.ts';
import { ProcessMetrics } from './metrics/process-metrics.ts';
import { ServerCounts } from './metrics/server-counts.ts';
import { sinkFamilies } from './metrics/sink-metrics.ts';
import { QueryMetrics } from './metrics/query-metrics.ts';
import { QueryNotes } from './query-notes.ts';
import type { QueryDecision, QueryEnd, SamplingReason } from './query-notes.ts';
import { querySpans } from './spans/query-spans.ts';
import type {
  CustomSpan,
  CustomSpanStart,
  QueryStart,
  QueryTrace,
  SpanListener,
  TransactionSpan,
  Tracer,
} from './query-trace.ts';
import { nullTracer } from './null-tracer.ts';
import { cancelSpan, customSpan, sessionSpan, transactionSpan } from './spans/single-spans.ts';
import { epochMicros, type SpanData, type SpanLink } from './spans/span-data.ts';
import { StatementStatistics } from './metrics/statement-statistics.ts';
import { SpanRing } from './spans/span-ring.ts';
import type { SentSpans } from '../catalog/catalog-state.ts';
import { encodeFrames } from './encoding/span-frames.ts';
import { SpanOutlet, type SpanTakers } from './export/span-outlet.ts';
import { contextOfComments, contextOfSettings, parseTraceparent } from './choice/trace-context.ts';
import type { CallerContext, CommentContext } from './choice/trace-context.ts';
import { readTraceOptions, type TraceOptions } from './choice/trace-options.ts';
import { performance, type EventLoopUtilization } from 'node:perf_hooks';

const sessionsMax = 10_000;
const filtersMax = 64;
const buildMsMax = 2;

export class SpanTracer implements Tracer {
  #options: TraceOptions;
  readonly #outlet: SpanOutlet;
  readonly #metrics = new QueryMetrics();
  readonly #process = new ProcessMetrics();
  readonly server = new ServerCounts();
  #sendMetrics: (() => void) | undefined;
  #metricsTimer: NodeJS.Timeout | undefined;
  readonly statements = new StatementStatistics();
  readonly #recent = new SpanRing();
  #listener: SpanListener | undefined;
  #guard: RateGuard;
  /** Whether spans can leave at all, by any way. */
  readonly #isOn: boolean;
  readonly #sessions = new Map<string, SpanLink>();
  readonly #filters = new Map<string, Filter>();
  readonly #log: Log;
  #ended: (readonly [QueryNotes, QueryEnd])[] = [];
  /** What is decided for every query while no spans and lines can leave. */
  #untraced: QueryDecision;

  constructor(options: TraceOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#outlet = new SpanOutlet(options, log);
    this.#guard = new RateGuard(options.tracesPerSecondMax);
    this.#isOn = this.#exports || options.lines;
    this.#untraced = untraced(options);
  }

  get #exports(): boolean {
    return this.#options.export.exporters.length > 0 || this.#options.selfTrace;
  }

  begin(start: QueryStart): QueryTrace {
    const ended = this.#later;
    if (!this.#isOn) return new QueryNotes(start, this.#untraced, ended);
    const comment = contextOfComments(start.commentSql ?? start.sql);
    const caller = this.#callerOf(start, comment);
    const traceId = caller?.traceId ?? newTraceId();
    const filters = this.#filtersOf(start.settings['log.filter'] ?? '');
    const force = comment.force && start.mayForce();
    const sampled = this.#sample(traceId, caller, start, force);
    const notes = new QueryNotes(
      start,
      {
        traceId,
        wantsNodes: this.#wantsNodes(sampled, filters),
        ownTraceparent: comment.caller === undefined ? '' : traceparentOf(comment.caller),
        hasInvalidContext: comment.isInvalid,
        caller,
        sampled,
        ...filters,
        sessionLink: this.#sessions.get(start.sessionId),
      },
      ended,
    );
    if (this.#mayTell(sampled)) notes.loopBefore = performance.eventLoopUtilization();
    return notes;
  }

  wantsRules(directives: string): boolean {
    const { spanFilter, lineFilter } = this.#filtersOf(directives);
    const wants = (filter: Filter): boolean => filter.mayEnable(ruleTarget, 'debug');
    if (this.#exports && wants(spanFilter)) return true;
    return this.#options.lines && wants(lineFilter);
  }

  openSpan(start: CustomSpanStart): CustomSpan {
    if (!this.#exports) return nullTracer.openSpan(start);
    const caller = parseTraceparent(start.parent);
    const traceId = caller?.traceId ?? newTraceId();
    const spanId = newSpanId();
    const sampled = caller?.sampled ?? isWithinRatio(traceId, this.#options.sampler.ratio);
    const startNs = clockNs();
    return {
      traceparent: traceparentOf({ traceId, spanId, sampled, traceState: '' }),
      end: (failed) => {
        const times = { startNs, endNs: clockNs() };
        const span = customSpan({ ...start, traceId, spanId, caller, failed, ...times });
        const { spanFilter } = this.#options;
        if (!sampled || !spanFilter.enabled(span.target, span.level, span)) return;
        this.#send([span], { exporters: true, lines: false });
      },
    };
  }

  #callerOf(start: QueryStart, comment: CommentContext): CallerContext | undefined {
    return (
      comment.caller ??
      contextOfSettings(start.settings) ??
      parseTraceparent(start.inheritedTraceparent ?? '')
    );
  }

  /** A session's own directives rule spans and lines both. */
  #filtersOf(text: string): { readonly spanFilter: Filter; readonly lineFilter: Filter } {
    const { spanFilter, lineFilter } = this.#options;
    if (text === '') return { spanFilter, lineFilter };
    let own = this.#filters.get(text);
    if (own === undefined) {
      own = new Filter(text);
      if (this.#filters.size >= filtersMax) this.#filters.clear();
      this.#filters.set(text, own);
      if (own.bad.length > 0) {
        this.#log.warn(`log.filter: ${own.bad.length} pieces are no directives, skipped`);
      }
    }
    return { spanFilter: own, lineFilter: own };
  }

  #sample(
    traceId: string,
    caller: CallerContext | undefined,
    start: QueryStart,
    force: boolean,
  ): SamplingReason | undefined {
    if (!this.#exports) return undefined;
    const { settings } = start;
    if (force || settings['trace.force'] === 'on') return 'forced';
    const { parentBased, ratio } = this.#options.sampler;
    if (caller !== undefined && parentBased) {
      const share = Number(settings['trace.caller_sample_rate'] ?? 1);
      return caller.sampled && isWithinRatio(traceId, share) ? 'parent' : undefined;
    }
    const share = Math.min(ratio, Number(settings['trace.sample_rate'] ?? 1));
    return isWithinRatio(traceId, share) ? 'head' : undefined;
  }

  /** Whether spans or lines may be made, as far as the beginning says. */
  #mayTell(sampled: SamplingReason | undefined): boolean {
    const { tailSlowNs, tailErrors, lines, linesSampledOnly } = this.#options;
    if (sampled !== undefined || tailSlowNs !== undefined || tailErrors) return true;
    return lines && !linesSampledOnly;
  }

  #wantsNodes(
    sampled: SamplingReason | undefined,
    filters: { readonly spanFilter: Filter; readonly lineFilter: Filter },
  ): boolean {
    if (!this.#mayTell(sampled)) return false;
    const { tailSlowNs, tailErrors, lines, linesSampledOnly } = this.#options;
    const mayExport = sampled !== undefined || tailSlowNs !== undefined || tailErrors;
    const wants = (filter: Filter): boolean =>
      filter.mayEnable(phaseRecords.execute_plan.target, 'info') &&
      operatorTargets.some((target) => filter.mayEnable(target, 'info'));
    if (this.#exports && mayExport && wants(filters.spanFilter)) return true;
    return lines && (!linesSampledOnly || mayExport) && wants(filters.lineFilter);
  }

  /** Nothing is built before the current turn is over: the last bytes go out first. */
  readonly #later = (notes: QueryNotes, end: QueryEnd): void => {
    if (notes.loopBefore !== undefined) notes.utilization = busyShare(notes.loopBefore);
    this.#ended.push([notes, end]);
    if (this.#ended.length === 1) setImmediate(() => this.#build());
  };

  /** One turn's worth: many queries that end together do not hold up the next ones' messages. */
  #build(): void {
    const began = performance.now();
    while (this.#ended.length > 0 && performance.now() - began < buildMsMax) this.#buildOne();
    if (this.#ended.length > 0) setImmediate(() => this.#build());
  }

  #buildAll(): void {
    while (this.#ended.length > 0) this.#buildOne();
  }

  #buildOne(): void {
    const next = this.#ended.shift();
    if (next === undefined) return;
    const [notes, end] = next;
    const reason = this.#exports ? this.#reason(notes, end) : undefined;
    this.#metrics.count(notes, end, reason !== undefined);
    this.statements.count(notes, end);
    this.#slow(notes, end);
    if (this.#isOn) this.#export(notes, end, reason);
  }

  #export(notes: QueryNotes, end: QueryEnd, reason: SamplingReason | undefined): void {
    const { lines: linesOn, linesSampledOnly, spansMax } = this.#options;
    const { spanFilter, lineFilter, caller } = notes.decision;
    const withLines =
      linesOn && (!linesSampledOnly || reason !== undefined) && !lineFilter.silences(linesTarget);
    if (reason === undefined && !withLines) return;
    const root = querySpans(notes, end, reason);
    const collectingNs = this.#process.collectingNs(notes.start.startNs, end.endNs);
    if (collectingNs > 0) root.attributes['gc_ns'] = collectingNs;
    const identity = {
      traceId: notes.traceId,
      rootSpanId: notes.spanId,
      callerSpanId: notes.parentSpanId ?? caller?.spanId ?? '',
      traceState: caller?.traceState ?? '',
      queryId: notes.queryId,
      sql: notes.start.sql,
    };
    const admitted = (filter: Filter): readonly SpanData[] => {
      const wants = (draft: SpanDraft): boolean => filter.enabled(draft.target, draft.level, draft);
      const { spans, elided } = admit(root, { identity, spansMax, wants });
      this.#metrics.spansElided(elided + notes.dropped);
      return spans;
    };
    const isOneList = reason !== undefined && withLines && spanFilter === lineFilter;
    const { user } = notes.start;
    if (reason !== undefined) {
      this.#send(admitted(spanFilter), { exporters: true, lines: isOneList }, user);
    }
    if (!withLines || isOneList) return;
    const spans = admitted(lineFilter);
    this.#send(spans, { exporters: false, lines: true }, reason === undefined ? user : undefined);
  }

  /** Hands spans to their takers. `user`: whose they are, where they are shown; empty: nobody's. */
  #send(spans: readonly SpanData[], takers: SpanTakers, user?: string): void {
    const frames = encodeFrames(spans);
    const queryId = spans[0]?.queryId ?? '';
    if (user !== undefined) this.#recent.add(frames, spans.length, { user, queryId });
    if (user !== undefined && takers.exporters) this.#listener?.offer(spans);
    this.#outlet.offer({ spans, frames }, takers);
  }

  /** Why the query is exported, its end included; undefined: it is not. */
  #reason(notes: QueryNotes, end: QueryEnd): SamplingReason | undefined {
    const { tailSlowNs, tailErrors } = this.#options;
    const isSlow = tailSlowNs !== undefined && end.endNs - notes.start.startNs >= tailSlowNs;
    const failed = notes.failure !== undefined;
    const tail = isSlow ? 'slow' : failed && tailErrors ? 'error' : undefined;
    const wanted = notes.isKept ? 'forced' : (notes.decision.sampled ?? tail);
    const isRefused = wanted !== undefined && !this.#guard.take(clockNs(), failed);
    const reason = isRefused ? undefined : wanted;
    if (isRefused) this.#metrics.refused(notes);
    else this.#metrics.decided(reason);
    return reason;
  }

  #slow(notes: QueryNotes, end: QueryEnd): void {
    const durationNs = end.endNs - notes.start.startNs;
    const { slowStatementNs, lines } = this.#options;
    if (durationNs < slowStatementNs) return;
    const { lineFilter } = notes.decision;
    if (!lineFilter.enabled('pgwire::slow_statement', 'warn')) return;
    const fields = {
      class: notes.operation === '' ? 'OTHER' : notes.operation,
      tables: notes.tables,
      protocol: notes.start.protocol,
      duration_us: Math.floor(durationNs / 1000),
      success: notes.failure === undefined,
      trace_id: notes.traceId,
    };
    if (lines) {
      const timeUs = epochMicros(end.endNs);
      const message = 'pgwire.slow_statement';
      const target = 'pgwire::slow_statement';
      this.#outlet.event({ timeUs, level: 'WARN', target, message, fields, sql: notes.start.sql });
      return;
    }
    if (this.#options.lineFilter.isOff) return;
    const ms = Math.round(durationNs / 1e6);
    this.#log.warn(`slow statement: ${notes.summary}, ${ms} ms, ${fields.protocol} protocol`);
  }

  transactionEnded(block: TransactionSpan): void {
    const span = transactionSpan(block);
    const { spanFilter } = this.#options;
    if (!this.#exports || !spanFilter.enabled(span.target, span.level, span)) return;
    this.#send([span], { exporters: true, lines: false }, block.user);
  }

  cancelRequested(request: Parameters<Tracer['cancelRequested']>[0]): void {
    if (this.#exports) this.#single(cancelSpan(request), request.user);
  }

  /** Exports a span that is a trace alone; says whether it did. */
  #single(span: SpanData, user: string): boolean {
    const { spanFilter, sampler } = this.#options;
    if (!isWithinRatio(span.traceId, sampler.ratio)) return false;
    if (!spanFilter.enabled(span.target, span.level, span)) return false;
    this.#send([span], { exporters: true, lines: false }, user);
    return true;
  }

  sessionStarted(start: Parameters<Tracer['sessionStarted']>[0]): void {
    if (!this.#exports) return;
    const span = sessionSpan(start);
    if (!this.#single(span, start.user)) return;
    if (this.#sessions.size >= sessionsMax) this.#sessions.clear();
    const { traceId, spanId } = span;
    this.#sessions.set(start.sessionId, { traceId, spanId, attributes: { link: 'session' } });
  }

  listen(listener: SpanListener): void {
    this.#listener = listener;
  }

  recentSpans(isVisible: (user: string) => boolean): SentSpans {
    return this.#recent.visible(isVisible);
  }

  counters(): Readonly<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const [name, count] of Object.entries(this.#listener?.counts ?? {})) {
      found[`self_${name}`] = count;
    }
    for (const [name, counts] of this.#outlet.sinks) {
      found[`${name}_produced`] = counts.produced;
      found[`${name}_exported`] = counts.exported;
      found[`${name}_queued`] = counts.queued;
      found[`${name}_dropped`] = counts.droppedFull + counts.droppedFailed;
      found[`${name}_dropped_queue_full`] = counts.droppedFull;
      found[`${name}_dropped_export_failed`] = counts.droppedFailed;
      found[`${name}_failures`] = counts.failures;
    }
    return found;
  }

  metrics(): readonly MetricFamily[] {
    return [
      ...this.#metrics.now,
      ...this.server.now,
      ...sinkFamilies(this.#outlet.sinks, this.#metrics.dropped),
      this.#outlet.exportSeconds.now,
      ...this.#process.now,
    ];
  }

  exportMetrics(collect: () => readonly MetricFamily[]): void {
    const { intervalMs } = this.#options.export.metrics;
    if (intervalMs === 0) return;
    this.#sendMetrics = () => this.#outlet.metrics(collect());
    this.#metricsTimer = setInterval(this.#sendMetrics, intervalMs).unref();
  }

  reload(setting: (name: string) => string): void {
    const { export: exports, lines, selfTrace, tracesPerSecondMax } = this.#options;
    const read = readTraceOptions(setting, exports.serviceVersion);
    for (const warning of read.warnings) this.#log.warn(warning);
    this.#options = { ...read, export: exports, lines, selfTrace };
    this.#untraced = untraced(read);
    if (read.tracesPerSecondMax !== tracesPerSecondMax) {
      this.#guard = new RateGuard(read.tracesPerSecondMax);
    }
  }

  async flush(): Promise<void> {
    this.#buildAll();
    await this.#outlet.flush();
  }

  async shutdown(): Promise<void> {
    this.#buildAll();
    clearInterval(this.#metricsTimer);
    this.#sendMetrics?.();
    this.#process.close();
    await this.#outlet.close();
  }
}

/** What is decided for every query while no spans and lines can leave. */
function untraced({ spanFilter, lineFilter }: TraceOptions): QueryDecision {
  return {
    ...{ traceId: '', wantsNodes: false, ownTraceparent: '' },
    hasInvalidContext: false,
    caller: undefined,
    sampled: undefined,
    spanFilter,
    lineFilter,
    sessionLink: undefined,
  };
}

function busyShare(before: EventLoopUtilization): number {
  return Math.round(performance.eventLoopUtilization(before).utilization * 1000) / 1000;
}

function traceparentOf({ traceId, spanId, sampled }: CallerContext): string {
  return `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
}
