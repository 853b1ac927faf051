/**
 * The kernels of this thread: kernels.wasm (built from assembly/) over the shared memory.
 *
 * Arguments and results are numbers: pointers, counts, flags. Pointers that come back are u32,
 * which WebAssembly gives JavaScript as signed: the caller writes `>>> 0`.
 * Each family's signatures stand in its own file, next to the sources of the same name.
 */
import { readFileSync } from 'node:fs';
import { heap } from '../memory/heap.ts';
import type { AccumulateKernels } from './accumulate.ts';
import type { BitKernels } from './bits.ts';
import type { BloomKernels } from './bloom.ts';
import type { CodeMapKernels } from './code-map.ts';
import type { CopyKernels } from './copy.ts';
import type { FilterKernels } from './filter.ts';
import type { GatherKernels } from './gather.ts';
import type { GroupKernels } from './group.ts';
import type { ExtremeKernels } from './extreme.ts';
import type { HashKernels } from './hash.ts';
import type { PairKernels } from './pair.ts';
import type { WideKeyKernels } from './wide-key.ts';
import type { JoinKernels } from './join.ts';
import type { JsonbKernels } from './jsonb.ts';
import type { MomentKernels } from './moments.ts';
import type { PercentileKernels } from './percentile.ts';
import type { EncodeKernels } from './encode.ts';
import type { SegmentKernels } from './segment.ts';
import type { SketchKernels } from './sketch.ts';
import type { TextMatchKernels } from './text-match.ts';
import type { SortKernels } from './sort.ts';

/** Calls out of WebAssembly, for what only JavaScript does well. */
export interface KernelImports {
  /** Writes PostgreSQL's text of a float8 at `pointer`; returns its length in bytes. */
  readonly float8Text: (value: number, pointer: number) => number;
  readonly float4Text: (value: number, pointer: number) => number;
}

/** Exports of every family: one line each. */
export type Kernels = AccumulateKernels &
  BitKernels &
  BloomKernels &
  CodeMapKernels &
  CopyKernels &
  EncodeKernels &
  FilterKernels &
  GatherKernels &
  GroupKernels &
  ExtremeKernels &
  HashKernels &
  PairKernels &
  WideKeyKernels &
  JoinKernels &
  JsonbKernels &
  MomentKernels &
  PercentileKernels &
  SegmentKernels &
  SketchKernels &
  SortKernels &
  TextMatchKernels;

let current: Kernels | undefined;
let imports: KernelImports = {
  float8Text: (value, pointer) => writeText(String(value), pointer),
  float4Text: (value, pointer) => writeText(String(value), pointer),
};

/** The length is given: Node writes nothing when the bytes left in the buffer exceed 2 GiB. */
function writeText(text: string, pointer: number): number {
  return heap().bytes.write(text, pointer >>> 0, text.length, 'latin1');
}

/** Replaces the calls out of WebAssembly; called by the layer that knows the formats. */
export function provideKernelImports(provided: KernelImports): void {
  imports = provided;
}

/** The kernels, instantiated on first use on each thread. */
export function kernels(): Kernels {
  current ??= instantiate();
  return current;
}

function instantiate(): Kernels {
  const module = new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory: heap().memory,
      float8Text: (value: number, pointer: number) => imports.float8Text(value, pointer),
      float4Text: (value: number, pointer: number) => imports.float4Text(value, pointer),
    },
  });
  return instance.exports as unknown as Kernels;
}
