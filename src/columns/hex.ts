/** Comparison of hex columns with a text, by the bytes that the text spells. */
import { kernels } from '../kernels/kernels.ts';
import type { Arena } from '../memory/arena.ts';
import { heap } from '../memory/heap.ts';
import type { HexColumn } from './column.ts';

export interface HexTarget {
  /** One byte per row. */
  readonly flags: number;
  /** 1: flags that are 0 stay 0. */
  readonly narrow: number;
  readonly arena: Arena;
}

/** Sets the flags of rows that equal the text; false: no row can, and no flag was set. */
export function equalsHex(column: HexColumn, text: string, target: HexTarget): boolean {
  const { hexBytes, values, length } = column;
  const { flags, narrow, arena } = target;
  if (text.length !== hexBytes * 2 || !/^[0-9a-f]*$/.test(text)) return false;
  const wanted = arena.allocate(Math.max(16, hexBytes));
  heap().bytes.hexWrite(text, wanted, hexBytes);
  if (hexBytes === 16) kernels().equals16(values, length, wanted, flags, narrow);
  else kernels().equalsBytes(values, length, hexBytes, wanted, flags, narrow);
  return true;
}
