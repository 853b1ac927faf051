/** Row values and parameters are in spans only where the session asks for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DecodedSpan } from './decoded-span.ts';
import { lastTraceId } from './traced-server.ts';
import { useTraced } from './traced-setup.ts';

describe('values in spans', { concurrency: false }, () => {
  const traced = useTraced({
    statements: [
      'CREATE TABLE cities (id int, name text)',
      "INSERT INTO cities VALUES (1, '東京 🎉'), (2, repeat('x', 100000)), (3, NULL)",
    ],
  });

  async function spansOf(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly DecodedSpan[]> {
    await traced.client.query(sql, [...values]);
    return traced.collector.otlpTrace(await lastTraceId(traced.client));
  }

  it('are not there by default', async () => {
    const spans = await spansOf('SELECT name FROM cities WHERE id = $1', [1]);
    for (const { attributes } of spans) {
      assert.equal(attributes.has('datafusion.preview'), false);
      assert.equal(attributes.has('db.query.parameter.0'), false);
    }
  });

  it('are previewed as narrow tables, cells cut', async () => {
    await traced.client.query('SET trace.preview_rows = 2');
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
    await traced.client.query('RESET trace.preview_rows');
  });

  it('of parameters are attributes of the root', async () => {
    await traced.client.query('SET trace.parameters = on');
    const spans = await spansOf('SELECT name FROM cities WHERE id = $1::int AND name > $2', [
      7,
      'y'.repeat(1000),
    ]);
    const root = spans.find(({ isServer }) => isServer);
    assert.equal(root?.attributes.get('db.query.parameter.0'), '7');
    assert.equal(root?.attributes.get('db.query.parameter.1'), `${'y'.repeat(255)}…`);
    await traced.client.query('RESET trace.parameters');
  });
});
