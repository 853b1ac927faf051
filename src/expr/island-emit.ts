/**
 * The function that computes all outputs of an island over the rows of a batch, in one loop.
 *
 *     run(block, count, selection)
 *       block + 32 i        input i: u32 values pointer, or the value itself when it is known
 *       block + 32 i + 16   input i: u32 validity pointer
 *       then 16 bytes per IN list entry: the value
 *       then 16 bytes per output: u32 values pointer, u32 pointer of validity flags
 *
 * Bool outputs and validity are written as bytes 0 and 1, one per row; the caller packs them.
 */
import type { FunctionBuilder } from '../codegen/function-builder.ts';
import type { MemoryOpcode } from '../codegen/opcodes.ts';
import { must, unreachable } from '../errors/assert.ts';
import { layoutOf } from '../types/type-table.ts';
import type { Layout } from '../types/sql-type.ts';
import type { Expr, InListExpr } from './expr.ts';
import type { IslandPlan } from './island-plan.ts';
import type { OutputValidity } from './module-cache.ts';
import {
  ValueEmitter,
  valueTypeOf,
  type EmittedValue,
  type InputSource,
  type Validity,
} from './value-emitter.ts';

export const inputBytes = 32;
export const validityOffset = 16;
export const slotBytes = 16;

/**
 * How an input comes: one value known for all rows, NULL in all rows, a column without NULLs, a
 * column with a validity bitmap.
 */
export type InputForm = 'k' | 'N' | 'c' | 'v';

export interface IslandVariant {
  readonly forms: readonly InputForm[];
  readonly isSelected: boolean;
  /** The one output is a predicate: its flag is 1 where it is true. */
  readonly isFilter: boolean;
}

const blockParameter = 0;
const countParameter = 1;
const selectionParameter = 2;

const shifts: Readonly<Record<Layout, number>> = {
  bit: 0,
  i16: 1,
  i32: 2,
  i64: 3,
  f32: 2,
  f64: 3,
  b16: 4,
  varlen: 0,
};

const loads: Readonly<Record<Layout, MemoryOpcode>> = {
  bit: 'i32.load8_u',
  i16: 'i32.load16_s',
  i32: 'i32.load',
  i64: 'i64.load',
  f32: 'f32.load',
  f64: 'f64.load',
  b16: 'v128.load',
  varlen: 'i32.load',
};

const stores: Readonly<Record<Layout, MemoryOpcode>> = {
  bit: 'i32.store8',
  i16: 'i32.store16',
  i32: 'i32.store',
  i64: 'i64.store',
  f32: 'f32.store',
  f64: 'f64.store',
  b16: 'v128.store',
  varlen: 'i32.store',
};

export function emitIsland(
  builder: FunctionBuilder,
  plan: IslandPlan,
  variant: IslandVariant,
): readonly OutputValidity[] {
  const row = builder.local('i32');
  const at = builder.local('i32');
  const inputs = new EmittedInputs(builder, plan, { variant, row });
  const outputs = plan.outputs.map((_, index) => ({
    values: inputs.pointer(outputOffset(plan, index)),
    flags: inputs.pointer(outputOffset(plan, index) + 4),
  }));
  builder.beginRaises();
  const done = builder.block();
  builder.localGet(countParameter);
  builder.op('i32.eqz');
  builder.brIf(done);
  const next = builder.loop();
  emitRowNumber(builder, { row, at, isSelected: variant.isSelected });
  const emitter = new ValueEmitter(builder, inputs);
  const validity = plan.outputs.map((expr, index) => {
    const value = emitter.value(expr);
    const target = must(outputs[index], 'output');
    if (variant.isFilter) return storeFilter(builder, { value, row, target: target.values });
    return storeOutput(builder, { expr, value, row, ...target });
  });
  builder.localGet(at);
  builder.i32Const(1);
  builder.op('i32.add');
  builder.localTee(at);
  builder.localGet(countParameter);
  builder.op('i32.lt_u');
  builder.brIf(next);
  builder.end();
  builder.end();
  builder.endRaises();
  return validity;
}

export function outputOffset(plan: IslandPlan, index: number): number {
  return plan.inputs.length * inputBytes + (plan.slots.length + index) * slotBytes;
}

interface RowLocals {
  readonly row: number;
  readonly at: number;
  readonly isSelected: boolean;
}

function emitRowNumber(builder: FunctionBuilder, { row, at, isSelected }: RowLocals): void {
  builder.localGet(at);
  if (isSelected) {
    builder.i32Const(2);
    builder.op('i32.shl');
    builder.localGet(selectionParameter);
    builder.op('i32.add');
    builder.load('i32.load');
  }
  builder.localSet(row);
}

function pushAddress(
  builder: FunctionBuilder,
  pointer: number,
  place: { row: number; shift: number },
): void {
  builder.localGet(pointer);
  builder.localGet(place.row);
  if (place.shift > 0) {
    builder.i32Const(place.shift);
    builder.op('i32.shl');
  }
  builder.op('i32.add');
}

interface FilterStore {
  readonly value: EmittedValue;
  readonly row: number;
  readonly target: number;
}

