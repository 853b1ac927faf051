/**
 * One aggregate call over batches: FILTER, DISTINCT and ORDER BY stand between the rows and the
 * accumulator.
 *
 *     batch ──FILTER──▶ arguments ──DISTINCT──▶ rows new to their group ──▶ accumulator
 *                                └──ORDER BY──▶ kept until `end`, then in order
 *
 * Arguments are computed for rows that pass the filter only, so others raise no error.
 */
import { withSelection, type Batch } from '../../columns/batch.ts';
import { argumentType } from '../../expr/argument-type.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { Column } from '../../columns/column.ts';
import type { RowSet } from '../../functions/function-record.ts';
import type { AggregateCall, SortKey } from '../../plan/physical.ts';
import { prepareExprs, preparePredicate } from '../expressions.ts';
import type { OperatorContext } from '../operator.ts';
import type { Accumulator } from './accumulator.ts';
import { createAccumulator, isOrderSensitive } from './accumulators.ts';
import { DistinctRows } from './distinct-rows.ts';
import { OrderedRows } from './ordered-rows.ts';

export class CallFold {
  readonly accumulator: Accumulator;
  readonly #context: OperatorContext;
  readonly #argCount: number;
  readonly #evaluate: (batch: Batch) => Column[];
  readonly #filter: ReturnType<typeof preparePredicate> | undefined;
  readonly #distinct: DistinctRows | undefined;
  readonly #ordered: OrderedRows | undefined;

  constructor(call: AggregateCall, context: OperatorContext) {
    const { state, scratch, evaluation } = context;
    this.#context = context;
    const args = call.args.map(argumentType);
    const { accumulator, type } = call;
    const descending = call.orderBy[0]?.descending === true;
    this.accumulator = createAccumulator(accumulator, {
      args,
      type,
      state,
      scratch,
      evaluation,
      descending,
      orderBy: call.orderBy,
    });
    this.#argCount = args.length;
    const order = orderOf(call);
    const keys = order.map((key) => key.expr);
    this.#evaluate = prepareExprs([...call.args, ...keys], context);
    if (call.filter !== undefined) this.#filter = preparePredicate(call.filter, context);
    if (call.distinct) this.#distinct = new DistinctRows(args, context);
    if (order.length > 0) {
      this.#ordered = new OrderedRows(args, order, { accumulator: this.accumulator, context });
    }
  }

  update(batch: Batch, groups: number, groupCount: number): void {
    let rows: Batch = batch;
    let rowGroups = groups;
    if (this.#filter !== undefined) {
      const passed = this.#filter(batch);
      rows = withSelection(batch, passed.rowCount, passed.selection);
      rowGroups = this.#groupsOf(batch, rows, groups);
    }
    const columns = this.#evaluate(rows);
    const args = columns.slice(0, this.#argCount);
    const input = { groups: rowGroups, groupCount, rows, args };
    const kept = this.#distinct === undefined ? input : this.#distinct.keepNew(input);
    if (kept.rows.rowCount === 0) return;
    if (this.#ordered === undefined) this.accumulator.update(kept);
    else this.#ordered.append(kept, columns.slice(this.#argCount));
  }

  /** Groups of the rows that the filter left. */
  #groupsOf(batch: RowSet, passed: RowSet, groups: number): number {
    if (groups === 0 || passed.selection === 0 || passed.rowCount === 0) return groups;
    const { scratch } = this.#context;
    const { rowCount } = passed;
    const positions = scratch.allocate(rowCount * 4);
    const result = scratch.allocate(rowCount * 4);
    kernels().positionsOf(batch.selection, passed.selection, rowCount, positions);
    kernels().gather32(groups, positions, rowCount, result);
    return result;
  }

  /** After the last batch. */
  end(groupCount: number): void {
    this.#ordered?.fold(groupCount);
  }
}

/** PostgreSQL sorts the rows of a DISTINCT call by its arguments, which some aggregates show. */
function orderOf(call: AggregateCall): readonly SortKey[] {
  if (!isOrderSensitive(call.accumulator)) return [];
  if (call.orderBy.length > 0 || !call.distinct) return call.orderBy;
  return call.args.map((expr) => ({ expr, descending: false, nullsFirst: false }));
}
