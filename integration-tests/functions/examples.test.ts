/** Every function's example gives the answer that its record states. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allFunctions } from '../../src/functions/registry.ts';
import { sqlRunner } from './run-sql.ts';

const run = await sqlRunner();

for (const { name, doc } of allFunctions()) {
  const { example } = doc;
  if (example === undefined) continue;
  const [sql, answer] = example;
  test(`${name}: ${sql} gives what is documented`, async () => {
    const statement = /^(select|with|values)\b/i.test(sql) ? sql : `select ${sql}`;
    const { rows } = await run(statement);
    assert.equal(
      rows.map((row) => row.map((value) => value ?? 'NULL').join('|')).join('\n'),
      answer,
    );
  });
}
