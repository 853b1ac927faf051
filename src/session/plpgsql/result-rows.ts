/** The rows that a function gives back, as those that it declares. */
import { SqlError } from '../../errors/sql-error.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { CalledRoutine } from '../../plan/called-routine.ts';
import type { Datum, RecordValue } from '../../types/datum.ts';
import type { Evaluator } from './evaluator.ts';
import type { TypedRow, TypedValue } from './frame.ts';

export class ResultRows {
  readonly rows: (readonly (Datum | null)[])[] = [];
  readonly #fields: RecordShape;
  readonly #isScalar: boolean;
  readonly #isSet: boolean;
  readonly #evaluator: Evaluator;

  constructor({ fields, isScalar, routine }: CalledRoutine, evaluator: Evaluator) {
    this.#fields = fields;
    this.#isScalar = isScalar;
    this.#isSet = routine.record.returnsSet;
    this.#evaluator = evaluator;
  }

  /** Values that are no rows are refused. */
  get wantsRow(): boolean {
    return !this.#isScalar;
  }

  /** RETURN, RETURN NEXT of a value; no row is a composite NULL. Errors: 42804, casts' own. */
  addValue({ type, value }: TypedValue): void {
    const [only] = this.#fields;
    if (this.#isScalar && only !== undefined) {
      this.rows.push([this.#evaluator.convert(value, type, only.type)]);
      return;
    }
    if (value === null) {
      if (this.#isSet) this.rows.push(this.#fields.map(() => null));
      return;
    }
    const { fields } = value as RecordValue;
    this.addRow({
      fields: fields.map(({ name = '', type: own }) => {
        return { name, type: { name: own, typmod: -1 } };
      }),
      values: fields.map((field) => field.value),
    });
  }

  /** A record, field by field. Errors: 42804. */
  addRow({ fields, values }: TypedRow): void {
    this.#checkTypes(fields, 'returned record type does not match expected record type');
    this.rows.push(values);
  }

  /** Rows of a query. Errors: 42804. */
  checkQuery(fields: RecordShape): void {
    this.#checkTypes(fields, 'structure of query does not match function result type');
  }

  #checkTypes(fields: RecordShape, message: string): void {
    const wanted = this.#fields;
    const fail = (detail: string): SqlError => {
      return new SqlError('datatype_mismatch', message, { detail });
    };
    if (fields.length !== wanted.length) {
      const counts = `(${fields.length}) does not match expected column count (${wanted.length})`;
      throw fail(`Number of returned columns ${counts}.`);
    }
    for (const [i, { type }] of wanted.entries()) {
      const given = fields[i]?.type ?? type;
      if (given.name === type.name) continue;
      const types = `${sqlNameOf(given)} does not match expected type ${sqlNameOf(type)}`;
      throw fail(`Returned type ${types} in column ${i + 1}.`);
    }
  }
}
