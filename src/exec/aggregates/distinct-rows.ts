/** DISTINCT in an aggregate call: of each group, the rows whose arguments are new to it. */
import { kernels } from '../../kernels/kernels.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { GroupKeys } from '../keys/group-keys.ts';
import { PairInterner } from '../keys/interner.ts';
import { rowsAtPositions } from '../keys/key-column.ts';
import type { OperatorContext } from '../operator.ts';
import type { AggregateInput } from './accumulator.ts';

export class DistinctRows {
  readonly #context: OperatorContext;
  readonly #values: GroupKeys;
  readonly #pairs: PairInterner;

  constructor(args: readonly SqlType[], context: OperatorContext) {
    const { state, scratch } = context;
    this.#context = context;
    this.#values = new GroupKeys(args, { state, scratch, skipsNulls: false });
    this.#pairs = new PairInterner(state);
  }

  /** The rows of the input whose (group, arguments) was not there before. */
  keepNew(input: AggregateInput): AggregateInput {
    const { groups, groupCount, rows, args } = input;
    const { scratch } = this.#context;
    const count = rows.rowCount;
    const table = groups === 0 ? this.#values : this.#pairs;
    const known = table.count;
    let ids = this.#values.intern(args, rows);
    if (groups !== 0 && count > 0) {
      const pairs = scratch.allocate(count * 4);
      const lowCount = this.#values.count;
      const input = { high: groups, low: ids, count, highCount: groupCount, lowCount };
      this.#pairs.intern(input, pairs, scratch);
      ids = pairs;
    }
    const positions = scratch.allocate(count * 4);
    const rowCount = kernels().firstPositions(ids, count, known, positions);
    const selection = rowsAtPositions(positions, rowCount, rows, scratch);
    let newGroups = groups;
    if (groups !== 0) {
      newGroups = scratch.allocate(rowCount * 4);
      kernels().gather32(groups, positions, rowCount, newGroups);
    }
    return { ...input, groups: newGroups, rows: { ...rows, rowCount, selection } };
  }
}
