/** What the planner tells while it plans, as settings and the user of the library want it. */
import type { PlanObserver } from '../../plan/planner.ts';
import {
  allRules,
  type InstrumentationOptions,
  type RuleInstrumentation,
  type RuleInstrumentationOptions,
} from '../../trace/instrumentation.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { PhaseName, PhaseNote, RuleNote } from '../../trace/query-trace.ts';
import type { SqlSession } from '../sql-session.ts';

export interface ContextInstrumentation {
  readonly operators?: InstrumentationOptions;
  readonly rules?: RuleInstrumentationOptions;
}

interface Takers {
  readonly phase: (note: PhaseNote) => void;
  readonly rule: (note: RuleNote) => void;
}

/** `asked`: by the library's user; then rules are told at INFO, whatever the directives say. */
export function planObserver(
  session: SqlSession,
  asked: RuleInstrumentationOptions | undefined,
  takers: Takers,
): PlanObserver {
  const { settings, environment } = session;
  const wanted = asked ?? wantedBySettings(session);
  const hasRules =
    wanted.optimizer === 'full' &&
    (asked !== undefined || environment.tracer.wantsRules(settings.get('log.filter')));
  const detail = {
    diffs: wanted.planDiff === true,
    maskLiterals: settings.get('trace.node_literals') !== 'on',
  };
  const level = asked === undefined ? 'debug' : 'info';
  return {
    nowNs: clockNs,
    phase: (name, startNs, endNs) => {
      if (isWanted(name, wanted)) takers.phase({ name, startNs, endNs });
    },
    rule: (outcome) => {
      if (hasRules) takers.rule({ ...outcome, phase: 'optimize_logical_plan', level });
    },
    ...(hasRules ? { detail } : {}),
  };
}

const bySetting: Readonly<Record<string, RuleInstrumentation>> = {
  full: 'full',
  phase_only: 'phaseOnly',
  off: 'disabled',
};

function wantedBySettings({ settings }: SqlSession): RuleInstrumentationOptions {
  const planDiff = settings.get('trace.plan_diff') === 'on';
  const rules = bySetting[settings.get('trace.rules')] ?? 'full';
  return { ...allRules(rules, { planDiff }), physicalOptimizer: 'phaseOnly' };
}

function isWanted(name: PhaseName, wanted: RuleInstrumentationOptions): boolean {
  switch (name) {
    case 'analyze_logical_plan':
      return isOn(wanted.analyzer);
    case 'optimize_logical_plan':
      return isOn(wanted.optimizer);
    case 'create_physical_plan':
    case 'optimize_physical_plan':
      return isOn(wanted.physicalOptimizer);
    default:
      return true;
  }
}

function isOn(rules: RuleInstrumentation = 'disabled'): boolean {
  return rules !== 'disabled';
}
