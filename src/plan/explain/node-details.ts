/**
 * What EXPLAIN and the trace say about one plan node besides its name: label and value pairs.
 * Lists stay lists, for the JSON form.
 */
import { unreachable } from '../../errors/assert.ts';
import { splitFunctionId } from '../rules/expr-tree.ts';
import { exprText, sortKeyText, type TextOptions } from './expr-text.ts';
import type { Expr } from '../../expr/expr.ts';
import type { RoutineStep } from '../logical.ts';
import type {
  AggregateCall,
  HashJoinExec,
  NestedLoopJoinExec,
  PlanNode,
  PruningPredicate,
  SeqScanExec,
  WindowCall,
} from '../physical.ts';

export type Detail = readonly [label: string, value: string | readonly string[]];

export function nodeDetails(node: PlanNode, options: TextOptions): readonly Detail[] {
  const text = (expr: Expr): string => exprText(expr, options);
  switch (node.kind) {
    case 'SeqScanExec':
      return scanDetails(node, options);
    case 'FilterExec':
      return [['Filter', text(node.predicate)]];
    case 'ProjectionExec':
      return [['Output', node.exprs.map(text)]];
    case 'AggregateExec':
      return [
        ['Mode', node.mode],
        ...listed('Group Key', node.groupBy.map(text)),
        ...listed(
          'Aggregates',
          node.aggregates.map((call) => aggregateText(call, node.mode, options)),
        ),
      ];
    case 'SortExec':
      return [
        ['Sort Key', node.keys.map((key) => sortKeyText(key, options))],
        ...(node.fetch === undefined ? [] : [['Fetch', literal(node.fetch, options)] as const]),
      ];
    case 'GlobalLimitExec':
      return [
        ...(node.skip === undefined ? [] : [['Offset', countText(node.skip, options)] as const]),
        ...(node.fetch === undefined ? [] : [['Limit', countText(node.fetch, options)] as const]),
      ];
    case 'HashJoinExec':
      return hashJoinDetails(node, options);
    case 'NestedLoopJoinExec':
      return [['Join Type', joinWords[node.joinType]], ...joinFilter(node, options)];
    case 'LateralJoinExec':
      return [['Join Type', joinWords[node.joinType]]];
    case 'SetOperationExec':
      return [['Command', node.operation === 'intersectAll' ? 'Intersect All' : 'Except All']];
    case 'TableFunctionExec':
      return [['Function Call', node.calls.map((call) => functionText(call, options))]];
    case 'ProjectSetExec':
      return [
        [
          'Output',
          node.items.map((item) =>
            item.kind === 'expr' ? text(item.expr) : functionText(item, options),
          ),
        ],
      ];
    case 'RoutineCallExec':
      return [['Calls', node.steps.flatMap((step) => stepText(step, options))]];
    case 'WindowAggExec':
      return [
        ...listed('Partition Key', node.partitionBy.map(text)),
        ...listed(
          'Order Key',
          node.orderBy.map((key) => sortKeyText(key, options)),
        ),
        ['Window', node.calls.map((call) => windowText(call, options))],
      ];
    case 'DistinctOnExec':
      return [['Distinct Key', node.keys.map(text)]];
    case 'MaterializeExec':
      return [['CTE', String(node.cte + 1)]];
    case 'FactScanExec':
    case 'UnionExec':
    case 'ValuesExec':
    case 'PlaceholderRowExec':
    case 'EmptyExec':
    case 'RecursiveQueryExec':
    case 'WorkTableExec':
    case 'CoalescePartitionsExec':
      return [];
    default:
      return unreachable(node);
  }
}

/** Conditions of steps are those of CASE, AND and their like: they are left out. */
function stepText(step: RoutineStep, options: TextOptions): readonly string[] {
  if (step.kind === 'filter') return [`filter ${exprText(step.predicate, options)}`];
  if (step.kind === 'value') return [exprText(step.expr, options)];
  const args = step.args.map((arg) => exprText(arg, options));
  return [`${step.call.routine.record.name}(${args.join(', ')})`];
}

function listed(label: string, values: readonly string[]): readonly Detail[] {
  return values.length === 0 ? [] : [[label, values]];
}

function countText(expr: Expr, options: TextOptions): string {
  const isPlain = expr.kind === 'constant' && typeof expr.value === 'bigint';
  return isPlain ? literal(expr.value, options) : exprText(expr, options);
}

function literal(value: number | bigint, options: TextOptions): string {
  return options.maskLiterals ? '?' : String(value);
}

