/**
 * The error of a constant expression, which PostgreSQL raises when it plans: `select 1/0` fails
 * before its rows are described. Looked for after the rules, so that what they removed counts no
 * more; CTEs are left out, since nobody may read them.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import type { CallExpr, Expr } from '../../expr/expr.ts';
import { visitExpr } from '../../expr/walk.ts';
import type { LogicalNode, LogicalPlan } from '../logical.ts';
import { foldingContext } from './fold-constant.ts';
import { registryFacts } from './function-facts.ts';
import { forEachNodeExpr, inputsOf } from './logical-tree.ts';

export function constantErrorOf(plan: LogicalPlan): SqlError | undefined {
  return [plan.root, ...plan.subqueries].map(errorIn).find((error) => error !== undefined);
}

function errorIn(node: LogicalNode): SqlError | undefined {
  let found: SqlError | undefined;
  forEachNodeExpr(node, (expr) => {
    visitExpr(expr, (part) => {
      if (part.kind === 'call' && isConstantCall(part)) found ??= errorOf(part);
    });
  });
  return (
    found ??
    inputsOf(node)
      .map(errorIn)
      .find((error) => error !== undefined)
  );
}

function isConstantCall({ functionId, args }: CallExpr): boolean {
  return (
    registryFacts.volatility(functionId) === 'immutable' &&
    args.every((arg) => arg.kind === 'constant')
  );
}

function errorOf(expr: Expr): SqlError | undefined {
  try {
    foldingContext((context) => evaluateConstant(expr, context));
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
}
