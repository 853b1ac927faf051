/** Datagrams to Jaeger's agent, of what JaegerExporter makes of spans: whole spans, as many as fit. */
import { createSocket, type Socket } from 'node:dgram';
import {
  batchDatagram,
  writeSpan,
  type EncodedSpans,
  type JaegerProcess,
  type JaegerSpan,
} from '../encoding/jaeger-batch.ts';
import { ThriftWriter } from '../encoding/thrift-writer.ts';
import { openJaegerExporter } from './jaeger-exporter.ts';
import type { JaegerTarget } from './jaeger-shipper.ts';
import type { SpanShipper } from './span-shipper.ts';

/** What Jaeger's agent reads of one datagram. */
export const datagramBytesMax = 65_000;

type Done = (count: number, error?: string) => void;

/** What JaegerExporter asks of a sender, and how an attempt is told to it. */
class AgentSender {
  readonly #spans = new ThriftWriter();
  readonly #one = new ThriftWriter();
  readonly #target: JaegerTarget;
  readonly #process: JaegerProcess;
  readonly #room: number;
  #socket: Socket | undefined;
  #count = 0;
  failure: unknown;
  refused = 0;

  constructor(target: JaegerTarget, process: JaegerProcess) {
    this.#target = target;
    this.#process = process;
    this.#room =
      datagramBytesMax - batchDatagram(process, { count: 0, bytes: this.#one.bytes }).length;
  }

  begin(): void {
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
    const sent = this.#send({ count, bytes: this.#spans.bytes });
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

  #send(spans: EncodedSpans): Promise<void> {
    const { agentHost, agentPort } = this.#target;
    const socket = (this.#socket ??= openSocket(agentHost));
    const bytes = batchDatagram(this.#process, spans);
    return new Promise((resolve, reject) => {
      socket.send(bytes, agentPort, agentHost, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#socket?.close();
  }
}

function openSocket(host: string): Socket {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  return socket;
}

export function jaegerAgentShipper(target: JaegerTarget, process: JaegerProcess): SpanShipper {
  const sender = new AgentSender(target, process);
  const send = openJaegerExporter({ _sender: sender });
  return {
    async ship(spans, signal) {
      sender.begin();
      await send(spans, signal).catch((error: unknown) => {
        throw sender.failure ?? error;
      });
      return sender.refused;
    },
    close: () => sender.close(),
  };
}
