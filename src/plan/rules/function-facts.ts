/** What rules know of functions: volatility and strictness, by functionId. */
import { findById } from '../../functions/registry.ts';
import { someExpr } from '../../expr/walk.ts';
import type { Expr } from '../../expr/expr.ts';
import type { Volatility } from '../../functions/function-record.ts';

/** An unknown function counts as volatile and not strict: rules leave it where it is. */
export interface FunctionFacts {
  volatility(functionId: string): Volatility;
  isStrict(functionId: string): boolean;
}

export const registryFacts: FunctionFacts = {
  volatility(functionId) {
    const overload = findById(functionId)?.overload;
    if (overload === undefined) return 'volatile';
    return 'volatility' in overload ? (overload.volatility ?? 'immutable') : 'immutable';
  },
  isStrict(functionId) {
    const overload = findById(functionId)?.overload;
    return overload?.kind === 'scalar' && overload.strict !== false;
  },
};

const rank: Readonly<Record<Volatility, number>> = { immutable: 0, stable: 1, volatile: 2 };

function functionIdOf(expr: Expr): string | undefined {
  switch (expr.kind) {
    case 'call':
    case 'anyArray':
    case 'allArray':
      return expr.functionId;
    case 'isDistinct':
    case 'isNotDistinct':
      return expr.equals;
    default:
      return undefined;
  }
}

/** Whether some function of the expression is more volatile than `limit` allows. */
export function exceedsVolatility(
  functions: FunctionFacts,
  expr: Expr,
  limit: Volatility,
): boolean {
  return someExpr(expr, (part) => {
    const functionId = functionIdOf(part);
    return functionId !== undefined && rank[functions.volatility(functionId)] > rank[limit];
  });
}

export function isVolatile(functions: FunctionFacts, expr: Expr): boolean {
  return exceedsVolatility(functions, expr, 'stable');
}
