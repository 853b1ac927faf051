/** EXPLAIN and EXPLAIN ANALYZE: text, JSON, YAML, and a picture. */
import { refuseEarlierWrites } from '../write/earlier-writes.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import type { QueryReport } from '../../exec/execution.ts';
import { explained, type ExplainOptions } from '../../plan/explain/explain.ts';
import type { PlannedStatement } from '../../plan/planner.ts';
import type { NodeStatistics } from '../../trace/node-statistics.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { Datum } from '../../types/datum.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { namedField } from '../statement/fields.ts';
import { Prepared } from '../statement/prepared.ts';
import { startQuery } from '../statement/query-runner.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { refuseWrite } from '../transaction/read-only.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { isPlannable, nodeBody, nodeKind } from '../statement/statement-kind.ts';
import { encodeTextRows } from '../statement/text-rows.ts';
import { planAtCursor } from '../write/current-row.ts';
import { runWrite } from '../write/write-runner.ts';
import { createTableFrom } from '../definition/create-table-as.ts';
import { executeArguments } from './prepare.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const explain: Utility = {
  kind: 'ExplainStmt',
  query: (body) => body['query'] as Node,
  fields: (body) => [namedField('QUERY PLAN', optionsOf(body).format === 'json' ? 'json' : 'text')],
  async run(body, context) {
    const options = optionsOf(body);
    const target = await targetOf(body['query'] as Node, context);
    const planStart = clockNs();
    const { prepared } = target;
    const atCursor = (): PlannedStatement | undefined =>
      options.analyze ? planAtCursor(context.session, prepared) : undefined;
    const plan = (): PlannedStatement => atCursor() ?? prepared.plan(context.session);
    const planned = await lockedPlan(context.session, plan);
    if (options.analyze || planned.earlier !== undefined) refuseEarlierWrites(planned);
    if (planned.constantError !== undefined) throw planned.constantError;
    const planningNs = clockNs() - planStart;
    const physical = planned.kind === 'query' ? planned.plan : planned.source;
    const measured = options.analyze ? await runAndCount(context, target, planned) : undefined;
    const report = { planningNs, ...measured, ...(options.trace ? tracedAs(context) : {}) };
    const lines = explained(physical, options, report);
    await context.out.rows(encodeTextRows(lines.map((line) => [line])));
    context.out.commandComplete('EXPLAIN');
    return lines.length;
  },
};

/** The trace that tells the same numbers; it is exported, whatever was sampled. Errors: 55000. */
function tracedAs({ trace }: StatementContext): { readonly traceId: string } {
  if (trace.traceId === '') {
    throw new SqlError('object_not_in_prerequisite_state', 'tracing is off', {
      hint: 'Set an exporter (OTEL_TRACES_EXPORTER) or LOG_FORMAT=json.',
    });
  }
  trace.keep();
  return { traceId: trace.traceId };
}

/** What is explained, and what EXPLAIN ANALYZE runs. */
interface Target {
  readonly prepared: Prepared;
  readonly parameters: readonly (Datum | null)[];
  /** CREATE TABLE AS, which makes its table under ANALYZE. */
  readonly creation?: UtilityBody;
}

async function targetOf(node: Node, context: StatementContext): Promise<Target> {
  const { session, statement, parameters, parameterTypes } = context;
  const body = nodeBody(node);
  const over = (query: Node): Prepared =>
    new Prepared('', statement.text, { ...statement, node: query }, parameterTypes, 'fixed');
  switch (nodeKind(node)) {
    case 'ExecuteStmt': {
      const prepared = session.statements.named(String(body['name']));
      return { prepared, parameters: await executeArguments(context, prepared, body) };
    }
    case 'DeclareCursorStmt':
      return { prepared: over(body['query'] as Node), parameters };
    case 'CreateTableAsStmt':
      return { prepared: over(body['query'] as Node), parameters, creation: body };
    default: {
      if (!isPlannable(node)) throw unsupported('EXPLAIN of this statement');
      return { prepared: over(node), parameters };
    }
  }
}

