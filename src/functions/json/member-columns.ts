/**
 * `column -> 'key'` and `column ->> 'key'` over jsonb, a column at a time: the key is searched in
 * the bytes where they lie. Other keys and encodings go row by row.
 */
import { ColumnBuilder } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import { columnReader } from '../../columns/read.ts';
import { bitmapOf, eachRow } from '../../columns/row-set.ts';
import { must } from '../../errors/assert.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { quoteJson } from '../../types/json-value.ts';
import { encodeText } from '../../types/text-bytes.ts';
import type { ColumnEvaluation } from '../function-record.ts';

type ByValue = (text: string, key: string) => string | null;

/** `asText`: strings without quotes, null as NULL. */
export function memberColumns(asText: boolean, byValue: ByValue): ColumnEvaluation {
  return (context, rows, args, type) => {
    const [json, key] = [must(args[0], 'json'), must(args[1], 'key')];
    if (json.encoding !== 'plain' || key.encoding !== 'constant') {
      return rowByRow(byValue)(context, rows, args, type);
    }
    const { arena } = context;
    const { physicalRows, rowCount, selection } = rows;
    const wanted = encodeText(quoteJson(columnReader(key)(0) as string).slice(1, -1));
    const keyBytes = arena.allocate(Math.max(1, wanted.length));
    heap().u8.set(wanted, keyBytes);
    const isPlainKey = wanted.includes(0x5c) ? 0 : 1;
    const places = arena.allocate(physicalRows * 4);
    const flags = arena.allocate(physicalRows);
    const offsets = arena.allocate((physicalRows + 1) * 4);
    const text = asText ? 1 : 0;
    const byteSize =
      kernels().findJsonbMembers(
        json.values,
        json.offsets,
        keyBytes,
        wanted.length,
        isPlainKey,
        text,
        rowCount,
        selection,
        physicalRows,
        places,
        flags,
        offsets,
      ) >>> 0;
    const values = arena.allocate(Math.max(1, byteSize));
    kernels().copyJsonbMembers(places, text, rowCount, selection, offsets, values);
    const validity = bitmapOf(flags, physicalRows, arena);
    return { encoding: 'plain', type, length: physicalRows, validity, values, offsets };
  };
}

function rowByRow(byValue: ByValue): ColumnEvaluation {
  return (context, rows, args, type): Column => {
    const [json, key] = args.map(columnReader);
    const builder = new ColumnBuilder(type, context.arena, rows.physicalRows);
    eachRow(rows, (row) => {
      builder.appendAt(row, byValue(json?.(row) as string, key?.(row) as string));
    });
    builder.skipTo(rows.physicalRows);
    return builder.finish();
  };
}
