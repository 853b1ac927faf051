/**
 * Spans by @opentelemetry/exporter-jaeger, whose senders are replaced. Its own HTTP sender never
 * gives up on a collector that does not answer, reads endless answers and takes a redirection for
 * success; its own UDP sender loses a whole batch to one span that does not fit; both send whole
 * numbers as doubles and take four times the time.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createRequire } from 'node:module';
import type * as Jaeger from '@opentelemetry/exporter-jaeger';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { answered, ExportFailure } from './export-failure.ts';
import { HttpPost } from './http-post.ts';
import {
  batchBody,
  batchDatagram,
  writeSpan,
  type JaegerProcess,
  type JaegerSpan,
} from './jaeger-batch.ts';
import type { SpanShipper } from './span-shipper.ts';
import { makeThriftConstructorsOfClosures } from './thrift-constructors.ts';
import { ThriftWriter } from './thrift-writer.ts';

const load = createRequire(import.meta.url);
/** What Jaeger's agent reads of one datagram. */
export const datagramBytesMax = 65_000;
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
type Done = (count: number, error?: string) => void;

/** What JaegerExporter asks of a sender, and how an attempt is told to it. */
class JaegerSender {
  readonly #transport: Transport;
  readonly #spans = new ThriftWriter();
  readonly #one = new ThriftWriter();
  readonly #process: JaegerProcess;
  readonly #room: number;
  #count = 0;
  #signal = new AbortController().signal;
  failure: unknown;
  refused = 0;

  constructor(transport: Transport, process: JaegerProcess) {
    this.#transport = transport;
    this.#process = process;
    this.#room = transport.spanBytesMax(process);
  }

  begin(signal: AbortSignal): void {
    this.#signal = signal;
    this.#spans.clear();
    this.#count = 0;
    this.failure = undefined;
    this.refused = 0;
  }

  append(span: JaegerSpan, done: Done): void {
    const one = this.#one;
    one.clear();
    writeSpan(one, span);
    if (one.size > this.#room) {
      this.refused += 1;
      done(0);
      return;
    }
    const add = (): void => {
      this.#spans.append(one.bytes);
      this.#count += 1;
    };
    if (this.#spans.size + one.size <= this.#room) {
      add();
      done(0);
      return;
    }
    this.flush((count, error) => {
      add();
      done(count, error);
    });
  }

  flush(done: Done): void {
    const count = this.#count;
    if (count === 0) {
      done(0);
      return;
    }
    const spans = { count, bytes: this.#spans.bytes };
    const sent = this.#transport.send(this.#process, spans, this.#signal);
    this.#spans.clear();
    this.#count = 0;
    sent.then(
      () => done(count),
      (error: unknown) => {
        this.failure = error;
        done(count, String(error));
      },
    );
  }

  close(): void {
    this.#transport.close();
  }
}

interface Transport {
  /** Room for spans in one message. */
  spanBytesMax(process: JaegerProcess): number;
  send(process: JaegerProcess, spans: Encoded, signal: AbortSignal): Promise<unknown>;
  readonly probe?: SpanShipper['probe'];
  close(): void;
}
type Encoded = Parameters<typeof batchBody>[1];

function httpTransport({ endpoint, user, password }: JaegerTarget): Transport {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  const options = {
    url: endpoint,
    headers: {
      'content-type': 'application/x-thrift',
      ...(user === '' ? {} : { authorization: `Basic ${credentials}` }),
    },
    gzip: false,
    authority: '',
    readsBody: false,
  };
  const post = new HttpPost(options);
  return {
    async probe(signal) {
      const once = new HttpPost(options);
      try {
        await answered(once.send(Buffer.alloc(0), signal));
      } finally {
        once.close();
      }
    },
    spanBytesMax: () => Number.POSITIVE_INFINITY,
    send: (process, spans, signal) => post.send(batchBody(process, spans), signal),
    close: () => post.close(),
  };
}

function udpTransport({ agentHost, agentPort }: JaegerTarget): Transport {
  let socket: Socket | undefined;
  const open = (): Socket => {
    const made = createSocket(agentHost.includes(':') ? 'udp6' : 'udp4');
    made.on('error', () => undefined);
    return made;
  };
  const empty = { count: 0, bytes: new Uint8Array() };
  return {
    spanBytesMax: (process) => datagramBytesMax - batchDatagram(process, empty).length,
    send: (process, spans) =>
      new Promise<void>((resolve, reject) => {
        socket ??= open();
        const bytes = batchDatagram(process, spans);
        socket.send(bytes, agentPort, agentHost, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => socket?.close(),
  };
}

export function jaegerShipper(target: JaegerTarget, service: string, facts: Tags): SpanShipper {
  makeThriftConstructorsOfClosures();
  const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as typeof Jaeger;
  const transport = target.endpoint === '' ? udpTransport(target) : httpTransport(target);
  const tags = Object.entries(fittedTags(facts)).map(([key, value]) => tagOf(key, value));
  const sender = new JaegerSender(transport, { serviceName: service, tags });
  const exporter = new JaegerExporter();
  Object.assign(exporter, { _sender: sender });
  return {
    async ship(spans, signal) {
      sender.begin(signal);
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(new ExportFailure('no answer in time'));
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
        exporter.export([...spans] as ReadableSpan[], ({ code, error }) => {
          signal.removeEventListener('abort', abort);
          if (code === 0) resolve();
          else reject(sender.failure ?? error);
        });
      });
      return sender.refused;
    },
    ...(transport.probe === undefined ? {} : { probe: transport.probe }),
    close: () => sender.close(),
  };
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
