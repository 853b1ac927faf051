/** Types and values of expressions as PostgreSQL 15 answered them. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqlError } from '../../src/errors/sql-error.ts';
import { projectsCatalog } from './projects-catalog.ts';
import { sqlRunner } from './run-sql.ts';

const file = join(process.cwd(), '../shared/captures/pg15-facts/expr_types.tsv');
const skip = existsSync(file) ? false : 'the captures of PostgreSQL 15 are not here';

/** Expressions whose answer agrees; it may only grow. */
const agreeingMin = 254;

/** Their values are of the moment or of the machine. */
const changing =
  /^(now|current_timestamp|localtimestamp|current_date|current_time|clock_timestamp|version)\b/;

test('expressions have the types and values of PostgreSQL', { skip }, async (context) => {
  const run = await sqlRunner(projectsCatalog);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  const differing: string[] = [];
  for (const line of lines) {
    const [expression = '', type = '', name = '', values = ''] = line.split('\t');
    const found = await answer(run, expression);
    const wanted = `${type} ${name} ${changing.test(expression) ? '' : values}`;
    const shown = `${found.type} ${found.name} ${changing.test(expression) ? '' : found.values}`;
    if (shown !== wanted)
      differing.push(`${expression}\n    wanted ${wanted}\n    found  ${shown}`);
  }
  const agreeing = lines.length - differing.length;
  context.diagnostic(`${agreeing} of ${lines.length} agree`);
  for (const each of differing) context.diagnostic(each);
  assert.ok(agreeing >= agreeingMin, `${agreeing} agree, ${agreeingMin} did`);
});

type Runner = Awaited<ReturnType<typeof sqlRunner>>;

async function answer(run: Runner, expression: string) {
  try {
    const { names, types, rows } = await run(`select ${expression}`);
    const values = rows.map((row) => row.map((value) => value ?? 'NULL').join('|')).join(' ; ');
    return { type: types[0], name: names[0], values: values.replaceAll('\n', '\\n') };
  } catch (error) {
    if (error instanceof SqlError) return { type: error.code, name: error.message, values: '' };
    return { type: 'failed', name: String(error), values: '' };
  }
}
