/**
 * A sequence. Values are handed out at once; the log is told of them some ahead, so that after a
 * crash none is handed out twice.
 *
 *     next, next, …  ──every 32nd──▶ log: "32 further"        a commit waits for that record
 */
import type { Sequence, SequenceDefinition, SequenceValue } from '../catalog/table.ts';
import { SqlError } from '../errors/sql-error.ts';
import { RecordBuilder } from './log-record.ts';
import type { StoreState } from './store-state.ts';

const aheadMax = 32;

export class StoredSequence implements Sequence {
  readonly definition: SequenceDefinition;
  readonly #state: StoreState;
  #value: SequenceValue;
  /** What a restart goes on from. */
  #durable: SequenceValue;
  #ahead = 0;

  constructor(state: StoreState, definition: SequenceDefinition, value: SequenceValue) {
    this.#state = state;
    this.definition = definition;
    this.#value = value;
    this.#durable = value;
  }

  get value(): SequenceValue {
    return this.#value;
  }

  get durable(): SequenceValue {
    return this.#durable;
  }

  get ahead(): number {
    return this.#ahead;
  }

  next(): bigint {
    const last = this.#value.isCalled ? this.#step(this.#value.last) : this.#value.last;
    this.#value = { last, isCalled: true };
    if (this.#ahead > 0) this.#ahead -= 1;
    else this.#logAhead();
    return last;
  }

  #step(from: bigint): bigint {
    const { increment, min, max, cycles, name } = this.definition;
    const to = from + increment;
    if (to >= min && to <= max) return to;
    const isUp = increment > 0n;
    if (cycles) return isUp ? min : max;
    const [word, bound] = isUp ? ['maximum', max] : ['minimum', min];
    const message = `nextval: reached ${word} value of sequence "${name}" (${bound})`;
    throw new SqlError('sequence_generator_limit_exceeded', message);
  }

  #logAhead(): void {
    const { increment, min, max } = this.definition;
    const last = this.#value.last + increment * BigInt(aheadMax);
    // Near its end a sequence is logged value by value, so that a restart loses none of them.
    const isInside = last >= min && last <= max;
    this.#ahead = isInside ? aheadMax : 0;
    this.#log({ last: isInside ? last : this.#value.last, isCalled: true });
  }

  set(value: SequenceValue): void {
    const { min, max, name } = this.definition;
    if (value.last < min || value.last > max) {
      const bounds = `(${min}..${max})`;
      const message = `setval: value ${value.last} is out of bounds for sequence "${name}" ${bounds}`;
      throw new SqlError('numeric_value_out_of_range', message);
    }
    this.#value = value;
    this.#ahead = 0;
    this.#log(value);
  }

  /** No value will be handed out any more: a restart need pass over none. */
  settle(): void {
    this.#durable = this.#value;
    this.#ahead = 0;
  }

  #log(value: SequenceValue): void {
    this.#durable = value;
    const { definition } = this;
    // One that its transaction made or altered is logged whole when it commits.
    const isKnown = this.#state.sequences.get(definition.oid) === this;
    if (!isKnown || definition.temporary || this.#state.log === undefined) return;
    const record = new RecordBuilder();
    record.add({ op: 'sequenceValue', oid: definition.oid, value });
    const logged = this.#state.log.append(record.finish(), () => undefined);
    this.#state.sequencesLogged = logged;
    // Commits wait for it and hear of the failure; nobody else has to.
    logged.catch(() => undefined);
  }
}
