/**
 * Sorts whose order nobody sees, and DISTINCT over rows that differ anyway.
 *
 * An order is seen by LIMIT, by the statement's result, and by aggregates like array_agg, which
 * people rely on over sorted subqueries; a sort or a grouping above makes it unseen.
 */
import { splitFunctionId } from './expr-tree.ts';
import { inputsOf, mapRoots, transformNode, withInputs } from './logical-tree.ts';
import type { LogicalAggregate, LogicalNode } from '../logical.ts';
import type { Rule } from './rule.ts';

export const removeRedundant: Rule = {
  name: 'remove_redundant_sort_and_distinct',
  apply: (plan) => mapRoots(plan, (root) => transformNode(root, simplified)),
};

function simplified(node: LogicalNode): LogicalNode {
  switch (node.kind) {
    case 'sort':
    case 'distinct':
      if (node.kind === 'distinct' && isDistinct(node.input)) return node.input;
      return withInputs(node, [unsorted(node.input)]);
    case 'aggregate':
      return ignoresOrder(node) ? withInputs(node, [unsorted(node.input)]) : node;
    default:
      return node;
  }
}

/** The tree without sorts that only decide the order of its rows. */
function unsorted(node: LogicalNode): LogicalNode {
  switch (node.kind) {
    case 'sort':
      return unsorted(node.input);
    case 'project':
    case 'filter':
      return withInputs(node, inputsOf(node).map(unsorted));
    default:
      return node;
  }
}

const orderFree = new Set([
  'count',
  'min',
  'max',
  'bool_and',
  'bool_or',
  'every',
  'bit_and',
  'bit_or',
]);

/** Sums and averages of floats depend on the order in their last digits: left alone. */
function ignoresOrder(node: LogicalAggregate): boolean {
  return node.aggregates.every(({ functionId }) => orderFree.has(splitFunctionId(functionId).name));
}

/** Whether no two rows of the node are equal. */
function isDistinct(node: LogicalNode): boolean {
  switch (node.kind) {
    case 'distinct':
    case 'oneRow':
    case 'empty':
      return true;
    case 'aggregate':
      return true;
    case 'values':
      return node.rows.length < 2;
    case 'filter':
    case 'sort':
    case 'limit':
      return isDistinct(node.input);
    case 'project': {
      const passed = new Set(
        node.exprs.flatMap((expr) => (expr.kind === 'column' ? [expr.index] : [])),
      );
      const keys = keyColumns(node.input);
      return keys !== undefined && keys.every((id) => passed.has(id));
    }
    default:
      return false;
  }
}

/** Columns that tell the rows apart. */
function keyColumns(node: LogicalNode): readonly number[] | undefined {
  switch (node.kind) {
    case 'aggregate':
      return node.columns.slice(0, node.groupBy.length).map(({ id }) => id);
    case 'distinct':
      return node.columns.map(({ id }) => id);
    case 'filter':
    case 'sort':
    case 'limit':
      return keyColumns(node.input);
    default:
      return undefined;
  }
}
