/** EXPLAIN and EXPLAIN ANALYZE, text and JSON. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import { explainJson, explainText, type ExplainOptions } from '../../plan/explain/explain.ts';
import type { NodeStatistics } from '../../trace/node-statistics.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { PhysicalPlan } from '../../plan/physical.ts';
import { namedField } from '../fields.ts';
import { startQuery } from '../query-runner.ts';
import type { StatementContext } from '../statement-context.ts';
import { encodeTextRows } from '../text-rows.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const explain: Utility = {
  kind: 'ExplainStmt',
  fields: (body) => [namedField('QUERY PLAN', optionsOf(body).format === 'json' ? 'json' : 'text')],
  async run(body, context) {
    const options = optionsOf(body);
    const { session, statement, out } = context;
    const planStart = clockNs();
    const { planned } = session.planNode({ ...statement, node: body['query'] as Node }, []);
    const planningNs = clockNs() - planStart;
    if (planned.kind === 'write' && options.analyze) throw unsupported('EXPLAIN ANALYZE of a write');
    const plan = planned.kind === 'query' ? planned.plan : planned.source;
    const measured = options.analyze ? await runAndCount(context, plan) : undefined;
    const report = { planningNs, ...measured };
    const lines =
      options.format === 'json'
        ? [JSON.stringify(explainJson(plan, options, report), undefined, 2)]
        : explainText(plan, options, report);
    await out.rows(encodeTextRows(lines.map((line) => [line])));
    out.commandComplete('EXPLAIN');
    return lines.length;
  },
};

interface Measured {
  readonly statistics: readonly NodeStatistics[];
  readonly executionNs: number;
}

/** Runs the plan instrumented, and drops its rows. */
async function runAndCount(context: StatementContext, plan: PhysicalPlan): Promise<Measured> {
  const { session, trace, parameters } = context;
  const startNs = clockNs();
  const formats = plan.root.fields.map(() => 0);
  const running = startQuery(session, plan, {
    parameters,
    output: { kind: 'rows', formats },
    instrument: true,
  });
  session.current = running;
  let report;
  try {
    while ((await running.run.next(0)) !== undefined);
  } finally {
    report = await running.close('exhausted', trace);
  }
  return { statistics: report.nodes, executionNs: clockNs() - startNs };
}

interface OptionNode {
  readonly DefElem?: {
    readonly defname?: string;
    readonly arg?: {
      readonly String?: { readonly sval?: string };
      readonly Boolean?: { readonly boolval?: boolean };
      readonly Integer?: { readonly ival?: number };
    };
  };
}

const known = new Set([
  'analyze', 'verbose', 'costs', 'settings', 'buffers', 'wal', 'timing', 'summary', 'format',
]);

function optionsOf(body: UtilityBody): ExplainOptions {
  const found: Record<string, string> = {};
  for (const { DefElem } of (body['options'] ?? []) as readonly OptionNode[]) {
    const name = DefElem?.defname ?? '';
    if (!known.has(name)) {
      throw new SqlError('syntax_error', `unrecognized EXPLAIN option "${name}"`);
    }
    const { arg } = DefElem ?? {};
    const number = arg?.Integer === undefined ? undefined : String(arg.Integer.ival ?? 0);
    const flag = arg?.Boolean === undefined ? undefined : String(arg.Boolean.boolval === true);
    found[name] = (arg?.String?.sval ?? number ?? flag ?? 'true').toLowerCase();
  }
  const isOn = (name: string, otherwise: boolean): boolean =>
    found[name] === undefined ? otherwise : ['true', 'on', '1'].includes(found[name]);
  const format = found['format'] ?? 'text';
  if (format !== 'text' && format !== 'json') throw unsupported(`EXPLAIN format ${format}`);
  const analyze = isOn('analyze', false);
  return {
    analyze,
    verbose: isOn('verbose', false),
    costs: isOn('costs', true),
    timing: isOn('timing', analyze),
    summary: isOn('summary', analyze),
    format,
  };
}
