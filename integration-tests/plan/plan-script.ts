/**
 * Plan tests as text. A file is a list of cases:
 *
 *     query what the case is about
 *     SELECT …
 *     ----
 *     logical
 *     …the bound plan
 *     after push_down_filters
 *     …the plan after each rule that changed it
 *     physical
 *     …EXPLAIN of the operators
 *
 * Lines before the first `query` are a comment.
 */
import { must } from '../../src/errors/assert.ts';
import { SqlError } from '../../src/errors/sql-error.ts';
import { bindStatement } from '../../src/plan/binder/bind-statement.ts';
import { explained } from '../../src/plan/explain/explain.ts';
import { logicalPlanText } from '../../src/plan/logical-text.ts';
import { createPhysicalPlan } from '../../src/plan/physical/physical-planner.ts';
import { foldConstant } from '../../src/plan/rules/fold-constant.ts';
import { registryFacts } from '../../src/plan/rules/function-facts.ts';
import { optimize } from '../../src/plan/rules/optimize.ts';
import { parseSql } from '../../src/sql/parse.ts';
import { planCatalog } from './plan-catalog.ts';
import type { LogicalPlan } from '../../src/plan/logical.ts';

export interface PlanCase {
  readonly title: string;
  readonly sql: string;
  readonly expected: string;
}

export interface PlanFile {
  readonly comment: string;
  readonly cases: readonly PlanCase[];
}

export function readPlanFile(text: string): PlanFile {
  const [comment = '', ...blocks] = text.split(/^query /m);
  const cases = blocks.map((block): PlanCase => {
    const [head = '', expected = ''] = block.split(/^----\n/m);
    const end = head.indexOf('\n');
    return {
      title: head.slice(0, end),
      sql: head.slice(end + 1).trim(),
      expected: expected.trim(),
    };
  });
  return { comment, cases };
}

export function writePlanFile({ comment, cases }: PlanFile): string {
  const blocks = cases.map(
    ({ title, sql, expected }) => `query ${title}\n${sql}\n----\n${expected}\n`,
  );
  return comment + blocks.join('\n');
}

/** What the planner makes of the statement: every stage, or the error. */
export function planText(sql: string): string {
  const statement = must(parseSql(sql)[0], 'statement');
  const { node, positionOf } = statement;
  const sections: string[] = [];
  try {
    const bound = bindStatement(node, {
      catalog: planCatalog,
      parameterTypes: [],
      positionOf,
      timeZone: 'UTC',
      workers: 2,
    });
    const plan = bound.kind === 'query' ? bound.plan : bound.source;
    sections.push(`logical\n${logicalPlanText(plan)}`);
    sections.push(`physical\n${physicalText(optimizedPlan(plan, sections))}`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    sections.push(`error ${error.code} ${error.message}`);
  }
  return sections.join('\n');
}

function optimizedPlan(plan: LogicalPlan, sections: string[]): LogicalPlan {
  return optimize(plan, {
    fold: foldConstant,
    nowNs: () => 0,
    onChange: (rule, before, after) => {
      const text = logicalPlanText(after);
      if (text !== logicalPlanText(before)) sections.push(`after ${rule.name}\n${text}`);
    },
  });
}

function physicalText(plan: LogicalPlan): string {
  const physical = createPhysicalPlan(plan, { workers: 2, functions: registryFacts });
  const options = { analyze: false, verbose: true, costs: true, timing: false, summary: false };
  return explained(physical, { ...options, format: 'text' }).join('\n');
}
