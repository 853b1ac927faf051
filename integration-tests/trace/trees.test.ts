import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging, spanTrees, treeText } from './span-tree.ts';
import { formatTraceScript, parseTraceScript, type TraceBlock } from './trace-script.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const folder = fileURLToPath(new URL('../../../integration-tests/trace/', import.meta.url));
/** Spans that exist only when something took long. */
const dependOnLoad = ['pgwire.receive', 'queue.wait', 'client.write_wait'];
const update = process.env['UPDATE'] === '1';

describe('span trees', { concurrency: false }, () => {
  let collector: Collector;
  let server: TracedServer;
  let client: pg.Client;

  before(async () => {
    collector = await Collector.listen();
    server = await TracedServer.start({
      OTEL_EXPORTER_JAEGER_ENDPOINT: collector.url,
      TRACE_MAX_TRACES_PER_SEC: '0',
    });
    client = await server.connect();
  });
  after(async () => {
    await server?.stop();
    collector?.close();
  });

  async function treeOf(block: TraceBlock): Promise<readonly DecodedSpan[]> {
    const query =
      block.mode === 'extended' ? { text: block.sql, queryMode: 'extended' } : block.sql;
    await client.query(query).catch(() => undefined);
    const spans = await collector.jaegerTrace(await lastTraceId(client));
    return spans.filter(({ name }) => !dependOnLoad.includes(name));
  }

  for (const name of readdirSync(folder).filter((file) => file.endsWith('.trace'))) {
    it(`are those of ${name}`, async () => {
      const path = join(folder, name);
      const blocks = parseTraceScript(readFileSync(path, 'utf8'));
      for (const block of blocks) {
        if (block.kind === 'setup') await client.query(block.sql);
        if (block.kind !== 'run') continue;
        const spans = await treeOf(block);
        assert.deepEqual(overhanging(spans), [], `spans stick out in: ${block.sql}`);
        const actual = spanTrees(spans)
          .map((tree) => treeText(tree))
          .join('')
          .trimEnd();
        if (update) block.expected = actual;
        assert.equal(actual, block.expected, `the tree of: ${block.sql}`);
      }
      if (update) writeFileSync(path, formatTraceScript(blocks));
    });
  }
});
