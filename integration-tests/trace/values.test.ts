/** Row values and parameters are in spans only where the session asks for them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Collector } from './collector.ts';
import type { DecodedSpan } from './decoded-span.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

describe('values in spans', { concurrency: false }, () => {
  let collector: Collector;
  let server: TracedServer;
  let client: pg.Client;

  before(async () => {
    collector = await Collector.listen();
    server = await TracedServer.start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    client = await server.connect();
    await client.query('CREATE TABLE cities (id int, name text)');
    await client.query(
      `INSERT INTO cities VALUES (1, '東京 🎉'), (2, repeat('x', 100000)), (3, NULL)`,
    );
  });
  after(async () => {
    await server?.stop();
    collector?.close();
  });

  async function spansOf(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly DecodedSpan[]> {
    await client.query(sql, [...values]);
    return collector.otlpTrace(await lastTraceId(client));
  }

  it('are not there by default', async () => {
    const spans = await spansOf('SELECT name FROM cities WHERE id = $1', [1]);
    for (const { attributes } of spans) {
      assert.equal(attributes.has('datafusion.preview'), false);
      assert.equal(attributes.has('db.query.parameter.0'), false);
    }
  });

  it('are previewed as narrow tables, cells cut', async () => {
    await client.query('SET trace.preview_rows = 2');
    const spans = await spansOf('SELECT id, name FROM cities ORDER BY id');
    const sort = spans.find(({ name }) => name === 'SortExec');
    assert.equal(sort?.attributes.get('datafusion.preview_rows'), 2);
    assert.equal(
      sort?.attributes.get('datafusion.preview'),
      [
        '+----+---------------------------------------------------------+',
        '| id | name                                                    |',
        '|====+=========================================================|',
        '| 1  | 東京 🎉                                                 |',
        '|----+---------------------------------------------------------|',
        `| 2  | ${'x'.repeat(55)} |`,
        `|    | ${'x'.repeat(55)} |`,
        `|    | ${'x'.repeat(54)}… |`,
        '+----+---------------------------------------------------------+',
      ].join('\n'),
    );
    await client.query('RESET trace.preview_rows');
  });

  it('of parameters are attributes of the root', async () => {
    await client.query('SET trace.parameters = on');
    const spans = await spansOf('SELECT name FROM cities WHERE id = $1::int AND name > $2', [
      7,
      'y'.repeat(1000),
    ]);
    const root = spans.find(({ isServer }) => isServer);
    assert.equal(root?.attributes.get('db.query.parameter.0'), '7');
    assert.equal(root?.attributes.get('db.query.parameter.1'), `${'y'.repeat(255)}…`);
    await client.query('RESET trace.parameters');
  });
});
