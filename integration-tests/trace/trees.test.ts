import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import type { DecodedSpan } from './decoded-span.ts';
import { overhanging, spanTrees, treeText } from './span-tree.ts';
import { formatTraceScript, parseTraceScript, type TraceBlock } from './trace-script.ts';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

const folder = fileURLToPath(new URL('../../../integration-tests/trace/', import.meta.url));
/** Spans that exist only when something took long. */
const dependOnLoad = [
  'pgwire.receive',
  'queue.wait',
  'session.begin',
  'session.end',
  'execute_trial',
  'client.write_wait',
];
const update = process.env['UPDATE'] === '1';

describe('span trees', { concurrency: false }, () => {
  const traced = useTraced({
    exporters: ['jaeger'],
    settings: { TRACE_MAX_TRACES_PER_SEC: '0' },
  });

  async function treeOf(block: TraceBlock): Promise<readonly DecodedSpan[]> {
    const query =
      block.mode === 'extended' ? { text: block.sql, queryMode: 'extended' } : block.sql;
    await traced.client.query(query).catch(() => undefined);
    const spans = await traced.collector.jaegerTrace(await lastTraceId(traced.client));
    return spans.filter(({ name }) => !dependOnLoad.includes(name));
  }

  for (const name of readdirSync(folder).filter((file) => file.endsWith('.trace'))) {
    it(`are those of ${name}`, async () => {
      const path = join(folder, name);
      const blocks = parseTraceScript(readFileSync(path, 'utf8'));
      for (const block of blocks) {
        if (block.kind === 'setup') await traced.client.query(block.sql);
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
