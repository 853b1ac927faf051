/**
 * A finished span as plain data: built on the main thread, sent to the export worker, turned into
 * the exporters' form there. Times are whole microseconds since 1970, both ends rounded down, so
 * that every exporter says the same and a child never sticks out of its parent by rounding.
 */
import type { FixedAttributes } from '../encoding/fixed-attributes.ts';
import type { Level } from '../choice/filter.ts';
import { clockOriginMs } from '../node-statistics.ts';
import type { AttributeValue } from '../query-trace.ts';

export type Attributes = Record<string, AttributeValue>;

export interface SpanEvent {
  readonly name: string;
  readonly timeUs: number;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** What the JSON line says besides times and ids. */
export interface LineFields {
  readonly name: string;
  readonly phase: string;
  /** Keys of the line's `span` in order; `elapsed_ms` is put after `rows_produced`. */
  readonly fields: Readonly<Record<string, AttributeValue>>;
}

export interface SpanData {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: no parent. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly queryId: string;
  readonly name: string;
  readonly isServer: boolean;
  readonly startUs: number;
  readonly endUs: number;
  /** Besides `fixed`. */
  readonly attributes: Attributes;
  readonly fixed?: FixedAttributes | undefined;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** SQLSTATE when the span's status is ERROR. */
  readonly error: string | undefined;
  readonly target: string;
  readonly level: Level;
  readonly line: LineFields;
  /** Root only: the raw text. The worker makes template and fingerprint of it; never exported. */
  readonly sql: string | undefined;
}

/** Microseconds since 1970 of a reading of the process clock. */
export function epochMicros(ns: number): number {
  return clockOriginMs() * 1000 + Math.floor(ns / 1000);
}

let lastSecond = -1;
let lastText = '';

/** RFC 3339, UTC, microseconds. */
export function instantText(micros: number): string {
  const second = Math.floor(micros / 1e6);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return `${lastText}${String(micros - second * 1e6).padStart(6, '0')}Z`;
}
