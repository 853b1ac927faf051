/** A span as a collector saw it, whatever the protocol. */
export type DecodedValue = string | number | boolean;

export interface DecodedEvent {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, DecodedValue>;
}

export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: none. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly attributes: ReadonlyMap<string, DecodedValue>;
  readonly events: readonly DecodedEvent[];
  /** Trace and span id of each. */
  readonly links: readonly string[];
  readonly isServer: boolean;
  readonly isError: boolean;
  readonly service: string;
}
