/**
 * The export thread: hands encoded spans to the exporters and writes lines. Requests of a batch take
 * milliseconds, which queries on the main thread never feel.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../../errors/assert.ts';
import type { ExporterPipe, ExporterReports } from './exporters.ts';
import type { LineWriter } from './line-writer.ts';
import type { MetricFamily } from '../metrics/metric-families.ts';
import type { MetricsShipper } from './metrics-shipper.ts';
import { OutputBuffer } from './output-buffer.ts';
import type { ExporterName, ExportOptions } from '../choice/trace-options.ts';
import { readFrames, wholeSpan } from '../encoding/span-frames.ts';
import type { FromExportWorker, SpanLine, SpanParcel, ToExportWorker } from './worker-messages.ts';

const port = must(parentPort, 'the main thread');
const options = workerData as ExportOptions;

function send(message: FromExportWorker): void {
  port.postMessage(message);
}

const reports: ExporterReports = {
  settled: (sink, exported, dropped, tookMs) =>
    send({ kind: 'settled', sink, exported, dropped, tookMs }),
  failure: (sink, message) => send({ kind: 'failure', sink, message }),
};

async function openPipes(): Promise<ReadonlyMap<ExporterName, ExporterPipe>> {
  if (options.exporters.length === 0) return new Map();
  const { ExporterPipe: Pipe } = await import('./exporters.ts');
  const outside = { reports, output };
  return new Map(options.exporters.map((name) => [name, new Pipe(name, options, outside)]));
}

/** Spans on the console and lines share standard output. */
const output = new OutputBuffer(1);
let writer: Promise<LineWriter> | undefined;

function lineWriter(): Promise<LineWriter> {
  writer ??= import('./line-writer.ts').then(
    ({ LineWriter: Writer }) =>
      new Writer(options.lineFormat, output, (exported, dropped) =>
        reportLines({ exported, dropped }),
      ),
  );
  return writer;
}

function reportLines(counts: { readonly exported: number; readonly dropped: number }): void {
  send({ kind: 'settled', sink: 'lines', ...counts, tookMs: 0 });
}

const pipes = openPipes();

async function takeParcel({ frames, exporters, lines }: SpanParcel): Promise<void> {
  if (exporters.length > 0) {
    const opened = await pipes;
    const takers = exporters.map((name) => opened.get(name));
    for (const frame of readFrames(Buffer.from(frames.buffer, 0, frames.length))) {
      const span = wholeSpan(frame);
      for (const pipe of takers) pipe?.take(span);
    }
  }
  if (lines === '') return;
  const writing = await lineWriter();
  for (const line of JSON.parse(lines) as SpanLine[]) writing.span(line);
}

let metrics: Promise<MetricsShipper> | undefined;

/** Not awaited but by a flush: a collector that hangs must not hold up spans. */
async function sendMetrics(families: readonly MetricFamily[]): Promise<void> {
  metrics ??= import('./metrics-shipper.ts').then(({ MetricsShipper: Shipper }) => {
    return new Shipper(options, (message) => send({ kind: 'metricsFailure', message }));
  });
  (await metrics).take(families);
}

async function flush(last: boolean): Promise<void> {
  const flushed = [...(await pipes).values()].map((pipe) => pipe.flush(last));
  await Promise.all([...flushed, (await metrics)?.flush()]);
  await (await writer)?.flush();
}

async function receive(message: ToExportWorker): Promise<void> {
  switch (message.kind) {
    case 'spans':
      for (const parcel of message.parcels) await takeParcel(parcel);
      return;
    case 'event':
      (await lineWriter()).event(message.line);
      return;
    case 'metrics':
      await sendMetrics(message.families);
      return;
    case 'flush':
      // Not awaited: an exporter that waits for its collector must not hold up lines.
      flush(message.last).finally(() => send({ kind: 'flushed', number: message.number }));
      return;
  }
}

/** Messages are worked off in order; a flush comes after everything that was sent before it. */
let turn: Promise<void> = Promise.resolve();
port.on('message', (message: ToExportWorker) => {
  turn = turn.then(() => receive(message));
});
