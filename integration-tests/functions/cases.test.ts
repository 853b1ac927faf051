/**
 * Calls and their answers, one file per family in cases/.
 *
 *     query int4,text        error 22012
 *     select 1, 'a'          select 1/0
 *     ----                   ----
 *     1|a                    division by zero
 *
 * The answers are PostgreSQL 15's. UPDATE=1 rewrites them with ours: read the difference.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SqlError } from '../../src/errors/sql-error.ts';
import { projectsCatalog } from './projects-catalog.ts';
import { sqlRunner } from './run-sql.ts';

const folder = join(process.cwd(), 'integration-tests/functions/cases');
const run = await sqlRunner(projectsCatalog);

async function answerTo(sql: string): Promise<string> {
  try {
    const { types, rows } = await run(sql);
    const shown = (value: string | null) => (value ?? 'NULL').replaceAll('\n', '\\n');
    const lines = rows.map((row) => row.map(shown).join('|') || '(empty)');
    return [`query ${types.join()}`, sql, '----', ...lines].join('\n');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { detail, hint } = error.fields;
    const notes = [
      ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
      ...(hint === undefined ? [] : [`HINT: ${hint}`]),
    ];
    return [`error ${error.code}`, sql, '----', error.message, ...notes].join('\n');
  }
}

for (const name of readdirSync(folder)) {
  test(`${name} has PostgreSQL's answers`, async () => {
    const path = join(folder, name);
    const cases = readFileSync(path, 'utf8')
      .trim()
      .split(/\n\n(?=query|error)/);
    const answers: string[] = [];
    for (const each of cases) {
      const sql = each.slice(each.indexOf('\n') + 1, each.indexOf('\n----'));
      answers.push(await answerTo(sql));
    }
    if (process.env['UPDATE'] === '1') writeFileSync(path, `${answers.join('\n\n')}\n`);
    else {
      const differing = cases.flatMap((each, i) => (answers[i] === each ? [] : [i]));
      const texts = (of: readonly string[]) => differing.map((i) => of[i]).join('\n\n');
      assert.equal(texts(answers), texts(cases));
    }
  });
}
