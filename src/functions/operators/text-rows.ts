/** Text columns as kernels take them, and bool columns out of flags. */
import { must } from '../../errors/assert.ts';
import type { Column, PlainColumn } from '../../columns/column.ts';
import { gatherRows } from '../../columns/materialize.ts';
import { bitmapOf } from '../../columns/row-set.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { Arena } from '../../memory/arena.ts';
import { sqlType } from '../../types/type-table.ts';
import type { EvaluationContext, RowSet } from '../function-record.ts';

/** A text per row (step 1), or one for all rows (step 0). */
export interface TextOperand {
  readonly values: number;
  readonly offsets: number;
  readonly step: 0 | 1;
}

export interface TextRows {
  readonly operands: readonly TextOperand[];
  /** The rows in which the operands are to be read. */
  readonly rows: RowSet;
  /** True: the operands hold the selected rows alone, end to end. */
  readonly isGathered: boolean;
}

function isDirect(column: Column): boolean {
  return column.encoding === 'plain' || column.encoding === 'constant';
}

/** Operands over the rows as they are, or, when a column is encoded, over gathered rows. */
export function textRows(columns: readonly Column[], rows: RowSet, arena: Arena): TextRows {
  if (columns.every(isDirect)) return { operands: columns.map(operandOf), rows, isGathered: false };
  const operands = columns.map((column) =>
    operandOf(column.encoding === 'constant' ? column : gatherRows(column, rows, arena)),
  );
  const { rowCount } = rows;
  const dense = { physicalRows: rowCount, rowCount, selection: 0 };
  return { operands, rows: dense, isGathered: true };
}

function operandOf(column: Column): TextOperand {
  const { values, offsets } = column;
  return { values, offsets, step: column.encoding === 'constant' ? 0 : 1 };
}

/** Writes one flag per row of `TextRows.rows`, at the row's number. */
export type FlagWriter = (input: TextRows, flags: number) => void;

/** The bool column of what `write` says about the rows. */
export function flagColumn(
  { arena }: EvaluationContext,
  rows: RowSet,
  columns: readonly Column[],
  write: FlagWriter,
): PlainColumn {
  const input = textRows(columns, rows, arena);
  const { physicalRows, rowCount, selection } = rows;
  let flags = arena.allocate(Math.max(physicalRows, rowCount));
  write(input, flags);
  if (input.isGathered && selection !== 0) {
    const scattered = arena.allocate(physicalRows);
    kernels().scatterFlags(flags, selection, rowCount, scattered);
    flags = scattered;
  }
  const values = bitmapOf(flags, physicalRows, arena);
  return {
    encoding: 'plain',
    type: sqlType('bool'),
    length: physicalRows,
    validity: 0,
    values,
    offsets: 0,
  };
}

export function operand(input: TextRows, index: number): TextOperand {
  return must(input.operands[index], 'operand');
}