interface Measured {
  readonly statistics: readonly NodeStatistics[];
  readonly executionNs: number;
}

/** Runs the statement instrumented, with all it does, and drops its rows. */
async function runAndCount(
  context: StatementContext,
  target: Target,
  planned: PlannedStatement,
): Promise<Measured> {
  const startNs = clockNs();
  const report = await runTarget(context, target, planned);
  return { statistics: report.nodes, executionNs: clockNs() - startNs };
}

async function runTarget(
  context: StatementContext,
  { parameters, creation }: Target,
  planned: PlannedStatement,
): Promise<Pick<QueryReport, 'nodes'>> {
  const { session, trace } = context;
  if (planned.kind === 'write') {
    const options = { parameters, formats: [], trace, stored: undefined, instrument: true };
    return (await runWrite(session, planned, options)).report;
  }
  if (creation !== undefined) {
    refuseWrite(session, 'CREATE TABLE AS');
    return (await createTableFrom(creation, context, { planned, parameters })).report;
  }
  const running = startQuery(session, planned.plan, {
    parameters,
    output: { kind: 'rows', formats: planned.plan.root.fields.map(() => 0) },
    instrument: true,
  });
  session.interrupts.current = running;
  try {
    while ((await running.run.next(0)) !== undefined);
  } catch (error) {
    await running.close(closeReasonOf(error), trace);
    throw error;
  }
  return running.close('exhausted', trace);
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

const flags = new Set([
  'analyze',
  'verbose',
  'costs',
  'settings',
  'buffers',
  'wal',
  'timing',
  'summary',
  'trace',
]);
const onWords = new Set(['true', 'on', '1']);
const offWords = new Set(['false', 'off', '0']);

function optionsOf(body: UtilityBody): ExplainOptions {
  const found: Record<string, boolean> = {};
  let format: ExplainOptions['format'] = 'text';
  for (const { DefElem } of (body['options'] ?? []) as readonly OptionNode[]) {
    const name = DefElem?.defname ?? '';
    const word = wordOf(DefElem?.arg);
    if (name === 'format') format = formatOf(word);
    else if (!flags.has(name)) {
      throw new SqlError('syntax_error', `unrecognized EXPLAIN option "${name}"`);
    } else found[name] = flagOf(name, word);
  }
  const { analyze = false, verbose = false, costs = true } = found;
  for (const name of ['wal', 'timing', 'trace']) {
    if (found[name] !== true || analyze) continue;
    const message = `EXPLAIN option ${name.toUpperCase()} requires ANALYZE`;
    throw new SqlError('invalid_parameter_value', message);
  }
  const { timing = analyze, summary = analyze } = found;
  return { analyze, verbose, costs, timing, summary, format, trace: found['trace'] === true };
}

type OptionArgument = NonNullable<NonNullable<OptionNode['DefElem']>['arg']>;

/** Undefined: the option stands alone. */
function wordOf(arg: OptionArgument | undefined): string | undefined {
  if (arg === undefined) return undefined;
  if (arg.Integer !== undefined) return String(arg.Integer.ival ?? 0);
  if (arg.Boolean !== undefined) return String(arg.Boolean.boolval === true);
  return (arg.String?.sval ?? '').toLowerCase();
}

function flagOf(name: string, word: string | undefined): boolean {
  if (word === undefined || onWords.has(word)) return true;
  if (offWords.has(word)) return false;
  throw new SqlError('syntax_error', `${name} requires a Boolean value`);
}

function formatOf(word = 'text'): ExplainOptions['format'] {
  if (word === 'text' || word === 'json' || word === 'yaml' || word === 'svg') return word;
  if (word === 'xml') throw unsupported(`EXPLAIN format ${word}`);
  const message = `unrecognized value for EXPLAIN option "format": "${word}"`;
  throw new SqlError('invalid_parameter_value', message);
}
