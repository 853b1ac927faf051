/**
 * `timefusion explain QUERY -o plan.svg`: runs the query over the data folder and draws its plan;
 * the ending of the file says how: .svg, .json, .yaml, else text, which also goes to the screen.
 */
import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ConfigError } from '../config.ts';
import { SqlError } from '../errors/sql-error.ts';
import { readFlags } from './command-options.ts';
import { openFolder } from './open-folder.ts';

const usage = 'timefusion explain QUERY [-o plan.svg]';
const formats: Readonly<Record<string, string>> = {
  '.svg': 'SVG',
  '.json': 'JSON',
  '.yaml': 'YAML',
};

export async function runExplain(args: readonly string[]): Promise<void> {
  const flags = readFlags(args, { output: { type: 'string', short: 'o' } }, usage);
  const [query, ...more] = flags.words;
  if (query === undefined || more.length > 0)
    throw new ConfigError(`one query is needed\n${usage}`);
  const output = flags.text('output');
  const format = formats[extname(output ?? '').toLowerCase()] ?? 'TEXT';
  const text = await explained(`EXPLAIN (ANALYZE, FORMAT ${format}) ${query}`);
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(output, text);
}

async function explained(sql: string): Promise<string> {
  const database = await openFolder(
    'Stop it, or ask it by psql -At: EXPLAIN (ANALYZE, FORMAT SVG).',
  );
  try {
    const frame = await database.createSessionContext().sql(sql);
    const batches = await frame.collect();
    const lines = batches.flatMap((batch) =>
      Array.from({ length: batch.numRows }, (_, row) => String(batch.getChildAt(0)?.get(row))),
    );
    return `${lines.join('\n')}\n`;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new ConfigError(`${error.code}: ${error.message}`);
  } finally {
    await database.close();
  }
}
