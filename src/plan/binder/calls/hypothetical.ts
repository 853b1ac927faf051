/** rank(…) WITHIN GROUP (ORDER BY …): a row is named whose place among the others is asked for. */
import type { Expr } from '../../../expr/expr.ts';
import { stringsOf, type Ast } from '../ast.ts';
import { typeList } from './calls.ts';
import { unify } from '../coerce.ts';
import type { Env } from '../scope.ts';

const names: ReadonlySet<string> = new Set(['rank', 'dense_rank', 'percent_rank', 'cume_dist']);

/**
 * Of a call of these aggregates the row's values and the columns of the order, pair by pair of one
 * type; of others the arguments as they are. Errors: 42883 when they differ in number, 42804, 42809.
 */
export function pairHypothetical(
  env: Env,
  node: Ast<'FuncCall'>,
  args: readonly Expr[],
): readonly Expr[] {
  const { context } = env;
  const own = stringsOf(node.funcname).at(-1) ?? '';
  if (!names.has(own) || args.length === 0) return args;
  if (node.agg_within_group !== true) {
    const message = `WITHIN GROUP is required for ordered-set aggregate ${own}`;
    throw context.error('wrong_object_type', message, node.location);
  }
  const ordered = node.agg_order?.length ?? 0;
  const direct = args.length - ordered;
  if (direct !== ordered) {
    const name = stringsOf(node.funcname).join('.');
    const message = `function ${name}(${typeList(args)}) does not exist`;
    const counts = `(here ${direct}) must match the number of ordering columns (here ${ordered})`;
    const hint = `To use the hypothetical-set aggregate ${name}, the number of hypothetical direct arguments ${counts}.`;
    throw context.error('undefined_function', message, node.location, { hint });
  }
  const pairs = args.slice(0, direct).map((value, index) => {
    const column = args[direct + index] ?? value;
    return unify(context, [column, value], 'WITHIN GROUP').exprs;
  });
  return [...pairs.map(([, value]) => value), ...pairs.map(([column]) => column)].filter(
    (arg) => arg !== undefined,
  );
}
