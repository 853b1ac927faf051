/**
 * The plan of a statement that differs from earlier ones in literals alone: planned once with
 * parameters in their place. Whatever fails with parameters is left to a plan of the statement's
 * own to tell.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { PlanObserver } from '../../plan/planner.ts';
import { shapeOf, withParameters, type ShapeLiteral } from '../../sql/statement-shape.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { Datum } from '../../types/datum.ts';
import { sqlType } from '../../types/type-table.ts';
import { parseText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { SqlSession } from '../sql-session.ts';
import { isCurrent, type KeptPlan } from './kept-plan.ts';
import { variantKey } from './statement-shapes.ts';

export interface ShapedPlan {
  readonly kept: KeptPlan;
  /** The statement's own literals, for the plan's parameters. */
  readonly literals: readonly Datum[];
}

/**
 * undefined: the statement wants a plan of its own. `meaning` names what words mean to the
 * session.
 */
export function planByShape(
  session: SqlSession,
  statement: ParsedStatement,
  meaning: string,
  observer: PlanObserver | undefined,
): ShapedPlan | undefined {
  const { plans, shapes } = session.environment;
  if (session.settings.get('trace.node_literals') === 'on') return undefined;
  const shape = shapeOf(statement.node);
  const varying = shape && shapes.varying(shape);
  if (shape === undefined || varying === undefined) return undefined;
  const literals = shape.literals.filter((_, index) => varying.has(index));
  const key = `${meaning}\0${variantKey(shape, varying)}`;
  const known = plans.find(key);
  if (known !== undefined && isCurrent(known, session)) return withValues(session, known, literals);
  const kept = planOver(session, statement, literals, observer);
  if (kept === undefined || !plans.keep(key, kept, false)) {
    shapes.refuse(shape);
    return undefined;
  }
  return withValues(session, kept, literals);
}

function planOver(
  session: SqlSession,
  statement: ParsedStatement,
  literals: readonly ShapeLiteral[],
  observer: PlanObserver | undefined,
): KeptPlan | undefined {
  const { definitionVersion } = session.environment.store;
  const settingsKey = session.planSettingsKey();
  const nodes = literals.map(({ node }) => node);
  const types = literals.map(({ type }) => (type === 'unknown' ? undefined : sqlType(type)));
  const node = withParameters(statement.node, nodes);
  const more = observer === undefined ? {} : { observer };
  const made = orUndefined(() => session.planNode({ ...statement, node }, types, more));
  return made && { ...made, definitionVersion, settingsKey };
}

function withValues(
  session: SqlSession,
  kept: KeptPlan,
  literals: readonly ShapeLiteral[],
): ShapedPlan | undefined {
  const { planned } = kept;
  if (planned.kind !== 'query') return undefined;
  const { parameterTypes } = planned.plan;
  if (parameterTypes.some(({ domain }) => domain !== undefined)) return undefined;
  const formats = sessionFormats(session);
  const values = orUndefined(() =>
    literals.map(({ text }, at) => parseText(parameterTypes[at] ?? sqlType('text'), text, formats)),
  );
  return values && { kept, literals: values };
}

function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
