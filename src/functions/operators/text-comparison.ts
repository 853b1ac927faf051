/**
 * = <> < <= > >= on text types, by bytes (collation C), and ||. Trailing spaces of character(n)
 * do not count.
 */
import { ColumnBuilder } from '../../columns/builder.ts';
import { equalsHex } from '../../columns/hex.ts';
import { bytesReader, columnReader } from '../../columns/read.ts';
import { bitmapOf, eachRow } from '../../columns/row-set.ts';
import type { Column } from '../../columns/column.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { ColumnEvaluation, RowSet, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Comparison } from './comparison.ts';
import { flagColumn, operand, type TextOperand } from './text-rows.ts';

const codes: Readonly<Record<Comparison, number>> = { eq: 0, ne: 1, lt: 2, le: 3, gt: 4, ge: 5 };

const pairs: readonly (readonly [TypeName, TypeName])[] = [
  ['text', 'text'],
  ['bpchar', 'bpchar'],
  ['name', 'name'],
  ['name', 'text'],
  ['text', 'name'],
  ['bytea', 'bytea'],
];

function compare(comparison: Comparison, trim: boolean): ColumnEvaluation {
  return (context, rows, args) => {
    if (comparison === 'eq' || comparison === 'ne') {
      const ids = compareIds(comparison, args, { rows, arena: context.arena });
      if (ids !== undefined) return ids;
    }
    return flagColumn(context, rows, args, (input, flags) => {
      const a = operand(input, 0);
      const b = operand(input, 1);
      const { rowCount, selection } = input.rows;
      kernels().compareTexts(
        a.values,
        a.offsets,
        a.step,
        b.values,
        b.offsets,
        b.step,
        codes[comparison],
        trim ? 1 : 0,
        rowCount,
        selection,
        flags,
      );
    });
  };
}

/** A hex column against a constant, by bytes; undefined: it is something else. */
function compareIds(
  comparison: 'eq' | 'ne',
  args: readonly Column[],
  { rows, arena }: { readonly rows: RowSet; readonly arena: Arena },
): Column | undefined {
  const ids = args.find((arg) => arg.encoding === 'hex');
  const constant = args.find((arg) => arg.encoding === 'constant');
  if (ids?.encoding !== 'hex' || constant === undefined) return undefined;
  const length = rows.physicalRows;
  const flags = arena.allocate(length);
  const text = columnReader(constant)(0) as string;
  if (!equalsHex(ids, text, { flags, narrow: 0, arena })) heap().u8.fill(0, flags, flags + length);
  if (comparison === 'ne') kernels().invertFlags(flags, length, flags);
  const values = bitmapOf(flags, length, arena);
  return { encoding: 'plain', type: sqlType('bool'), length, validity: 0, values, offsets: 0 };
}

export function textComparisons(comparison: Comparison): ScalarOverload[] {
  return pairs.map(([left, right]) => ({
    kind: 'scalar',
    args: [left, right],
    returns: 'bool',
    total: true,
    column: compare(comparison, left === 'bpchar'),
  }));
}

const concatenate: ColumnEvaluation = ({ arena }, rows, args, type) => {
  // The result keeps the rows' places, so encoded columns are laid out in place, too.
  const [a, b] = args.map((arg) => inPlace(arg, rows, arena)) as [TextOperand, TextOperand];
  const { physicalRows, rowCount, selection } = rows;
  const offsets = arena.allocate((physicalRows + 1) * 4);
  const byteSize =
    kernels().concatOffsets(
      a.offsets,
      a.step,
      b.offsets,
      b.step,
      rowCount,
      selection,
      physicalRows,
      offsets,
    ) >>> 0;
  const values = arena.allocate(byteSize);
  kernels().concatTexts(
    a.values,
    a.offsets,
    a.step,
    b.values,
    b.offsets,
    b.step,
    rowCount,
    selection,
    offsets,
    values,
  );
  return { encoding: 'plain', type, length: physicalRows, validity: 0, values, offsets };
};

/** The texts with the selected rows at their places; the others are empty. */
function inPlace(column: Column, rows: RowSet, arena: Arena): TextOperand {
  const { values, offsets } = column;
  if (column.encoding === 'constant') return { values, offsets, step: 0 };
  if (column.encoding === 'plain') return { values, offsets, step: 1 };
  const builder = new ColumnBuilder(column.type, arena, rows.physicalRows);
  const read = bytesReader(column);
  eachRow(rows, (row) => {
    builder.skipTo(row);
    builder.appendBytes(read(row));
  });
  builder.skipTo(rows.physicalRows);
  const built = builder.finish();
  return { values: built.values, offsets: built.offsets, step: 1 };
}

export const concatenations: readonly ScalarOverload[] = [
  { kind: 'scalar', args: ['text', 'text'], returns: 'text', total: true, column: concatenate },
  { kind: 'scalar', args: ['bytea', 'bytea'], returns: 'bytea', total: true, column: concatenate },
];
