/** Random columns in every encoding, for property tests: values first, then their encoding. */
import fc from 'fast-check';
import { buildColumn } from '../../columns/builder.ts';
import { heap } from '../../memory/heap.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Column } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { Arena } from '../../memory/arena.ts';
import type { Datum } from '../../types/datum.ts';
import type { TypeName } from '../../types/sql-type.ts';

export type SampleEncoding = Column['encoding'];

export interface SampleColumn {
  readonly type: TypeName;
  readonly encoding: SampleEncoding;
  readonly values: readonly (Datum | null)[];
}

const texts = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'a longer text of more than a word', 'é'),
  fc.string({ maxLength: 40 }),
);
const hexTexts = fc
  .uint8Array({ minLength: 4, maxLength: 4 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

const valuesOf: Readonly<Partial<Record<TypeName, fc.Arbitrary<Datum>>>> = {
  bool: fc.boolean(),
  int2: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-32768, 32767)),
  int4: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()),
  int8: fc.oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  ),
  float4: fc.oneof(fc.constantFrom(0, 1.5, -1.5), fc.float({ noNaN: true })),
  float8: fc.oneof(fc.constantFrom(0, 1.5, -1.5), fc.double({ noNaN: true })),
  text: texts,
  uuid: fc.uuid(),
};

/** Rows of a sample of one of the types, `length` of them. */
export function sampleColumn(type: TypeName, length: number): fc.Arbitrary<SampleColumn> {
  const encodings: SampleEncoding[] =
    type === 'text' ? ['plain', 'dictionary', 'hex', 'constant'] : ['plain', 'plain', 'constant'];
  return fc.constantFrom(...encodings).chain((encoding) => {
    const value = encoding === 'hex' ? hexTexts : (valuesOf[type] as fc.Arbitrary<Datum>);
    const nullable = fc.option(value, { nil: null, freq: 5 });
    const rows = fc
      .boolean()
      .chain((hasNulls) =>
        fc.array(hasNulls ? nullable : value, { minLength: length, maxLength: length }),
      );
    return rows.map((values) => ({
      type,
      encoding,
      values: encoding === 'constant' ? values.map(() => values[0] as Datum | null) : values,
    }));
  });
}

export function encodeSample(sample: SampleColumn, arena: Arena): Column {
  const plain = buildColumn(sqlType(sample.type), sample.values, arena);
  if (sample.encoding === 'constant') {
    const one = buildColumn(sqlType(sample.type), sample.values.slice(0, 1), arena);
    return { ...one, encoding: 'constant', length: plain.length };
  }
  if (sample.encoding === 'hex') return encodeHex(sample, plain, arena);
  if (sample.encoding === 'dictionary') return encodeDictionary(sample, plain, arena);
  return plain;
}

function encodeHex(sample: SampleColumn, plain: Column, arena: Arena): Column {
  const values = arena.allocate(plain.length * 4);
  for (const [row, text] of sample.values.entries()) {
    heap().bytes.write((text ?? '00000000') as string, values + row * 4, 4, 'hex');
  }
  return { ...plain, encoding: 'hex', values, offsets: 0, hexBytes: 4 };
}

/** A dictionary in reverse order of appearance, with an entry that no row uses. */
function encodeDictionary(sample: SampleColumn, plain: Column, arena: Arena): Column {
  const distinct = [...new Set(sample.values.filter((value) => value !== null))];
  const entries = ['an unused entry', ...distinct.toReversed()];
  const dictionary = buildColumn(sqlType(sample.type), entries, arena);
  const values = arena.allocate(plain.length);
  for (const [row, text] of sample.values.entries()) {
    heap().u8[values + row] = text === null ? 0 : entries.indexOf(text);
  }
  return { ...plain, encoding: 'dictionary', values, offsets: 0, codeBytes: 1, dictionary };
}

/** A row set over `length` rows: all of them, or those of the flags that are true. */
export function sampleRows(length: number, flags: readonly boolean[], arena: Arena): RowSet {
  if (flags.length === 0) return { physicalRows: length, rowCount: length, selection: 0 };
  const rows = Array.from({ length }, (_, row) => row).filter((row) => flags[row % flags.length]);
  const selection = arena.allocate(length * 4 + 4);
  heap().u32.set(rows, selection >>> 2);
  return { physicalRows: length, rowCount: rows.length, selection };
}

/** Row numbers of a row set. */
export function rowNumbers(rows: RowSet): number[] {
  return Array.from({ length: rows.rowCount }, (_, i) =>
    rows.selection === 0 ? i : (heap().u32[(rows.selection >>> 2) + i] as number),
  );
}
