/**
 * Values of PL/pgSQL's variables while a block runs, by slot. A record holds the fields of what it
 * was given last; one of a row type always those of the type.
 */
import { must } from '../../errors/assert.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import type { FactTable } from '../../plan/planner.ts';
import type { PlVariable } from '../../sql/plpgsql/tree.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';

/** A value with its type; of a record the names of its fields. */
export interface TypedValue {
  readonly type: SqlType;
  readonly value: Datum | null;
}

export interface TypedRow {
  readonly fields: RecordShape;
  readonly values: readonly (Datum | null)[];
}

/** What a variable may hold. */
export type VariableType =
  | { readonly kind: 'scalar'; readonly type: SqlType }
  /** `fields` of a row type; undefined: any. */
  | { readonly kind: 'record'; readonly type: SqlType; readonly fields: RecordShape | undefined }
  /** Of the type that it is given. */
  | { readonly kind: 'open' };

export interface ScalarCell {
  readonly kind: 'scalar';
  type: SqlType;
  readonly isOpen: boolean;
  value: Datum | null;
}

export interface RecordCell {
  readonly kind: 'record';
  readonly type: SqlType;
  readonly fixed: RecordShape | undefined;
  fields: RecordShape | undefined;
  /** undefined: NULL, or not assigned yet. */
  values: readonly (Datum | null)[] | undefined;
}

export type Cell = ScalarCell | RecordCell;

export class Frame {
  /** Transition tables of a trigger, by name. */
  relations: ReadonlyMap<string, FactTable> | undefined;
  readonly #types: readonly VariableType[];
  readonly #cells: Cell[];

  constructor(types: readonly VariableType[]) {
    this.#types = types;
    this.#cells = types.map(emptyCell);
  }

  cell({ slot }: PlVariable): Cell {
    return must(this.#cells[slot], 'the cell of a variable');
  }

  scalar(variable: PlVariable): ScalarCell {
    const cell = this.cell(variable);
    return must(cell.kind === 'scalar' ? cell : undefined, 'a variable of one value');
  }

  isRecord(variable: PlVariable): boolean {
    return this.cell(variable).kind === 'record';
  }

  /** The variable's block begins anew. */
  clear({ slot }: PlVariable): void {
    this.#cells[slot] = emptyCell(must(this.#types[slot], 'the type of a variable'));
  }
}

function emptyCell(type: VariableType): Cell {
  switch (type.kind) {
    case 'scalar':
      return { kind: 'scalar', type: type.type, isOpen: false, value: null };
    case 'open':
      return { kind: 'scalar', type: sqlType('text'), isOpen: true, value: null };
    case 'record': {
      const { fields } = type;
      return { kind: 'record', type: type.type, fixed: fields, fields, values: undefined };
    }
  }
}

/** The record's value as one. */
export function recordValue({ fields, values }: RecordCell): Datum | null {
  if (fields === undefined || values === undefined) return null;
  return {
    fields: fields.map(({ name, type }, i) => {
      return { name, type: type.name, value: values[i] ?? null };
    }),
  };
}

/** Where the field is. Errors: 55000 before the record has a structure, 42703. */
export function fieldIndex({ name }: PlVariable, { fields }: RecordCell, field: string): number {
  if (fields === undefined) {
    const detail = 'The tuple structure of a not-yet-assigned record is indeterminate.';
    const message = `record "${name}" is not assigned yet`;
    throw new SqlError('object_not_in_prerequisite_state', message, { detail });
  }
  const index = fields.findIndex((each) => each.name === field);
  if (index >= 0) return index;
  throw new SqlError('undefined_column', `record "${name}" has no field "${field}"`);
}
