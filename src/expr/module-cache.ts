/**
 * Compiled functions of this thread by their shape. The least recently used shape leaves when
 * the cache is full.
 */
import { ModuleBuilder } from '../codegen/module-builder.ts';
import type { FunctionBuilder } from '../codegen/function-builder.ts';
import { emittedError } from '../functions/emit-errors.ts';
import { heap } from '../memory/heap.ts';

export interface CompiledFunction {
  /** `block` points to the function's slots; see island-emit.ts. */
  readonly run: (block: number, count: number, selection: number) => void;
  /** For each output whether it has validity flags, or is never or always NULL. */
  readonly validity: readonly OutputValidity[];
}

export type OutputValidity = 'always' | 'never' | 'flags';

const shapesMax = 512;
const cache = new Map<string, CompiledFunction>();

function raise(code: number): never {
  throw emittedError(code);
}

/** The function of this shape, emitted by `emit` when the cache does not hold it. */
export function compiledFunction(
  shape: string,
  emit: (builder: FunctionBuilder) => readonly OutputValidity[],
): CompiledFunction {
  const known = cache.get(shape);
  if (known !== undefined) {
    cache.delete(shape);
    cache.set(shape, known);
    return known;
  }
  const compiled = compile(emit);
  if (cache.size >= shapesMax) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  cache.set(shape, compiled);
  return compiled;
}

function compile(emit: (builder: FunctionBuilder) => readonly OutputValidity[]): CompiledFunction {
  const module = new ModuleBuilder();
  module.importRaise();
  const validity = emit(module.addFunction('run', ['i32', 'i32', 'i32'], []));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    env: { memory: heap().memory, raise },
  });
  return { run: instance.exports['run'] as CompiledFunction['run'], validity };
}
