/**
 * min and max, bool_and and bool_or: the smallest or largest value, NULLs ignored.
 *
 * Fixed-width types are folded by kernels; other types by comparing values one by one, texts
 * by their bytes.
 */
import { kernels } from '../../kernels/kernels.ts';
import { betterOf } from '../../types/compare.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { ExtremeKernel, MergeExtremeKernel } from '../../kernels/extreme.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { CreateAccumulator } from './accumulator.ts';
import {
  foldArgument,
  RecordAccumulator,
  validityOfRecords,
  type RecordField,
  type RecordFold,
} from './record-accumulator.ts';
import { TextExtreme } from './text-extreme.ts';
import { ValueAccumulator, type ValueFold } from './value-accumulator.ts';

const field: RecordField = { width: 16, value: 0, seen: 8, least: 1 };

export const minAccumulator: CreateAccumulator = (context) => extreme(context, 0);
export const maxAccumulator: CreateAccumulator = (context) => extreme(context, 1);

/** 1: the largest value, 0: the smallest. */
type Largest = 0 | 1;

function extreme(
  context: Parameters<CreateAccumulator>[0],
  largest: Largest,
): ReturnType<CreateAccumulator> {
  const { type } = context;
  const kernel = extremeKernel(type);
  if (kernel !== undefined) {
    return new RecordAccumulator(extremeFold(type, kernel, largest), context);
  }
  if (textTypes.has(type.name)) return new TextExtreme(context, largest === 1);
  return new ValueAccumulator(valueFold(type, largest), type);
}

const textTypes: ReadonlySet<string> = new Set(['text', 'varchar', 'name', 'bytea']);
const unsignedTypes: ReadonlySet<string> = new Set(['oid', 'xid', 'cid']);
const unsignedWide: ReadonlySet<string> = new Set(['xid8', 'pg_lsn']);

interface Kernels {
  readonly fold: ExtremeKernel;
  readonly merge: MergeExtremeKernel;
}

function extremeKernel(type: SqlType): Kernels | undefined {
  const k = kernels();
  const merge = k.mergeIntegerExtremes;
  switch (layoutOf(type.name)) {
    case 'bit':
      return { fold: k.extremeBits, merge };
    case 'i16':
      return { fold: k.extremeI16, merge };
    case 'i32':
      return { fold: unsignedTypes.has(type.name) ? k.extremeU32 : k.extremeI32, merge };
    case 'i64':
      // Signed kernels: a log position above 7FFFFFFF/FFFFFFFF is compared by its value.
      return unsignedWide.has(type.name) ? undefined : { fold: k.extremeI64, merge };
    case 'f32':
      return { fold: k.extremeF32, merge: k.mergeFloatExtremes };
    case 'f64':
      return { fold: k.extremeF64, merge: k.mergeFloatExtremes };
    case 'b16':
    case 'varlen':
      return undefined;
  }
}

function extremeFold(type: SqlType, kernel: Kernels, largest: Largest): RecordFold {
  return {
    width: field.width,
    fold: (records, input, scratch) => {
      const { values, validity, rows, count } = foldArgument(input, 0, scratch);
      kernel.fold(records, input.groups, values, validity, rows, count, largest);
    },
    merge: (records, { groups, states, offsets, rows, count }) => {
      kernel.merge(records, groups, states, offsets, rows, count, largest);
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
}

/** The values of 16-byte records in the type's own layout. */
export function narrowRecords(type: SqlType, records: number, count: number, arena: Arena): number {
  const k = kernels();
  const words = arena.allocate(count * 8);
  k.recordWords(records, field.width, field.value, count, words);
  const layout = layoutOf(type.name);
  if (layout === 'i64' || layout === 'f64') return words;
  const out = arena.allocate(count * 4 + 8);
  if (layout === 'f32') k.f32OfF64(words, count, out);
  else if (layout === 'bit') k.bitsOfWords(words, count, out);
  else if (layout === 'i16') k.i16OfWords(words, count, out);
  else k.i32OfWords(words, count, out);
  return out;
}

function valueFold(type: SqlType, largest: Largest): ValueFold<Datum> {
  const sign = largest === 1 ? 1 : -1;
  const better = (a: Datum, b: Datum) => betterOf(type.name, a, b, sign) === b;
  return {
    add: (state, [value]) => {
      if (value === null || value === undefined) return state;
      return state === undefined || better(state, value) ? value : state;
    },
    merge: (a, b) => (better(a, b) ? b : a),
    finish: (state) => state ?? null,
  };
}
