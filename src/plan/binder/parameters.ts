/**
 * Types of $1 … $n: given in Parse, or taken from the first use that asks for one.
 *
 * A parameter without a type is of type `unknown`; each use coerces it, and the first coercion
 * fixes the type. Later uses that ask for another type fail with 42P08.
 */
import { SqlError } from '../../errors/sql-error.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { SqlType } from '../../types/sql-type.ts';

export class Parameters {
  readonly #types: (SqlType | undefined)[];

  /** Only the given ones exist: 42P02 for others. */
  readonly areFixed: boolean;

  constructor(types: readonly (SqlType | undefined)[], areFixed: boolean) {
    this.areFixed = areFixed;
    this.#types = types.map((type) => (type?.name === 'unknown' ? undefined : type));
  }

  get count(): number {
    return this.#types.length;
  }

  /** Type of a zero-based parameter; `unknown` as long as nothing fixed it. */
  typeOf(index: number): SqlType {
    while (this.#types.length <= index) this.#types.push(undefined);
    return this.#types[index] ?? sqlType('unknown');
  }

  /** A variable's, which the text does not number. */
  declare(index: number, type: SqlType): void {
    while (this.#types.length <= index) this.#types.push(undefined);
    this.#types[index] = type;
  }

  /** Errors: 42P08 with the position that the caller found. */
  fix(index: number, type: SqlType, position: { position?: number }): SqlType {
    const known = this.#types[index];
    const wanted = type.domain === undefined ? sqlType(type.name) : type;
    if (known === undefined) {
      this.#types[index] = wanted;
      return wanted;
    }
    if (known.name === wanted.name) return known;
    const [one, other] = [known, wanted].map((each) => typeRecord(each.name).sqlName);
    const message = `inconsistent types deduced for parameter $${index + 1}`;
    throw new SqlError('ambiguous_parameter', message, {
      detail: `${one} versus ${other}`,
      ...position,
    });
  }

  /** All types; 42P18 for a parameter whose type nothing told. */
  resolved(): readonly SqlType[] {
    return this.#types.map((type, index) => {
      if (type !== undefined) return type;
      throw indeterminate(index);
    });
  }
}

/** Nothing told the type of a zero-based parameter: 42P18. */
export function indeterminate(index: number): SqlError {
  const message = `could not determine data type of parameter $${index + 1}`;
  return new SqlError('indeterminate_datatype', message);
}