function scanDetails(node: SeqScanExec, options: TextOptions): readonly Detail[] {
  const pruning = node.pruning.map((predicate) => pruningText(node, predicate, options));
  const column = node.topK === undefined ? undefined : node.fields[node.topK.column];
  return [
    ...(node.leaves === undefined ? [] : listed('Partitions', [...node.leaves.values()])),
    ...listed('Pruning', pruning),
    ...(column === undefined || node.topK === undefined
      ? []
      : [['Top Key', `${column.name}${node.topK.descending ? ' DESC' : ''}`] as const]),
  ];
}

function pruningText(node: SeqScanExec, predicate: PruningPredicate, options: TextOptions): string {
  const { column, op, values } = predicate;
  const name = node.fields[node.columns.indexOf(column)]?.name ?? `column ${column + 1}`;
  if (op === 'isNull' || op === 'isNotNull') {
    return `(${name} ${op === 'isNull' ? 'IS NULL' : 'IS NOT NULL'})`;
  }
  const texts = values.map((value) => exprText(value, options));
  return op === 'in' ? `(${name} IN (${texts.join(', ')}))` : `(${name} ${op} ${texts.join(', ')})`;
}

export const joinWords = {
  inner: 'Inner',
  left: 'Left',
  right: 'Right',
  full: 'Full',
  leftSemi: 'Semi',
  leftAnti: 'Anti',
  rightSemi: 'Right Semi',
  rightAnti: 'Right Anti',
} as const;

function hashJoinDetails(node: HashJoinExec, options: TextOptions): readonly Detail[] {
  const pairs = node.leftKeys.map((key, index) => {
    const right = node.rightKeys[index];
    const operator = node.nullsEqual ? 'IS NOT DISTINCT FROM' : '=';
    const rightText = right === undefined ? '' : exprText(right, options);
    return `(${exprText(key, options)} ${operator} ${rightText})`;
  });
  const condition = pairs.length > 1 ? `(${pairs.join(' AND ')})` : (pairs[0] ?? 'true');
  return [
    ['Join Type', `${joinWords[node.joinType]}${node.nullAware ? ' (null-aware)' : ''}`],
    ['Hash Cond', condition],
    ...joinFilter(node, options),
  ];
}

function joinFilter(
  node: HashJoinExec | NestedLoopJoinExec,
  options: TextOptions,
): readonly Detail[] {
  return node.filter === undefined ? [] : [['Join Filter', exprText(node.filter, options)]];
}

function functionText(
  call: { readonly functionId: string; readonly args: readonly Expr[] },
  options: TextOptions,
): string {
  const { name } = splitFunctionId(call.functionId);
  return `${name}(${call.args.map((arg) => exprText(arg, options)).join(', ')})`;
}

function aggregateText(
  call: AggregateCall,
  mode: 'single' | 'partial' | 'final',
  options: TextOptions,
): string {
  const { name } = splitFunctionId(call.functionId);
  const texts = call.args.map((arg) => exprText(arg, options)).join(', ');
  const args = texts === '' && name === 'count' && mode !== 'final' ? '*' : texts;
  const order = call.orderBy.map((key) => sortKeyText(key, options)).join(', ');
  const distinct = call.distinct ? 'DISTINCT ' : '';
  const ordered = order === '' ? '' : ` ORDER BY ${order}`;
  const filter = call.filter === undefined ? '' : exprText(call.filter, options);
  const filtered = filter === '' ? '' : ` FILTER (WHERE ${filter})`;
  return `${name}(${distinct}${args}${ordered})${filtered}`;
}

function windowText(call: WindowCall, options: TextOptions): string {
  return `${call.name}(${call.args.map((arg) => exprText(arg, options)).join(', ')})`;
}

/** One line about the node, as spans carry it in `datafusion.node`. */
export function nodeText(node: PlanNode, options: TextOptions = { maskLiterals: true }): string {
  const details = nodeDetails(node, options).map(
    ([label, value]) => `${label}=${typeof value === 'string' ? value : `[${value.join(', ')}]`}`,
  );
  const title = nodeTitle(node);
  return details.length === 0 ? title : `${title}: ${details.join(', ')}`;
}

/** The node's name and what it reads. */
export function nodeTitle(node: PlanNode): string {
  switch (node.kind) {
    case 'SeqScanExec':
      return `${node.kind} on ${node.tableName}`;
    case 'FactScanExec':
      return `${node.kind} on ${node.factName}`;
    default:
      return node.kind;
  }
}
