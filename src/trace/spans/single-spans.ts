/** Spans that are no query's: a session's start, and those that users of the library open. */
import { newSpanId, newTraceId } from './ids.ts';
import type {
  AttributeValue,
  CustomSpanStart,
  SpanIdentity,
  TransactionSpan,
} from '../query-trace.ts';
import { epochMicros, type SpanData } from './span-data.ts';
import type { CallerContext } from '../choice/trace-context.ts';

interface Times {
  readonly startNs: number;
  readonly endNs: number;
}

type Single = Pick<SpanData, 'traceId' | 'spanId' | 'name' | 'isServer' | 'target' | 'attributes'>;

function singleSpan(single: Single, { startNs, endNs }: Times): SpanData {
  const startUs = epochMicros(startNs);
  const { name } = single;
  return {
    ...single,
    parentSpanId: '',
    traceState: '',
    queryId: '',
    startUs,
    endUs: Math.max(startUs, epochMicros(endNs)),
    events: [],
    links: [],
    error: undefined,
    level: 'info',
    line: { name, phase: 'session', fields: {} },
    sql: undefined,
  };
}

/** Every query root of the session links to it. */
export function sessionSpan(
  start: Times & {
    readonly sessionId: string;
    readonly attributes: Readonly<Record<string, AttributeValue>>;
  },
): SpanData {
  const attributes = { 'session.id': start.sessionId, ...start.attributes };
  return singleSpan(
    {
      traceId: newTraceId(),
      spanId: newSpanId(),
      name: 'pgwire.session',
      isServer: true,
      target: 'pgwire::session',
      attributes,
    },
    start,
  );
}

export function cancelSpan(
  request: Times & { readonly processId: number; readonly victim: SpanIdentity | undefined },
): SpanData {
  const { processId, victim } = request;
  const single = singleSpan(
    {
      traceId: newTraceId(),
      spanId: newSpanId(),
      name: 'CancelRequest',
      isServer: true,
      target: 'pgwire::cancel',
      attributes: { 'cancel.pid': processId, 'cancel.found': victim !== undefined },
    },
    request,
  );
  const { traceId = '', spanId = '' } = victim ?? {};
  const links = traceId === '' ? [] : [{ traceId, spanId, attributes: { link: 'cancelled' } }];
  return { ...single, links };
}

/** From the BEGIN's first byte to the end of what ended the block. */
export function transactionSpan(block: TransactionSpan): SpanData {
  const { traceId, spanId, parentSpanId, attributes } = block;
  const target = 'pgwire::transaction';
  const name = 'TransactionBlock';
  const single = { traceId, spanId, name, isServer: false, target, attributes };
  return { ...singleSpan(single, block), parentSpanId };
}

export function customSpan(
  span: CustomSpanStart &
    Times & {
      readonly traceId: string;
      readonly spanId: string;
      readonly caller: CallerContext | undefined;
      readonly failed: boolean;
    },
): SpanData {
  const { traceId, spanId, name, caller, failed } = span;
  const error = failed ? '_OTHER' : undefined;
  const attributes = { ...span.attributes, ...(failed ? { 'error.type': '_OTHER' } : {}) };
  const target = 'timefusion::custom';
  const single = { traceId, spanId, name, isServer: false, target, attributes };
  return { ...singleSpan(single, span), parentSpanId: caller?.spanId ?? '', error };
}
