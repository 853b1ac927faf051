/**
 * EXPLAIN as text, in PostgreSQL's layout: tools that draw plans read it.
 *
 *     SortExec  (cost=1.20..1.35 rows=5 width=8) (actual time=0.041..0.043 rows=5 loops=1)
 *       Sort Key: n DESC
 *       ->  FilterExec  (cost=0.00..1.20 rows=5 width=8) (actual …)
 *             Filter: (n > 3)
 */
import { nodeTitle } from './node-details.ts';
import type { ExplainContext, ExplainNode } from './explain-tree.ts';

export function linesOf(tree: ExplainNode, context: ExplainContext): readonly string[] {
  const { options, report } = context;
  const lines: string[] = [];
  render(tree, 0, context, lines);
  if (options.summary && report.planningNs !== undefined) {
    lines.push(`Planning Time: ${(report.planningNs / 1e6).toFixed(3)} ms`);
  }
  if (options.summary && options.analyze && report.executionNs !== undefined) {
    lines.push(`Execution Time: ${(report.executionNs / 1e6).toFixed(3)} ms`);
  }
  if (report.traceId !== undefined) lines.push(`Trace ID: ${report.traceId}`);
  return lines;
}

/** `indent`: column at which the node's arrow stands; 0 for the root, which has none. */
function render(tree: ExplainNode, indent: number, context: ExplainContext, lines: string[]): void {
  const arrow = indent === 0 ? '' : `${' '.repeat(indent)}->  `;
  const numbers = `${costText(tree, context)}${actualText(tree, context)}`;
  lines.push(`${arrow}${nodeTitle(tree.node)}${numbers}`);
  const inner = indent === 0 ? 2 : indent + 6;
  const margin = ' '.repeat(inner);
  for (const [label, value] of tree.details) {
    lines.push(`${margin}${label}: ${typeof value === 'string' ? value : value.join(', ')}`);
  }
  for (const { number, correlated, tree: subplan } of tree.subplans) {
    lines.push(`${margin}${correlated ? 'SubPlan' : 'InitPlan'} ${number}`);
    render(subplan, inner + 2, context, lines);
  }
  for (const child of tree.children) render(child, inner, context, lines);
}

function costText({ node, startupCost, width }: ExplainNode, { options }: ExplainContext): string {
  if (!options.costs) return '';
  const cost = `${startupCost.toFixed(2)}..${node.estimatedCost.toFixed(2)}`;
  return `  (cost=${cost} rows=${node.estimatedRows} width=${width})`;
}

function actualText({ actuals }: ExplainNode, { options }: ExplainContext): string {
  if (!options.analyze) return '';
  const gap = options.costs ? ' ' : '  ';
  if (actuals === undefined || actuals.loops === 0) return `${gap}(never executed)`;
  const { startupMs, totalMs, rows, loops } = actuals;
  const time = options.timing ? `time=${startupMs.toFixed(3)}..${totalMs.toFixed(3)} ` : '';
  return `${gap}(actual ${time}rows=${rows} loops=${loops})`;
}
