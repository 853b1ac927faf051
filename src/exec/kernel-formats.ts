/** PostgreSQL's text of floats, for the kernels that write values. */
import { heap } from '../memory/heap.ts';
import { provideKernelImports } from '../kernels/kernels.ts';
import { formatFloat4, formatFloat8 } from '../types/float-codecs.ts';

/** Each thread calls it once, before it encodes rows. */
export function provideKernelFormats(): void {
  provideKernelImports({
    float8Text: (value, pointer) => write(formatFloat8(value), pointer),
    float4Text: (value, pointer) => write(formatFloat4(value), pointer),
  });
}

function write(text: string, pointer: number): number {
  return heap().bytes.write(text, pointer >>> 0, text.length, 'latin1');
}
