/** The session thread's own health: its event loop, its garbage collector, its heap. */
import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type PerformanceNodeEntry,
} from 'node:perf_hooks';
import { CounterFamily, HistogramFamily, type MetricFamily } from './metric-families.ts';
import { clockOriginMs } from '../node-statistics.ts';

const collectionBounds = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5];
const collectionsMax = 256;

const kinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak_callbacks',
};

interface Collection {
  readonly startNs: number;
  readonly endNs: number;
}

export class ProcessMetrics {
  readonly #collections = new HistogramFamily(
    'nodejs_gc_duration_seconds',
    'Garbage collections of the session thread, by kind.',
    collectionBounds,
  );
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#collected(entry as PerformanceNodeEntry);
  });
  /** The last ones, by the process clock. */
  readonly #recent: Collection[] = [];
  #loopDelay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  #utilization = performance.eventLoopUtilization();

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  #collected({ startTime, duration, detail }: PerformanceNodeEntry): void {
    const { kind = 0 } = (detail ?? {}) as { readonly kind?: number };
    this.#collections.observe({ kind: kinds[kind] ?? 'other' }, duration / 1000);
    const startNs = (performance.timeOrigin + startTime - clockOriginMs()) * 1e6;
    if (this.#recent.length >= collectionsMax) this.#recent.shift();
    this.#recent.push({ startNs, endNs: startNs + duration * 1e6 });
  }

  /** How long the thread collected garbage within the interval, as far as it is remembered. */
  collectingNs(startNs: number, endNs: number): number {
    let total = 0;
    for (let at = this.#recent.length - 1; at >= 0; at--) {
      const collection = this.#recent[at];
      if (collection === undefined || collection.endNs <= startNs) break;
      const from = Math.max(startNs, collection.startNs);
      total += Math.max(0, Math.min(endNs, collection.endNs) - from);
    }
    return Math.round(total);
  }

  close(): void {
    this.#observer.disconnect();
    this.#loopDelay?.disable();
  }

  /** The event loop's delay is watched from the first time that somebody asks. */
  get now(): readonly MetricFamily[] {
    return [this.#delay(), this.#used(), heapFamily(), this.#collections.now];
  }

  #delay(): MetricFamily {
    if (this.#loopDelay === undefined) {
      this.#loopDelay = monitorEventLoopDelay({ resolution: 20 });
      this.#loopDelay.enable();
    }
    const lag = new CounterFamily(
      'nodejs_eventloop_lag_seconds',
      'Event loop delay since the last reading.',
      'gauge',
    );
    const delay = this.#loopDelay;
    const seconds = (ns: number): number => (Number.isFinite(ns) ? ns / 1e9 : 0);
    lag.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
    lag.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
    lag.set({ quantile: '1' }, seconds(delay.max));
    delay.reset();
    return lag.now;
  }

  #used(): MetricFamily {
    const used = new CounterFamily(
      'nodejs_eventloop_utilization_ratio',
      'Share of the time since the last reading in which the event loop was busy.',
      'gauge',
    );
    const now = performance.eventLoopUtilization();
    used.set({}, performance.eventLoopUtilization(now, this.#utilization).utilization);
    this.#utilization = now;
    return used.now;
  }
}

function heapFamily(): MetricFamily {
  const heap = new CounterFamily('nodejs_heap_bytes', 'Heap of the JavaScript engine.', 'gauge');
  const { heapUsed, heapTotal } = process.memoryUsage();
  heap.set({ state: 'used' }, heapUsed);
  heap.set({ state: 'total' }, heapTotal);
  return heap.now;
}
