/**
 * An island: expressions over fixed-width values that one compiled function computes together.
 *
 * Which function that is depends on the shape of the expressions and on the form of the inputs
 * (constant, without NULLs, with NULLs; all rows or a selection), which may differ from batch to
 * batch.
 */
import { isValid } from '../columns/read.ts';
import { fixedWriter } from '../columns/fixed-values.ts';
import type { Column, PlainColumn } from '../columns/column.ts';
import type { EvaluationContext, RowSet } from '../functions/function-record.ts';
import { must } from '../errors/assert.ts';
import { kernels } from '../kernels/kernels.ts';
import { heap } from '../memory/heap.ts';
import type { Datum } from '../types/datum.ts';
import type { Layout, SqlType } from '../types/sql-type.ts';
import { layoutOf, valueBytes } from '../types/type-table.ts';
import type { Expr } from './expr.ts';
import {
  emitIsland,
  inputBytes,
  outputOffset,
  slotBytes,
  validityOffset,
  type InputForm,
} from './island-emit.ts';
import { IslandPlan, knownValue } from './island-plan.ts';
import { compiledFunction, type CompiledFunction, type OutputValidity } from './module-cache.ts';

/** Gives the column of an input that is not a constant or a parameter. */
export type InputColumns = (expr: Expr) => Column;

export interface IslandRun {
  readonly rows: RowSet;
  readonly context: EvaluationContext;
  readonly parameters: readonly (Datum | null)[];
  readonly columns: InputColumns;
}

export class Island {
  readonly plan: IslandPlan;
  readonly #isFilter: boolean;
  readonly #functions = new Map<string, CompiledFunction>();

  constructor(outputs: readonly Expr[], isFilter: boolean) {
    this.plan = new IslandPlan(outputs);
    this.#isFilter = isFilter;
  }

  /** The outputs as columns, defined at the selected rows. */
  evaluate(run: IslandRun): Column[] {
    const { rows, context } = run;
    const outputs = this.plan.outputs.map(({ type }) => {
      const layout = layoutOf(type.name);
      const width = layout === 'bit' ? 1 : valueBytes(layout);
      return {
        type,
        values: context.arena.allocate(rows.physicalRows * width),
        flags: context.arena.allocate(rows.physicalRows),
      };
    });
    const validity = this.#run(run, outputs);
    return outputs.map((output, index) =>
      finishColumn(output, must(validity[index], 'validity'), run),
    );
  }

  /** Pointer to one byte per physical row; those of selected rows are 1 where it is true. */
  evaluateFilter(run: IslandRun): number {
    const flags = run.context.arena.allocate(run.rows.physicalRows);
    this.#run(run, [{ values: flags, flags: 0 }]);
    return flags;
  }

  #run(
    run: IslandRun,
    outputs: readonly { readonly values: number; readonly flags: number }[],
  ): readonly OutputValidity[] {
    const { plan } = this;
    const { rows, context } = run;
    const block = context.arena.allocate(outputOffset(plan, outputs.length));
    const forms = plan.inputs.map(({ expr, isValidityOnly }, index) =>
      bindInput({ expr, isValidityOnly, at: block + index * inputBytes }, run),
    );
    plan.slots.forEach(({ type, value }, index) => {
      writeValue(block + plan.inputs.length * inputBytes + index * slotBytes, type, value);
    });
    const { u32 } = heap();
    outputs.forEach(({ values, flags }, index) => {
      const at = (block + outputOffset(plan, index)) >>> 2;
      u32[at] = values;
      u32[at + 1] = flags;
    });
    const compiled = this.#function(forms, rows.selection !== 0);
    compiled.run(block, rows.rowCount, rows.selection);
    return compiled.validity;
  }

  #function(forms: readonly InputForm[], isSelected: boolean): CompiledFunction {
    const variant = `${forms.join('')}${isSelected ? 's' : 'd'}`;
    let compiled = this.#functions.get(variant);
    if (compiled === undefined) {
      const isFilter = this.#isFilter;
      const shape = `${isFilter ? 'filter' : 'values'}|${variant}|${this.plan.shape}`;
      compiled = compiledFunction(shape, (builder) =>
        emitIsland(builder, this.plan, { forms, isSelected, isFilter }),
      );
      this.#functions.set(variant, compiled);
    }
    return compiled;
  }
}

interface BoundInput {
  readonly expr: Expr;
  readonly isValidityOnly: boolean;
  readonly at: number;
}

function bindInput({ expr, isValidityOnly, at }: BoundInput, run: IslandRun): InputForm {
  const known = knownValue(expr, run.parameters);
  if (known === null) return 'N';
  if (known !== undefined) {
    if (!isValidityOnly) writeValue(at, expr.type, known);
    return 'k';
  }
  const column = run.columns(expr);
  const { u32, u8 } = heap();
  if (column.encoding === 'constant') {
    if (!isValid(column, 0)) return 'N';
    const width = Math.max(1, valueBytes(layoutOf(column.type.name)));
    if (!isValidityOnly) {
      u8.copyWithin(at, column.values, column.values + width);
      if (layoutOf(column.type.name) === 'bit') u8[at] = (u8[at] as number) & 1;
    }
    return 'k';
  }
  u32[at >>> 2] = column.values;
  u32[(at + validityOffset) >>> 2] = column.validity;
  return column.validity === 0 ? 'c' : 'v';
}

function writeValue(at: number, type: SqlType, value: Datum): void {
  const layout: Layout = layoutOf(type.name);
  if (layout === 'varlen') return;
  if (layout === 'bit') heap().u8[at] = 0;
  fixedWriter(type.name, layout)(at, 0, value);
}

interface RawOutput {
  readonly type: SqlType;
  readonly values: number;
  readonly flags: number;
}

/** Packs bytes into bitmaps where the layout wants them. */
function finishColumn(output: RawOutput, validity: OutputValidity, run: IslandRun): PlainColumn {
  const { type, flags } = output;
  const { arena } = run.context;
  const length = run.rows.physicalRows;
  const bitmap = () => arena.allocate(Math.ceil(length / 8) + 2);
  let values = output.values;
  if (layoutOf(type.name) === 'bit') {
    values = bitmap();
    kernels().packFlags(output.values, length, values);
  }
  let valid = 0;
  if (validity !== 'always') {
    valid = bitmap();
    if (validity === 'never') heap().u8.fill(0, valid, valid + Math.ceil(length / 8));
    else kernels().packFlags(flags, length, valid);
  }
  return { encoding: 'plain', type, length, validity: valid, values, offsets: 0 };
}
