/** Parameters of a routine in the statements of its body: columns of the same name come first. */
import { isInput, type Routine } from '../../../catalog/routine-records.ts';
import type { Datum } from '../../../types/datum.ts';
import type { SqlType } from '../../../types/sql-type.ts';
import type { StatementVariables, VariableUse } from '../../planner.ts';

export class ParameterVariables implements StatementVariables {
  readonly conflict = 'column';
  readonly #routine: Routine;
  #values: readonly (Datum | null)[];
  readonly #types: readonly SqlType[];
  /** Places of the parameters that the statement names, in the order of first use. */
  readonly #used: number[] = [];

  /** `types`: what polymorphic parameters are. */
  constructor(
    routine: Routine,
    values: readonly (Datum | null)[] = [],
    types: readonly SqlType[] = [],
  ) {
    this.#routine = routine;
    this.#values = values;
    this.#types = types;
  }

  /** Of the parameters, for another call. */
  give(values: readonly (Datum | null)[]): void {
    this.#values = values;
  }

  /** `name`, `routine.name`, `$1`, each with names of fields behind it. */
  find(names: readonly string[]): VariableUse | undefined {
    const [first = '', ...more] = names;
    if (/^\$\d+$/.test(first)) return this.#use(Number(first.slice(1)) - 1, more);
    const place = this.#placeOf(first);
    if (place >= 0) return this.#use(place, more);
    const [second = '', ...rest] = more;
    if (first !== this.#routine.record.name) return undefined;
    return this.#use(this.#placeOf(second), rest);
  }

  fields(): undefined {
    return undefined;
  }

  current(): readonly (Datum | null)[] {
    return this.#used.map((place) => this.#values[place] ?? null);
  }

  #placeOf(name: string): number {
    return name === '' ? -1 : this.#inputs.findIndex((input) => input.name === name);
  }

  get #inputs(): Routine['parameters'] {
    return this.#routine.parameters.filter(isInput);
  }

  #use(place: number, rest: readonly string[]): VariableUse | undefined {
    const input = this.#inputs[place];
    if (input === undefined) return undefined;
    const known = this.#used.indexOf(place);
    const index = known < 0 ? this.#used.push(place) - 1 : known;
    const type = this.#types[place] ?? input.type;
    return { index, type, shape: undefined, rest };
  }
}
