/** The value that an ascending sort code of fixed width stands for: sort-codes.ts the other way. */
import { assert } from '../../errors/assert.ts';
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import type { PlainColumn } from '../../columns/column.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { isUnsigned } from './sort-codes.ts';

const signBit = 2n ** 63n;
const allBits = 2n ** 64n - 1n;

/** A column of the one value, in `arena`. */
export function valueOfCode(code: bigint, type: SqlType, arena: Arena): PlainColumn {
  const values = arena.allocate(8);
  const { i32, i64, u64, f32, f64, i16 } = heap();
  const layout = layoutOf(type.name);
  const isShifted = layout !== 'bit' && !isUnsigned(type);
  const integer = BigInt.asIntN(64, isShifted ? code ^ signBit : code);
  switch (layout) {
    case 'bit':
    case 'i64':
      i64[values / 8] = integer;
      break;
    case 'i32':
      i32[values / 4] = Number(BigInt.asIntN(32, integer));
      break;
    case 'i16':
      i16[values / 2] = Number(integer);
      break;
    case 'f32':
    case 'f64':
      u64[values / 8] = code >= signBit ? code ^ signBit : allBits - code;
      if (layout === 'f32') f32[values / 4] = f64[values / 8] ?? 0;
      break;
    default:
      assert(false, `${layout} has sort codes of its values`);
  }
  return { encoding: 'plain', type, length: 1, validity: 0, values, offsets: 0 };
}
