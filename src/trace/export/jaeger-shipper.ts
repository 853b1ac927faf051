/** Spans to Jaeger: over HTTP to its collector, or by datagrams to its agent. */
import type { JaegerProcess } from '../encoding/jaeger-batch.ts';
import { jaegerAgentShipper } from './jaeger-agent-shipper.ts';
import { jaegerHttpShipper } from './jaeger-http-shipper.ts';
import type { SpanShipper } from './span-shipper.ts';

export const processBytesMax = 4096;

export interface JaegerTarget {
  /** Empty: datagrams to the agent. */
  readonly endpoint: string;
  readonly agentHost: string;
  readonly agentPort: number;
  readonly user: string;
  readonly password: string;
}

type Tags = Readonly<Record<string, string | number>>;

export function jaegerShipper(target: JaegerTarget, service: string, facts: Tags): SpanShipper {
  const tags = Object.entries(fittedTags(facts)).map(([key, value]) => tagOf(key, value));
  const process = { serviceName: service, tags };
  return target.endpoint === ''
    ? jaegerAgentShipper(target, process)
    : jaegerHttpShipper(target, process);
}

function tagOf(key: string, value: string | number): JaegerProcess['tags'][number] {
  const isNumber = typeof value === 'number';
  return {
    key,
    vType: isNumber ? 'DOUBLE' : 'STRING',
    vStr: String(value),
    vDouble: Number(value),
    vBool: false,
  };
}

/** As many as leave a datagram room for spans. */
function fittedTags(tags: Tags): Tags {
  let bytes = 0;
  return Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => {
      bytes += Buffer.byteLength(`${key}${value}`) + 32;
      return bytes <= processBytesMax;
    }),
  );
}
