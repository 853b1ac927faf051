/** Runs SELECT statements without a session: parsed, planned, executed on this thread. */
import type { PlannerCatalog } from '../../src/plan/planner.ts';
import { planStatement } from '../../src/plan/plan-statement.ts';
import type { EvaluationContext } from '../../src/functions/function-record.ts';
import { createExecutor } from '../../src/exec/executor.ts';
import { readAll } from '../../src/exec/in-memory-table.ts';
import { openTestMemory, testMemoryBytes } from '../../src/exec/test-memory.ts';
import { must, unreachable } from '../../src/errors/assert.ts';
import { loadParser, parseSql } from '../../src/sql/parse.ts';

export interface Answer {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export type Facts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface RunnerOptions {
  readonly catalog?: Partial<PlannerCatalog>;
  readonly facts?: Facts;
  readonly effects?: EvaluationContext['effects'];
}

const nothing: PlannerCatalog = {
  findTable: () => undefined,
  findView: () => undefined,
  findFacts: () => undefined,
  resolveName: () => undefined,
  searchPath: ['public'],
};

const session = {
  user: 'postgres',
  sessionUser: 'postgres',
  database: 'app',
  schema: 'public',
  searchPath: 'public',
  pid: '4711',
  clientAddress: '',
  serverVersion: '15.20',
  startedMicros: '0',
  'setting.server_version': '15.20',
  'setting.server_version_num': '150020',
  'setting.application_name': '',
  'setting.search_path': '"$user", public',
};

export async function sqlRunner(
  options: RunnerOptions = {},
): Promise<(sql: string) => Promise<Answer>> {
  await loadParser();
  const { memory } = openTestMemory();
  const executor = createExecutor({
    workers: 0,
    memory,
    workerUrl: new URL(import.meta.url),
    segments: {
      column: () => unreachable('stored columns' as never),
      zone: () => undefined,
      mayContain: () => true,
    },
  });
  const catalog = { ...nothing, ...options.catalog };
  return async (sql) => {
    const [statement] = parseSql(sql);
    const { node, positionOf } = must(statement, 'a statement');
    const planned = planStatement(node, {
      catalog,
      positionOf,
      parameterTypes: [],
      timeZone: 'UTC',
      workers: 0,
    });
    const { plan, fields } = must(planned.kind === 'query' ? planned : undefined, 'a query');
    const now = BigInt(Date.now()) * 1000n;
    const run = executor.start({
      plan,
      parameters: [],
      snapshots: new Map(),
      evaluation: {
        timeZone: 'UTC',
        transactionMicros: now,
        statementMicros: now,
        session,
        formats: {},
        catalog: { find: (fact, key) => options.facts?.[fact]?.[key], factParts: () => [] },
        ...(options.effects === undefined ? {} : { effects: options.effects }),
      },
      output: { kind: 'rows', formats: fields.map(() => 0) },
      instrument: false,
      memoryBytesMax: testMemoryBytes,
    });
    const rows = await readAll(run);
    await run.close('exhausted');
    return {
      names: fields.map(({ name }) => name),
      types: fields.map(({ type }) => type.name),
      rows,
    };
  };
}
