/** UNION, INTERSECT, EXCEPT: arms of the same width, columns of common types. */
import { must } from '../../../errors/assert.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { LogicalNode } from '../../logical.ts';
import type { Ast } from '../ast.ts';
import { columnOf, type BindContext } from '../bind-context.ts';
import { commonType } from '../coerce.ts';
import { sqlNameOf } from '../literals.ts';
import { limited } from './limit.ts';
import { shaped } from '../nodes.ts';
import { sortedOutputs } from './order-by.ts';
import { coerceOutputs, outputExpr } from './outputs.ts';
import { bindQueryKeepingUnknown } from './query.ts';
import { requireEquality } from './sort-keys.ts';
import { envOf, QueryLevel, type BoundQuery, type Env, type OutputColumn } from '../scope.ts';

type Operation = 'union' | 'intersect' | 'except';

const operations: Readonly<Record<string, Operation | undefined>> = {
  SETOP_UNION: 'union',
  SETOP_INTERSECT: 'intersect',
  SETOP_EXCEPT: 'except',
};

export function bindSetOperation(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parent: Env | undefined,
): BoundQuery {
  const into = select.rarg?.intoClause;
  if (into !== undefined) {
    const message = 'INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT';
    throw context.error('syntax_error', message, into.rel?.location);
  }
  const left = bindQueryKeepingUnknown(context, select.larg ?? {}, parent);
  const right = bindQueryKeepingUnknown(context, select.rarg ?? {}, parent);
  const operation = must(operations[select.op ?? ''], 'set operation');
  const all = select.all === true;
  const query = combine(context, [left, right], { operation, all });
  const env = envOf(context, new QueryLevel(parent), 'order');
  const sorted = sortedOutputs(env, query, select);
  return { node: limited(env, sorted, select), output: query.output };
}

export interface SetOperationParts {
  readonly operation: Operation;
  readonly all: boolean;
}

/** Both arms with their columns brought to common types. Errors: 42601, 42804, 42846. */
export function commonArms(
  context: BindContext,
  arms: readonly [BoundQuery, BoundQuery],
  operation: Operation,
): { readonly types: readonly SqlType[]; readonly arms: readonly [BoundQuery, BoundQuery] } {
  const [left, right] = arms;
  const construct = operation.toUpperCase();
  if (left.output.length !== right.output.length) {
    const message = `each ${construct} query must have the same number of columns`;
    throw context.error('syntax_error', message, right.output[0]?.origin);
  }
  const types = left.output.map((output, i) => {
    const pair = [output, must(right.output[i], 'column')].map((each) => outputExpr(context, each));
    return must(commonType(context, pair, construct), 'type');
  });
  const typed = (arm: BoundQuery): BoundQuery =>
    coerceOutputs(context, arm, types, {
      how: 'implicit',
      fail: (i, expr) => {
        const wanted = sqlNameOf(must(types[i], 'type'));
        const message = `${construct} could not convert type ${sqlNameOf(expr.type)} to ${wanted}`;
        return context.error('cannot_coerce', message, expr);
      },
    });
  return { types, arms: [typed(left), typed(right)] };
}

/** Both arms with their columns brought to common types; names are the left arm's. */
export function combine(
  context: BindContext,
  both: readonly [BoundQuery, BoundQuery],
  parts: SetOperationParts,
): BoundQuery {
  const [left] = both;
  const { types, arms } = commonArms(context, both, parts.operation);
  if (types.length === 0 && parts.operation !== 'union') {
    throw context.unsupported(`${parts.operation.toUpperCase()} of no columns`, undefined);
  }
  const [leftNode, rightNode] = [shaped(context, arms[0]), shaped(context, arms[1])];
  const columns = left.output.map(({ name }, i) => {
    const nullable =
      leftNode.columns[i]?.nullable === true || rightNode.columns[i]?.nullable === true;
    return context.newColumn(name, must(types[i], 'type'), nullable);
  });
  if (!parts.all || parts.operation !== 'union') {
    for (const [i, column] of columns.entries()) {
      requireEquality(context, columnOf(column), left.output[i]?.origin);
    }
  }
  const node: LogicalNode = {
    kind: 'setOperation',
    columns,
    ...parts,
    left: leftNode,
    right: rightNode,
  };
  const output = columns.map((column, i): OutputColumn => ({
    name: column.name,
    column,
    origin: left.output[i]?.origin,
    shape: left.output[i]?.shape,
  }));
  return { node, output };
}
