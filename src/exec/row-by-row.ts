/**
 * Expressions of which one sees what another did, as currval() sees what nextval() handed out, are
 * computed a row at a time.
 */
import { buildColumn } from '../columns/builder.ts';
import type { Batch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { repeatRow } from '../columns/constant.ts';
import { columnReader } from '../columns/read.ts';
import { eachRowWatched } from '../columns/row-set.ts';
import type { Expr } from '../expr/expr.ts';
import { visitExpr } from '../expr/walk.ts';
import { handsOut, seesHandedOut } from '../functions/system/sequence-functions.ts';
import type { EvaluationContext } from '../functions/function-record.ts';
import type { Datum } from '../types/datum.ts';

const known = new WeakMap<readonly Expr[], boolean>();

export function dependOnOrder(exprs: readonly Expr[]): boolean {
  let depend = known.get(exprs);
  if (depend === undefined) known.set(exprs, (depend = haveOrder(exprs)));
  return depend;
}

function haveOrder(exprs: readonly Expr[]): boolean {
  let changing = 0;
  let seeing = 0;
  for (const expr of exprs) {
    visitExpr(expr, (part) => {
      if (part.kind !== 'call') return;
      const name = part.functionId.split('(')[0] ?? '';
      if (handsOut(name)) changing += 1;
      else if (seesHandedOut(name)) seeing += 1;
    });
  }
  return changing > 0 && changing + seeing > 1;
}

/** `compute` gives one column per expression. */
export function computeByRow(
  exprs: readonly Expr[],
  context: EvaluationContext,
  compute: (batch: Batch) => readonly Column[],
): (batch: Batch) => Column[] {
  return (batch) => {
    const values = exprs.map(() =>
      Array.from({ length: batch.physicalRows }, (): Datum | null => null),
    );
    const computeRow = (row: number): void => {
      const one: Batch = {
        ...{ physicalRows: 1, rowCount: 1, selection: 0, columnCount: batch.columnCount },
        column: (index) => repeatRow(batch.column(index), row, 1, context.arena),
      };
      for (const [at, column] of compute(one).entries()) {
        const list = values[at];
        if (list !== undefined) list[row] = columnReader(column)(0);
      }
    };
    eachRowWatched(batch, computeRow, context.checkCancelled);
    return exprs.map(({ type }, at) => buildColumn(type, values[at] ?? [], context.arena));
  };
}
