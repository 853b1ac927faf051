/**
 * JSON objects as values of composite types: keys by the names of fields, each value as its text
 * would be read (PostgreSQL's populate_composite and populate_record_field).
 *
 *     {"a": "1", "e": [[1, 2], [3, 4]], "h": {"x": 5}}   ──▶   a 1, e {{1,2},{3,4}}, h (5)
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum, RecordValue, SqlArray } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { arrayElement, parseText } from '../../types/type-text.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';
import { jsonElements, jsonKind, jsonMembers, jsonText } from './json-scan.ts';

export interface RecordField {
  readonly name: string;
  readonly type: SqlType;
}

/**
 * `base` gives the fields that the object has no key for; without it they are NULL.
 * Errors: 22023 for what is no object, and those of the fields' types.
 */
export function populateRecord(
  text: string,
  { fields, base }: { readonly fields: readonly RecordField[]; readonly base: RecordValue | null },
  formats: FormatSettings,
): RecordValue {
  const kind = jsonKind(text);
  if (kind !== 'object') {
    const what = kind === 'array' ? 'an array' : 'a scalar';
    throw invalid(`cannot call populate_composite on ${what}`);
  }
  const members = new Map(jsonMembers(text));
  return {
    fields: fields.map(({ name, type }, i) => {
      const member = members.get(name);
      const kept = base?.fields[i]?.value ?? null;
      const place: Place = { type, key: name, before: kept };
      const value = member === undefined ? kept : populated(member, place, formats);
      return { type: type.name, value, name };
    }),
  };
}

function invalid(message: string): SqlError {
  return new SqlError('invalid_parameter_value', message);
}

interface Place {
  readonly type: SqlType;
  /** Of the object around. */
  readonly key: string;
  /** What is there without the object. */
  readonly before?: Datum | null;
}

function populated(text: string, place: Place, formats: FormatSettings): Datum | null {
  const { type } = place;
  const kind = jsonKind(text);
  if (kind === 'null') return null;
  if (type.name === 'json' || type.name === 'jsonb') return parseText(type, text, formats);
  if (kind !== 'string' && arrayElement(type.name) !== undefined) {
    return new ArrayReading(place, formats).read(text);
  }
  if (kind !== 'string' && isCompositeName(type.name)) {
    const { fields } = knownComposite(type.name);
    const base = (place.before ?? null) as RecordValue | null;
    return populateRecord(text, { fields, base }, formats);
  }
  return parseText(type, jsonText(text) ?? '', formats);
}

/**
 * An array of as many dimensions as its first element is deep. Errors: 22P02 for sub-arrays of
 * other lengths, and for elements where an array has to be.
 */
class ArrayReading {
  readonly #place: Place;
  readonly #formats: FormatSettings;
  readonly #values: (Datum | null)[] = [];
  /** Lengths, as they become known. */
  readonly #lengths: (number | undefined)[] = [];
  /** Elements so far, of the array at hand in each dimension. */
  readonly #counts: number[] = [];
  #depth: number | undefined;

  constructor(place: Place, formats: FormatSettings) {
    this.#place = place;
    this.#formats = formats;
  }

  read(text: string): SqlArray {
    if (jsonKind(text) !== 'array') throw this.#expected(0);
    this.#readDimension(text, 0);
    const element = arrayElement(this.#place.type.name) ?? 'text';
    const isEmpty = this.#values.length === 0;
    const dimensions = this.#lengths.map((length = 0) => ({ length, lowerBound: 1 }));
    return { element, dimensions: isEmpty ? [] : dimensions, values: this.#values };
  }

  #readDimension(text: string, dimension: number): void {
    this.#counts[dimension] = 0;
    for (const element of jsonElements(text)) {
      const isArray = jsonKind(element) === 'array';
      if (this.#depth === undefined && !isArray) this.#depth = dimension + 1;
      if (this.#depth === dimension + 1) this.#values.push(this.#element(element));
      else if (isArray) this.#readDimension(element, dimension + 1);
      else throw this.#expected(dimension + 1);
      this.#counts[dimension] = (this.#counts[dimension] ?? 0) + 1;
    }
    this.#depth ??= dimension + 1;
    const count = this.#counts[dimension] ?? 0;
    this.#lengths[dimension] ??= count;
    if (this.#lengths[dimension] === count) return;
    throw new SqlError('invalid_text_representation', 'malformed JSON array', {
      detail: 'Multidimensional arrays must have sub-arrays with matching dimensions.',
    });
  }

  #element(text: string): Datum | null {
    const { type, key } = this.#place;
    const element: SqlType = { name: arrayElement(type.name) ?? 'text', typmod: type.typmod };
    return populated(text, { type: element, key }, this.#formats);
  }

  /** `dimensions` of the place are known. */
  #expected(dimensions: number): SqlError {
    const { key } = this.#place;
    const indexes = this.#counts.slice(0, dimensions).map((count) => `[${count}]`);
    const element = indexes.length === 0 ? 'value' : `array element ${indexes.join('')}`;
    const hint = `See the ${element} of key "${key}".`;
    return new SqlError('invalid_text_representation', 'expected JSON array', { hint });
  }
}
