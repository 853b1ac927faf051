/** OTLP/JSON as exporters write it: messages, and their values as plain JSON. */

export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
  readonly bytesValue?: string;
}

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

type Nanos = string | number;

export interface OtlpEvent {
  readonly timeUnixNano?: Nanos;
  readonly name?: string;
  readonly attributes?: readonly KeyValue[];
}

export interface OtlpLink {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceState?: string;
  readonly attributes?: readonly KeyValue[];
}

export interface OtlpSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name?: string;
  readonly kind?: number | string;
  readonly startTimeUnixNano?: Nanos;
  readonly endTimeUnixNano?: Nanos;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly OtlpLink[];
  readonly status?: { readonly code?: number | string; readonly message?: string };
}

export interface OtlpLog {
  readonly timeUnixNano?: Nanos;
  readonly observedTimeUnixNano?: Nanos;
  readonly severityNumber?: number | string;
  readonly severityText?: string;
  readonly body?: AnyValue;
  readonly attributes?: readonly KeyValue[];
  readonly flags?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly eventName?: string;
}

export interface Scope {
  readonly name?: string;
  readonly version?: string;
}

interface Resource {
  readonly attributes?: readonly KeyValue[];
}

export interface OtlpDocument {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource;
    readonly scopeSpans?: readonly {
      readonly scope?: Scope;
      readonly spans?: readonly OtlpSpan[];
    }[];
  }[];
  readonly resourceLogs?: readonly {
    readonly resource?: Resource;
    readonly scopeLogs?: readonly {
      readonly scope?: Scope;
      readonly logRecords?: readonly OtlpLog[];
    }[];
  }[];
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Integers beyond 2^53 stay texts, and so do infinities, which JSON lacks. */
export function plainValue(value: AnyValue | undefined): Json {
  if (value === undefined) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) return wholeNumber(value.intValue);
  if (value.doubleValue !== undefined) {
    const number = Number(value.doubleValue);
    return Number.isFinite(number) ? number : String(value.doubleValue);
  }
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return plainAttributes(value.kvlistValue.values);
  return value.bytesValue ?? null;
}

function wholeNumber(value: string | number): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

export function plainAttributes(list: readonly KeyValue[] | undefined): { [key: string]: Json } {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key, plainValue(value)]));
}

/** µs since 1970; undefined: no time was given. */
export function micros(nanos: Nanos | undefined): bigint | undefined {
  if (nanos === undefined || nanos === '' || Number(nanos) === 0) return undefined;
  return BigInt(nanos) / 1000n;
}
