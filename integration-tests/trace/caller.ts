/** A caller with a trace of its own, as a traced client is one. */
import { randomBytes } from 'node:crypto';

export interface Caller {
  readonly traceId: string;
  readonly spanId: string;
  /** Its traceparent. */
  readonly header: string;
}

export function newCaller(flags = '01'): Caller {
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  return { traceId, spanId, header: `00-${traceId}-${spanId}-${flags}` };
}
