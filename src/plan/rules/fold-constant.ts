/** Evaluates constant expressions while planning. */
import { SqlError } from '../../errors/sql-error.ts';
import { evaluateConstant } from '../../expr/compile.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { ConstantExpr, Expr } from '../../expr/expr.ts';
import type { EvaluationContext } from '../../functions/function-record.ts';

const memoryBytesMax = 64 * 2 ** 20;

/** Only immutable functions are folded: they see nothing of the session. */
export function foldingContext<T>(evaluate: (context: EvaluationContext) => T): T {
  const arena = new Arena(new Budget(memoryBytesMax));
  try {
    return evaluate({
      arena,
      timeZone: 'UTC',
      transactionMicros: 0n,
      statementMicros: 0n,
      session: {},
      formats: {},
      catalog: { find: () => undefined },
    });
  } finally {
    arena.free();
  }
}

/**
 * The constant that the expression is. Undefined when evaluating raises: the error belongs to the
 * row that needs the value, and there may be none.
 */
export function foldConstant(expr: Expr): ConstantExpr | undefined {
  try {
    const value = foldingContext((context) => evaluateConstant(expr, context));
    return { kind: 'constant', type: expr.type, value };
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
