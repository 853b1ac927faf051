/**
 * ProjectionExec: computes the output columns of each row.
 *
 * Streaming, keeps the order and the selection. Plain columns are passed on, and loaded only when
 * someone above asks for them.
 */
import { must } from '../../errors/assert.ts';
import { prepareExprs } from '../expressions.ts';
import type { Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Operator } from '../operator.ts';

type Source = { readonly passed: number } | { readonly computed: number };

interface Outputs {
  readonly computed: readonly Expr[];
  readonly sources: readonly Source[];
}

const knownOutputs = new WeakMap<readonly Expr[], Outputs>();

export const projection: Operator<'ProjectionExec'> = function* (node, context) {
  const { computed, sources } = outputsOf(node.exprs);
  const evaluate = prepareExprs(computed, context);
  for (const batch of context.query.open(node.input)) {
    yield project(batch, sources, computed.length === 0 ? [] : evaluate(batch));
  }
};

function outputsOf(exprs: readonly Expr[]): Outputs {
  const known = knownOutputs.get(exprs);
  if (known !== undefined) return known;
  let next = 0;
  const outputs = {
    computed: exprs.filter((expr) => expr.kind !== 'column'),
    sources: exprs.map((expr): Source =>
      expr.kind === 'column' ? { passed: expr.index } : { computed: next++ },
    ),
  };
  knownOutputs.set(exprs, outputs);
  return outputs;
}

function project(input: Batch, sources: readonly Source[], computed: readonly Column[]): Batch {
  const { physicalRows, rowCount, selection } = input;
  const column = (index: number): Column => {
    const source = must(sources[index], `column ${index}`);
    return 'passed' in source
      ? input.column(source.passed)
      : must(computed[source.computed], `column ${index}`);
  };
  return { physicalRows, rowCount, selection, columnCount: sources.length, column };
}
