/**
 * A WebAssembly module under construction: imports, functions, exports; `finish` gives its bytes.
 *
 *     magic 00 61 73 6d, version 01 00 00 00
 *     section 1 types · 2 imports (memory, functions) · 3 functions · 7 exports · 10 code
 *
 * The memory is imported and shared. Imported functions come before own ones in the index space,
 * so they are declared first.
 */
import { assert } from '../errors/assert.ts';
import { FunctionBuilder, valueTypeBytes, type ValueType } from './function-builder.ts';
import { pushUnsigned } from './leb128.ts';

interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: number;
}

const memoryPagesMax = 65_536;

export class ModuleBuilder {
  readonly #types: { readonly key: string; readonly bytes: readonly number[] }[] = [];
  readonly #imports: Import[] = [];
  readonly #functions: { readonly builder: FunctionBuilder; readonly type: number }[] = [];
  #raiseFunction = -1;

  /** Declares the imported function; returns its index. */
  importFunction(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): number {
    assert(this.#functions.length === 0, 'imports come first');
    this.#imports.push({ module: 'env', name, type: this.#type(parameters, results) });
    return this.#imports.length - 1;
  }

  /** Declares `env.raise(code: i32)`, which `FunctionBuilder.raise` calls; it must throw. */
  importRaise(): void {
    this.#raiseFunction = this.importFunction('raise', ['i32'], []);
  }

  /** A new exported function. */
  addFunction(
    name: string,
    parameters: readonly ValueType[],
    results: readonly ValueType[],
  ): FunctionBuilder {
    const builder = new FunctionBuilder(name, parameters, results, this.#raiseFunction);
    this.#functions.push({ builder, type: this.#type(parameters, results) });
    return builder;
  }

  finish(): Uint8Array {
    const bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    pushSection(bytes, 1, vector(this.#types.map((type) => type.bytes)));
    pushSection(bytes, 2, vector([...this.#imports.map(importBytes), memoryImport()]));
    pushSection(bytes, 3, vector(this.#functions.map(({ type }) => [type])));
    const first = this.#imports.length;
    const exports = this.#functions.map(({ builder }, index) => {
      const entry = [...nameBytes(builder.name), 0x00];
      pushUnsigned(entry, first + index);
      return entry;
    });
    pushSection(bytes, 7, vector(exports));
    pushSection(bytes, 10, vector(this.#functions.map(({ builder }) => sized(builder.body()))));
    return Uint8Array.from(bytes);
  }

  #type(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    const key = `${parameters.join()}>${results.join()}`;
    const known = this.#types.findIndex((type) => type.key === key);
    if (known >= 0) return known;
    const codes = (types: readonly ValueType[]) => types.map((type) => [valueTypeBytes[type]]);
    const bytes = [0x60, ...vector(codes(parameters)), ...vector(codes(results))];
    assert(this.#types.length < 127, 'too many function types');
    this.#types.push({ key, bytes });
    return this.#types.length - 1;
  }
}

function importBytes({ module, name, type }: Import): number[] {
  return [...nameBytes(module), ...nameBytes(name), 0x00, type];
}

/** Shared (flag 3), from 1 page up to the largest wasm32 memory. */
function memoryImport(): number[] {
  const bytes = [...nameBytes('env'), ...nameBytes('memory'), 0x02, 0x03];
  pushUnsigned(bytes, 1);
  pushUnsigned(bytes, memoryPagesMax);
  return bytes;
}

function nameBytes(name: string): number[] {
  return sized([...Buffer.from(name, 'utf8')]);
}

function sized(content: readonly number[]): number[] {
  const bytes: number[] = [];
  pushUnsigned(bytes, content.length);
  for (const byte of content) bytes.push(byte);
  return bytes;
}

function vector(items: readonly (readonly number[])[]): number[] {
  const bytes: number[] = [];
  pushUnsigned(bytes, items.length);
  for (const item of items) for (const byte of item) bytes.push(byte);
  return bytes;
}

function pushSection(bytes: number[], id: number, content: readonly number[]): void {
  bytes.push(id);
  for (const byte of sized(content)) bytes.push(byte);
}
