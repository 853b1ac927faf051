/** The variables that a statement names: they become its parameters, in the order of first use. */
import { must } from '../../errors/assert.ts';
import type { RecordShape } from '../../plan/binder/bind-context.ts';
import type { FactTable, StatementVariables, VariableUse } from '../../plan/planner.ts';
import { findName } from '../../sql/plpgsql/names.ts';
import type { PlConflict, PlNames, PlVariable } from '../../sql/plpgsql/tree.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { fieldIndex, recordValue, type Frame } from './frame.ts';

interface Used {
  readonly variable: PlVariable;
  /** Of a record. */
  readonly field: string | undefined;
  readonly type: SqlType;
  readonly shape: RecordShape | undefined;
}

/** How names are read, and what the value is assigned to. */
export interface VariableRules {
  readonly conflict: PlConflict;
  readonly assigned: SqlType | undefined;
}

export class UsedVariables implements StatementVariables {
  readonly conflict: PlConflict;
  readonly assigned: SqlType | undefined;
  readonly #names: PlNames;
  readonly #frame: Frame;
  readonly #used: Used[] = [];

  constructor(names: PlNames, frame: Frame, rules: VariableRules) {
    this.#names = names;
    this.#frame = frame;
    this.conflict = rules.conflict;
    this.assigned = rules.assigned;
  }

  find(names: readonly string[], isStrict: boolean): VariableUse | undefined {
    const found = this.#find(names);
    if (found === undefined) return undefined;
    const { variable, used } = found;
    const [field, ...rest] = names.slice(used);
    const cell = this.#frame.cell(variable);
    if (field === undefined) {
      const shape = cell.kind === 'record' ? cell.fields : undefined;
      return this.#use({ variable, field, type: cell.type, shape });
    }
    if (cell.kind === 'scalar') {
      const whole = this.#use({ variable, field: undefined, type: cell.type, shape: undefined });
      return { ...whole, rest: [field, ...rest] };
    }
    const isMissing = cell.fields?.every(({ name }) => name !== field) === true;
    if (isMissing && !isStrict) return undefined;
    const index = fieldIndex(variable, cell, field);
    const { type } = must(cell.fields?.[index], 'a field');
    return { ...this.#use({ variable, field, type, shape: undefined }), rest };
  }

  fields(names: readonly string[]): readonly (readonly [string, VariableUse])[] | undefined {
    const found = this.#find(names);
    if (found === undefined || found.used < names.length) return undefined;
    const { variable } = found;
    const cell = this.#frame.cell(variable);
    if (cell.kind === 'scalar') return undefined;
    if (cell.fields === undefined) fieldIndex(variable, cell, '*');
    return (cell.fields ?? []).map(({ name, type }) => {
      return [name, this.#use({ variable, field: name, type, shape: undefined })];
    });
  }

  relation(name: string): FactTable | undefined {
    return this.#frame.relations?.get(name);
  }

  #find(names: readonly string[]): ReturnType<typeof findName> {
    const { used = 0, variable } =
      findName(this.#names, names, (each) => this.#mayHaveFields(each)) ?? {};
    return variable === undefined ? undefined : { variable, used };
  }

  #mayHaveFields(variable: PlVariable): boolean {
    const { kind, type } = this.#frame.cell(variable);
    return kind === 'record' || type.name.startsWith('composite ');
  }

  #use(wanted: Used): VariableUse {
    const { variable, field, type, shape } = wanted;
    const known = this.#used.findIndex((each) => {
      return each.variable === variable && each.field === field;
    });
    const index = known < 0 ? this.#used.push(wanted) - 1 : known;
    return { index, type, shape, rest: [] };
  }

  /** Whether the variables still are of the types that the plan was made for. */
  fits(frame: Frame): boolean {
    return this.#used.every(({ variable, field, type, shape }) => {
      const cell = frame.cell(variable);
      if (cell.kind === 'scalar') return sameType(cell.type, type);
      if (field === undefined) return cell.fields === shape;
      const now = cell.fields?.find(({ name }) => name === field);
      return now !== undefined && sameType(now.type, type);
    });
  }

  current(): readonly (Datum | null)[] {
    return this.values(this.#frame);
  }

  values(frame: Frame): readonly (Datum | null)[] {
    return this.#used.map(({ variable, field }) => {
      const cell = frame.cell(variable);
      if (cell.kind === 'scalar') return cell.value;
      if (field === undefined) return recordValue(cell);
      return cell.values?.[fieldIndex(variable, cell, field)] ?? null;
    });
  }
}

function sameType(a: SqlType, b: SqlType): boolean {
  return a.name === b.name && a.domain === b.domain;
}
