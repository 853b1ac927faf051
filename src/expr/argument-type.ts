/** The type of an argument, with the fields of rows that the query itself writes. */
import type { ArgumentType } from '../functions/function-record.ts';
import type { Expr } from './expr.ts';

export function argumentType(expr: Expr): ArgumentType {
  const row = rowWithin(expr);
  if (row === undefined) return expr.type;
  const fields = row.args.map((arg, index) => ({
    name: row.names[index] ?? `f${index + 1}`,
    type: argumentType(arg),
  }));
  return { ...expr.type, fields };
}

/** A whole-row reference to the inner side of an outer join is a row behind a NULL guard. */
function rowWithin(expr: Expr): Extract<Expr, { kind: 'row' }> | undefined {
  if (expr.kind === 'row') return expr;
  return expr.kind === 'case' && expr.otherwise.kind === 'row' ? expr.otherwise : undefined;
}
