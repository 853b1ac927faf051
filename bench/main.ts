/**
 * npm run bench -- [workload | latency | trace-overhead | collectors |
 * connections | cancel] [--rows 1000000] [--runs 7] [--only W6] [--data data/bench]
 */
import { parseArgs } from 'node:util';
import { runWorkload } from './against-duckdb.ts';
import { runCancel } from './cancel.ts';
import { runCollectorFailures } from './collector-failures.ts';
import { runConnections } from './connections.ts';
import { runLatency } from './latency.ts';
import { runTraceOverhead } from './trace-overhead.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    data: { type: 'string', default: 'data/bench' },
  },
});

const [suite = 'workload'] = positionals;
const suites: Readonly<Record<string, () => Promise<void>>> = {
  workload: () =>
    runWorkload({
      folder: values.data,
      rows: Number(values.rows),
      runs: Number(values.runs),
      only: values.only,
    }),
  latency: () => runLatency(values.data, values.only),
  'trace-overhead': () => runTraceOverhead(values.data, Number(values.runs)),
  collectors: () => runCollectorFailures(Number(values.runs) * 5, values.only),
  connections: runConnections,
  cancel: () => runCancel(values.data, values.only),
};

const run = suites[suite];
if (run === undefined) {
  process.stderr.write(`no suite ${suite}; there are: ${Object.keys(suites).join(', ')}\n`);
  process.exitCode = 2;
} else await run();
