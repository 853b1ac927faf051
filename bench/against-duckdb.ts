/**
 * npm run bench: the workload against DuckDB on the same cores, answers compared.
 *
 * TimeFusion is asked through the wire, DuckDB in process. Runs alternate; medians and their
 * ratio are printed. The last line is the geometric mean of DuckDB's time over ours.
 */
import { DuckPeer } from './duck-peer.ts';
import { median, timed } from './measure.ts';
import { sameAnswers } from './same-answers.ts';
import { TimeFusionPeer } from './timefusion-peer.ts';
import { workload, type WorkloadQuery } from './workload.ts';

export interface WorkloadOptions {
  readonly folder: string;
  readonly rows: number;
  readonly runs: number;
  /** Part of the ids of the queries to run. */
  readonly only: string;
}

export async function runWorkload(options: WorkloadOptions): Promise<void> {
  const folder = `${options.folder}/${options.rows}`;
  const ours = await TimeFusionPeer.open(folder, options.rows);
  const duck = await DuckPeer.open(folder, ours);
  const trace = await ours.firstTrace();
  const ratios: number[] = [];
  const titles = ['TimeFusion', 'DuckDB'].map((title) => title.padStart(12)).join('');
  out(`${'query'.padEnd(24)}${titles}${'ratio'.padStart(8)}  answers\n`);
  for (const query of workload.filter(({ id }) => id.includes(options.only))) {
    ratios.push(await compare(query, { ours, duck, trace, runs: options.runs }));
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  out(`geometric mean of DuckDB's time over TimeFusion's: ${mean.toFixed(2)}\n`);
  await ours.close();
  duck.close();
}

interface Peers {
  readonly ours: TimeFusionPeer;
  readonly duck: DuckPeer;
  readonly trace: string;
  readonly runs: number;
}

/** Returns DuckDB's median time over ours. */
async function compare(query: WorkloadQuery, { ours, duck, trace, runs }: Peers): Promise<number> {
  const sql = query.sql.replace('$TRACE', trace);
  const duckSql = (query.duckdb ?? query.sql).replace('$TRACE', trace);
  const verdict = sameAnswers(
    await ours.rows(sql),
    await duck.rows(duckSql),
    query.tolerance ?? 1e-4,
  );
  const ourTimes: number[] = [];
  const duckTimes: number[] = [];
  for (let run = 0; run < runs; run++) {
    ourTimes.push(await timed(() => ours.rows(sql)));
    duckTimes.push(await timed(() => duck.rows(duckSql)));
  }
  const ratio = median(duckTimes) / median(ourTimes);
  const cells = [ourTimes, duckTimes].map((times) => `${median(times).toFixed(1)} ms`.padStart(12));
  out(`${query.id.padEnd(24)}${cells.join('')}${ratio.toFixed(2).padStart(8)}  ${verdict}\n`);
  return ratio;
}

function out(text: string): void {
  process.stdout.write(text);
}
