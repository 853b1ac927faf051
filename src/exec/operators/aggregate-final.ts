/** State of AggregateExec that merges the states of partial aggregates: mode final. */
import type { Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import { overloadById } from '../../functions/registry.ts';
import { sqlType } from '../../types/type-table.ts';
import type { NodeOf } from '../../plan/physical.ts';
import type { Accumulator, GroupRange } from '../aggregates/accumulator.ts';
import { createAccumulator } from '../aggregates/accumulators.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import type { OperatorContext } from '../operator.ts';

/** Input columns: group keys, then one column of states per call. */
export class FinalGroups {
  readonly #scratch: OperatorContext['scratch'];
  readonly #keyCount: number;
  readonly #keys: GroupKeys | undefined;
  readonly #accumulators: readonly Accumulator[];

  constructor(node: NodeOf<'AggregateExec'>, context: OperatorContext) {
    const { state, scratch, evaluation } = context;
    this.#scratch = scratch;
    this.#keyCount = node.groupBy.length;
    const types = node.groupBy.map((expr) => expr.type);
    if (types.length > 0) this.#keys = new GroupKeys(types, { state, scratch, skipsNulls: false });
    this.#accumulators = node.aggregates.map(({ accumulator, functionId, type }) => {
      const args = overloadById(functionId).args.map((name) => sqlType(name));
      return createAccumulator(accumulator, { args, type, state, scratch, evaluation });
    });
  }

  get groupCount(): number {
    return this.#keys?.count ?? 1;
  }

  consume(batch: Batch): void {
    const columns = Array.from({ length: this.#keyCount }, (_, index) => batch.column(index));
    const groups = this.#keys?.intern(columns, batch) ?? 0;
    const { groupCount } = this;
    for (const [index, accumulator] of this.#accumulators.entries()) {
      const states = batch.column(this.#keyCount + index);
      accumulator.merge({ groups, groupCount, rows: batch, states });
    }
  }

  end(): void {}

  emit(range: GroupRange): Column[] {
    const keys = this.#keys?.columns(range.from, range.count, this.#scratch) ?? [];
    const results = this.#accumulators.map((accumulator) =>
      accumulator.finish(range, this.#scratch),
    );
    return [...keys, ...results];
  }
}
