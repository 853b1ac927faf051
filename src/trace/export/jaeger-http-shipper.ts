/**
 * Jaeger's Thrift over HTTP by JaegerExporter, whose conversion is replaced: ours works on encoded spans
 * and makes the same bytes in a third of the time.
 */
import { batchBody, type JaegerProcess } from '../encoding/jaeger-batch.ts';
import { JaegerSpanWriter } from '../encoding/jaeger-span.ts';
import { ThriftWriter } from '../encoding/thrift-writer.ts';
import { answered } from './export-failure.ts';
import { HttpPost } from './http-post.ts';
import { openJaegerExporter } from './jaeger-exporter.ts';
import type { JaegerTarget } from './jaeger-shipper.ts';
import type { SpanShipper } from './span-shipper.ts';

export function jaegerHttpShipper(target: JaegerTarget, process: JaegerProcess): SpanShipper {
  const options = postOptions(target);
  const post = new HttpPost(options);
  const out = new ThriftWriter();
  const writer = new JaegerSpanWriter(out);
  const noSpans = batchBody(process, { count: 0, bytes: Buffer.alloc(0) });
  let attempt = new AbortController().signal;
  const send = openJaegerExporter({
    async _sendSpans(spans, done) {
      out.clear();
      for (const { bytes } of spans) writer.write(bytes);
      await post.send(batchBody(process, { count: spans.length, bytes: out.bytes }), attempt);
      done({ code: 0 });
    },
  });
  return {
    async ship(spans, signal) {
      attempt = signal;
      await send(spans, signal);
      return 0;
    },
    async probe(signal) {
      const once = new HttpPost(options);
      try {
        await answered(once.send(noSpans, signal));
      } finally {
        once.close();
      }
    },
    close: () => post.close(),
  };
}

function postOptions({ endpoint, user, password }: JaegerTarget) {
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    url: endpoint,
    headers: {
      'content-type': 'application/x-thrift',
      ...(user === '' ? {} : { authorization: `Basic ${credentials}` }),
    },
    gzip: false,
    authority: '',
    readsBody: false,
  };
}
