/**
 * @opentelemetry/exporter-jaeger with a part of it replaced: its sender, or the conversion as well.
 * Its own senders never give up on a collector that does not answer, lose a whole batch to one span
 * that does not fit a datagram, and send whole numbers as doubles.
 */
import { createRequire } from 'node:module';
import type * as Jaeger from '@opentelemetry/exporter-jaeger';
import type { EncodedSpan } from './encoded-span.ts';
import { ExportFailure } from './export-failure.ts';
import { makeThriftConstructorsOfClosures } from './thrift-constructors.ts';

const load = createRequire(import.meta.url);

type ExportDone = Parameters<Jaeger.JaegerExporter['export']>[1];

/** Members of JaegerExporter that others take the place of. */
export type ReplacedParts =
  | { readonly _sender: object }
  | { readonly _sendSpans: (spans: EncodedSpan[], done: ExportDone) => Promise<void> };

export type SendBatch = (spans: readonly EncodedSpan[], signal: AbortSignal) => Promise<void>;

/** Errors: what the replaced part failed with; ExportFailure when the signal fires. */
export function openJaegerExporter(parts: ReplacedParts): SendBatch {
  makeThriftConstructorsOfClosures();
  const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as typeof Jaeger;
  const exporter = new JaegerExporter();
  Object.assign(exporter, parts);
  return (spans, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => reject(new ExportFailure('no answer in time'));
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      exporter.export([...spans], ({ code, error }) => {
        signal.removeEventListener('abort', abort);
        if (code === 0) resolve();
        else reject(error);
      });
    });
}
