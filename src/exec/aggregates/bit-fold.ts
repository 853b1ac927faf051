/** bit_and, bit_or and bit_xor of integers and bit strings. */
import { unsupported } from '../../errors/sql-error.ts';
import { foldedBits } from '../../functions/bit/all.ts';
import { kernels } from '../../kernels/kernels.ts';
import { layoutOf, typeRecord, valueBytes } from '../../types/type-table.ts';
import type { CreateAccumulator } from './accumulator.ts';
import { narrowRecords } from './extreme.ts';
import {
  foldArgument,
  RecordAccumulator,
  validityOfRecords,
  type RecordFold,
} from './record-accumulator.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

/** By operation. Errors: 22026 for bit strings of different lengths. */
const stringFolds = [
  foldedBits('AND', (a, b) => a && b),
  foldedBits('OR', (a, b) => a || b),
  foldedBits('XOR', (a, b) => a !== b),
] as const;

function bitStrings(operation: 0 | 1 | 2): ValueFold<string> {
  const merge = stringFolds[operation];
  return {
    add: (state, [bits = null]) => {
      if (bits === null) return state;
      return state === undefined ? (bits as string) : merge(state, bits as string);
    },
    merge,
    finish: (state) => state ?? null,
  };
}

const field = { width: 16, value: 0, seen: 8, least: 1 };

/** 0: and, 1: or, 2: exclusive or. */
export function bitFold(operation: 0 | 1 | 2): CreateAccumulator {
  return (context) => {
    const { type } = context;
    if (type.name === 'bit') return new ValueAccumulator(bitStrings(operation), type);
    const layout = layoutOf(type.name);
    const width = valueBytes(layout);
    if (layout === 'varlen') throw unsupported(`bit folds of ${typeRecord(type.name).sqlName}`);
    const fold: RecordFold = {
      width: field.width,
      fold: (records, input, scratch) => {
        const { values, validity, rows, count } = foldArgument(input, 0, scratch);
        const { groups } = input;
        kernels().foldIntegers(records, groups, values, width, validity, rows, count, operation);
      },
      merge: (records, { groups, states, offsets, rows, count }) => {
        kernels().mergeFolds(records, groups, states, offsets, rows, count, operation);
      },
      finish: (records, count, arena) => ({
        encoding: 'plain',
        type,
        length: count,
        validity: validityOfRecords(records, field, count, arena),
        values: narrowRecords(type, records, count, arena),
        offsets: 0,
      }),
    };
    return new RecordAccumulator(fold, context);
  };
}
