/**
 * One WebAssembly function under construction: a stack machine, instruction by instruction.
 *
 *     const b = module.addFunction('add', ['i32', 'i32'], ['i32']);
 *     b.localGet(0);
 *     b.localGet(1);
 *     b.op('i32.add');
 *
 * Parameters are the first locals; `local(type)` makes more. Structured blocks return a label
 * that `br` and `brIf` take, so no depth is counted by hand:
 *
 *     const done = b.block();
 *     b.localGet(0); b.brIf(done);
 *     …
 *     b.end();
 *
 * Memory instructions take a u32 address on the stack plus a constant offset. An address plus
 * offset beyond 4 GiB traps.
 */
import { assert, must } from '../errors/assert.ts';
import { pushSigned, pushSigned64, pushUnsigned } from './leb128.ts';
import { memoryOpcodeBytes, opcodeBytes, type MemoryOpcode, type Opcode } from './opcodes.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

export const valueTypeBytes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Alignment hint 0 (bytes): correct for every address, and ignored by V8. */
const anyAlignment = 0;

export type Label = { readonly depth: number };

const scratch = new DataView(new ArrayBuffer(8));

export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];
  readonly #raiseFunction: number;
  #depth = 0;
  #raises: { readonly label: Label; readonly code: number } | undefined;

  /** `raiseFunction` is the index of a function (i32) that never returns; -1 when there is none. */
  constructor(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    raiseFunction: number,
  ) {
    this.name = name;
    this.parameters = parameters;
    this.results = results;
    this.#raiseFunction = raiseFunction;
  }

  /** A new local, zero at the start of the function. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }

  op(name: Opcode): void {
    this.#code.push(...must(opcodeBytes.get(name), name));
  }

  localGet(index: number): void {
    this.#code.push(0x20);
    pushUnsigned(this.#code, index);
  }

  localSet(index: number): void {
    this.#code.push(0x21);
    pushUnsigned(this.#code, index);
  }

  localTee(index: number): void {
    this.#code.push(0x22);
    pushUnsigned(this.#code, index);
  }

  i32Const(value: number): void {
    this.#code.push(0x41);
    pushSigned(this.#code, value);
  }

  i64Const(value: bigint): void {
    this.#code.push(0x42);
    pushSigned64(this.#code, value);
  }

  f32Const(value: number): void {
    scratch.setFloat32(0, value, true);
    this.#code.push(0x43);
    for (let i = 0; i < 4; i++) this.#code.push(scratch.getUint8(i));
  }

  f64Const(value: number): void {
    scratch.setFloat64(0, value, true);
    this.#code.push(0x44);
    for (let i = 0; i < 8; i++) this.#code.push(scratch.getUint8(i));
  }

  v128Const(bytes: Uint8Array): void {
    assert(bytes.length === 16, 'v128 has 16 bytes');
    this.#code.push(0xfd, 12, ...bytes);
  }

  /** Bytes of the two operands (0-15 the lower, 16-31 the upper) in a new order. */
  i8x16Shuffle(lanes: readonly number[]): void {
    assert(lanes.length === 16, 'a shuffle has 16 lanes');
    this.#code.push(0xfd, 13, ...lanes);
  }

  i64x2ExtractLane(lane: 0 | 1): void {
    this.#code.push(0xfd, 29, lane);
  }

  i64x2ReplaceLane(lane: 0 | 1): void {
    this.#code.push(0xfd, 30, lane);
  }

  load(name: MemoryOpcode, offset = 0): void {
    this.#memory(name, offset);
  }

  store(name: MemoryOpcode, offset = 0): void {
    this.#memory(name, offset);
  }

  #memory(name: MemoryOpcode, offset: number): void {
    this.#code.push(...must(memoryOpcodeBytes.get(name), name), anyAlignment);
    pushUnsigned(this.#code, offset);
  }

  /** `br` to the label leaves the block. */
  block(result?: ValueType): Label {
    return this.#open(0x02, result);
  }

  /** `br` to the label starts the next round. */
  loop(result?: ValueType): Label {
    return this.#open(0x03, result);
  }

  /** Takes an i32 condition. */
  if(result?: ValueType): Label {
    return this.#open(0x04, result);
  }

  else(): void {
    this.#code.push(0x05);
  }

  end(): void {
    assert(this.#depth > 0, 'end without a block');
    this.#depth--;
    this.#code.push(0x0b);
  }

  br(label: Label): void {
    this.#code.push(0x0c);
    pushUnsigned(this.#code, this.#depth - label.depth);
  }

  /** Takes an i32 condition. */
  brIf(label: Label): void {
    this.#code.push(0x0d);
    pushUnsigned(this.#code, this.#depth - label.depth);
  }

  call(functionIndex: number): void {
    this.#code.push(0x10);
    pushUnsigned(this.#code, functionIndex);
  }

  /** Leaves the function with an error; the code's meaning is the importer's. */
  raise(errorCode: number): void {
    assert(this.#raiseFunction >= 0, 'the module has no raise function');
    this.i32Const(errorCode);
    if (this.#raises !== undefined) {
      this.localSet(this.#raises.code);
      return this.br(this.#raises.label);
    }
    this.call(this.#raiseFunction);
    this.op('unreachable');
  }

  /**
   * Errors raised until `endRaises` jump out of the code in between and are reported there: a loop
   * without calls keeps its values in registers.
   */
  beginRaises(): void {
    const code = this.local('i32');
    this.#raises = { code, label: this.block() };
  }

  /** Code without an error leaves the function here. */
  endRaises(): void {
    const { code } = must(this.#raises, 'beginRaises');
    this.#raises = undefined;
    this.op('return');
    this.end();
    this.localGet(code);
    this.call(this.#raiseFunction);
  }

  /** Takes an i32 condition: raises when it is not 0. */
  raiseIf(errorCode: number): void {
    this.if();
    this.raise(errorCode);
    this.end();
  }

  #open(opcode: number, result: ValueType | undefined): Label {
    this.#code.push(opcode, result === undefined ? 0x40 : valueTypeBytes[result]);
    this.#depth++;
    return { depth: this.#depth };
  }

  /** The body as the code section holds it: locals in runs, instructions, end. */
  body(): number[] {
    assert(this.#depth === 0, `${this.name}: a block is not closed`);
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const bytes: number[] = [];
    pushUnsigned(bytes, runs.length);
    for (const run of runs) {
      pushUnsigned(bytes, run.count);
      bytes.push(valueTypeBytes[run.type]);
    }
    for (const byte of this.#code) bytes.push(byte);
    bytes.push(0x0b);
    return bytes;
  }
}