function storeFilter(
  builder: FunctionBuilder,
  { value, row, target }: FilterStore,
): OutputValidity {
  pushAddress(builder, target, { row, shift: 0 });
  builder.localGet(value.local);
  if (value.valid !== 'always') {
    if (value.valid === 'never') builder.i32Const(0);
    else builder.localGet(value.valid);
    builder.op('i32.and');
  }
  builder.store('i32.store8');
  return 'always';
}

interface OutputStore {
  readonly expr: Expr;
  readonly value: EmittedValue;
  readonly row: number;
  readonly values: number;
  readonly flags: number;
}

function storeOutput(builder: FunctionBuilder, output: OutputStore): OutputValidity {
  const { expr, value, row, values, flags } = output;
  const layout = layoutOf(expr.type.name);
  pushAddress(builder, values, { row, shift: shifts[layout] });
  builder.localGet(value.local);
  builder.store(stores[layout]);
  if (typeof value.valid !== 'number') return value.valid;
  pushAddress(builder, flags, { row, shift: 0 });
  builder.localGet(value.valid);
  builder.store('i32.store8');
  return 'flags';
}

/** Inputs of the function: pointers and known values are read once, before the loop. */
class EmittedInputs implements InputSource {
  readonly #builder: FunctionBuilder;
  readonly #plan: IslandPlan;
  readonly #variant: IslandVariant;
  readonly #row: number;
  readonly #values: number[];
  readonly #validity: number[];
  readonly #slots: number[];

  constructor(
    builder: FunctionBuilder,
    plan: IslandPlan,
    { variant, row }: { variant: IslandVariant; row: number },
  ) {
    this.#builder = builder;
    this.#plan = plan;
    this.#variant = variant;
    this.#row = row;
    this.#values = plan.inputs.map(({ expr, isValidityOnly }, index) => {
      if (isValidityOnly) return -1;
      const offset = index * inputBytes;
      const layout = layoutOf(expr.type.name);
      return this.#form(index) === 'k' ? this.#known(offset, layout) : this.pointer(offset);
    });
    this.#validity = plan.inputs.map((_, index) =>
      this.#form(index) === 'v' ? this.pointer(index * inputBytes + validityOffset) : -1,
    );
    this.#slots = plan.slots.map(({ type }, index) =>
      this.#known(plan.inputs.length * inputBytes + index * slotBytes, layoutOf(type.name)),
    );
  }

  #form(index: number): InputForm {
    return must(this.#variant.forms[index], 'form of an input');
  }

  /** A local with the u32 at the offset of the block. */
  pointer(offset: number): number {
    const local = this.#builder.local('i32');
    this.#builder.localGet(blockParameter);
    this.#builder.load('i32.load', offset);
    this.#builder.localSet(local);
    return local;
  }

  #known(offset: number, layout: Layout): number {
    const local = this.#builder.local(valueTypeOf(layout));
    this.#builder.localGet(blockParameter);
    this.#builder.load(loads[layout], offset);
    this.#builder.localSet(local);
    return local;
  }

  load(expr: Expr): EmittedValue | undefined {
    const index = this.#plan.inputOf(expr);
    if (index < 0) return undefined;
    const form = this.#form(index);
    const source = must(this.#values[index], 'input');
    const layout = layoutOf(expr.type.name);
    if (form === 'k') return { local: source, valid: 'always' };
    const local = this.#builder.local(valueTypeOf(layout));
    if (form === 'N') return { local, valid: 'never' };
    if (layout === 'bit') this.#pushBit(source);
    else {
      pushAddress(this.#builder, source, { row: this.#row, shift: shifts[layout] });
      this.#builder.load(loads[layout]);
    }
    this.#builder.localSet(local);
    return { local, valid: this.#valid(index) };
  }

  loadValidity(expr: Expr): Validity | undefined {
    const index = this.#plan.validityInputOf(expr);
    return index < 0 ? undefined : this.#valid(index);
  }

  #valid(index: number): Validity {
    const form = this.#form(index);
    switch (form) {
      case 'k':
      case 'c':
        return 'always';
      case 'N':
        return 'never';
      case 'v': {
        const valid = this.#builder.local('i32');
        this.#pushBit(must(this.#validity[index], 'validity'));
        this.#builder.localSet(valid);
        return valid;
      }
      default:
        return unreachable(form);
    }
  }

  #pushBit(bitmap: number): void {
    const builder = this.#builder;
    builder.localGet(bitmap);
    builder.localGet(this.#row);
    builder.i32Const(3);
    builder.op('i32.shr_u');
    builder.op('i32.add');
    builder.load('i32.load8_u');
    builder.localGet(this.#row);
    builder.i32Const(7);
    builder.op('i32.and');
    builder.op('i32.shr_u');
    builder.i32Const(1);
    builder.op('i32.and');
  }

  list(expr: InListExpr): readonly EmittedValue[] {
    const first = this.#plan.firstSlotOf(expr);
    const count = expr.list.filter((value) => value !== null).length;
    return this.#slots
      .slice(first, first + count)
      .map((local) => ({ local, valid: 'always' as const }));
  }
}
