/** State of AggregateExec that folds rows: modes single and partial. */
import type { Batch } from '../../columns/batch.ts';
import type { Column } from '../../columns/column.ts';
import type { NodeOf } from '../../plan/physical.ts';
import { CallFold } from '../aggregates/call-fold.ts';
import type { GroupRange } from '../aggregates/accumulator.ts';
import { prepareExprs } from '../expressions.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import type { OperatorContext } from '../operator.ts';

export class FoldedGroups {
  readonly #context: OperatorContext;
  readonly #isPartial: boolean;
  readonly #keys: GroupKeys | undefined;
  readonly #evaluateKeys: (batch: Batch) => Column[];
  readonly #calls: readonly CallFold[];

  constructor(node: NodeOf<'AggregateExec'>, context: OperatorContext) {
    const { state, scratch } = context;
    this.#context = context;
    this.#isPartial = node.mode === 'partial';
    const types = node.groupBy.map((expr) => expr.type);
    if (types.length > 0) this.#keys = new GroupKeys(types, { state, scratch, skipsNulls: false });
    this.#evaluateKeys = prepareExprs(node.groupBy, context);
    this.#calls = node.aggregates.map((call) => new CallFold(call, context));
  }

  get groupCount(): number {
    return this.#keys?.count ?? 1;
  }

  consume(batch: Batch): void {
    const groups = this.#keys?.intern(this.#evaluateKeys(batch), batch) ?? 0;
    const groupCount = this.groupCount;
    for (const call of this.#calls) call.update(batch, groups, groupCount);
  }

  end(): void {
    for (const call of this.#calls) call.end(this.groupCount);
  }

  emit(range: GroupRange): Column[] {
    const { scratch } = this.#context;
    const keys = this.#keys?.columns(range.from, range.count, scratch) ?? [];
    const results = this.#calls.map(({ accumulator }) =>
      this.#isPartial ? accumulator.states(range, scratch) : accumulator.finish(range, scratch),
    );
    return [...keys, ...results];
  }
}
