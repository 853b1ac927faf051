/** One way out of the process: brings a batch of encoded spans to a collector. */
import type { EncodedSpan } from './encoded-span.ts';

export interface SpanShipper {
  /**
   * Resolves with how many of the spans the collector refused. When the signal fires, nothing of
   * the attempt may stay behind. Errors: ExportFailure, or what the transport says.
   */
  ship(spans: readonly EncodedSpan[], signal: AbortSignal): Promise<number>;
  /**
   * Asks on a connection of its own, with a message without spans, whether the collector answers at
   * all; whatever it says will do. Errors: when it does not.
   */
  readonly probe?: (signal: AbortSignal) => Promise<void>;
  close(): void;
}
