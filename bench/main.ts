/**
 * npm run bench: the workload against DuckDB on the same cores, answers compared.
 *
 *     node dist/bench/main.js [--rows 1000000] [--runs 7] [--only W6] [--data data/bench]
 *
 * TimeFusion is asked through the wire, DuckDB in process. Runs alternate; medians and their
 * ratio are printed. The last line is the geometric mean of DuckDB's time over ours.
 */
import { parseArgs } from 'node:util';
import { DuckPeer } from './duck-peer.ts';
import { sameAnswers } from './same-answers.ts';
import { TimeFusionPeer } from './timefusion-peer.ts';
import { workload, type WorkloadQuery } from './workload.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    data: { type: 'string', default: 'data/bench' },
  },
});

const folder = `${values.data}/${values.rows}`;
const ours = await TimeFusionPeer.open(folder, Number(values.rows));
const duck = await DuckPeer.open(folder, ours);
const trace = await ours.firstTrace();
const ratios: number[] = [];

out(`${'query'.padEnd(24)}${'TimeFusion'.padStart(12)}${'DuckDB'.padStart(12)}${'ratio'.padStart(8)}  answers\n`);
for (const query of workload.filter(({ id }) => id.includes(values.only))) await compare(query);
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
out(`geometric mean of DuckDB's time over TimeFusion's: ${mean.toFixed(2)}\n`);
await ours.close();
duck.close();

async function compare(query: WorkloadQuery): Promise<void> {
  const sql = query.sql.replace('$TRACE', trace);
  const duckSql = (query.duckdb ?? query.sql).replace('$TRACE', trace);
  const ourRows = await ours.rows(sql);
  const duckRows = await duck.rows(duckSql);
  const verdict = sameAnswers(ourRows, duckRows, query.tolerance ?? 1e-4);
  const ourTimes: number[] = [];
  const duckTimes: number[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    ourTimes.push(await timed(() => ours.rows(sql)));
    duckTimes.push(await timed(() => duck.rows(duckSql)));
  }
  const ratio = median(duckTimes) / median(ourTimes);
  ratios.push(ratio);
  const cells = [median(ourTimes), median(duckTimes)].map((ms) => `${ms.toFixed(1)} ms`.padStart(12));
  out(`${query.id.padEnd(24)}${cells.join('')}${ratio.toFixed(2).padStart(8)}  ${verdict}\n`);
}

async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function out(text: string): void {
  process.stdout.write(text);
}
