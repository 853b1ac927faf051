/**
 * Cuts blocks of COPY text and CSV into cells by the kernel, as long as rows are of the usual
 * kind; whatever is not is left to the row parser, which knows every rule and every error.
 *
 *     block (Buffer) ──copied──▶ shared memory ──cutRows──▶ cells: start and end of every field
 */
import { heap } from '../../memory/heap.ts';
import type { Arena } from '../../memory/arena.ts';
import { copyTaskBytes, cutStops } from '../../kernels/copy.ts';
import { kernels } from '../../kernels/kernels.ts';
import type { CopyFormat } from './copy-format.ts';

const cellBytes = 8;
const cellsBytesMax = 1 << 22;
const rowsMost = 16_384;

export interface Cut {
  readonly rowCount: number;
  /** Where the rows end in the block, and how many line ends they hold. */
  readonly end: number;
  readonly lineCount: number;
  readonly stop: 'more' | 'strange' | 'full';
}

const stopNames = ['more', 'strange', 'full'] as const;

export class FieldCutter {
  readonly #arena: Arena;
  readonly #task: number;
  readonly #cells: number;
  readonly #rowsMax: number;
  #block = 0;
  #blockBytes = 0;
  #blockCapacity = 0;

  /** Whether the kernel knows the format. */
  static knows(format: CopyFormat, columnCount: number): boolean {
    const { format: name, nullText, escape, quote } = format;
    if (columnCount === 0 || name === 'binary') return false;
    return name === 'csv' ? escape === quote : !nullText.includes('\\') || nullText === '\\N';
  }

  /** `arena` has to stay as it is while the cutter is in use. */
  constructor(format: CopyFormat, columnCount: number, arena: Arena) {
    this.#arena = arena;
    const rows = Math.floor(cellsBytesMax / (columnCount * cellBytes * 64)) * 64;
    this.#rowsMax = Math.max(64, Math.min(rowsMost, rows));
    this.#cells = arena.allocate(this.#rowsMax * columnCount * cellBytes);
    this.#task = arena.allocate(copyTaskBytes);
    const { u8, u32 } = heap();
    const nullText = Buffer.from(format.nullText, 'utf8');
    const nullPointer = arena.allocate(nullText.length + 16);
    u8.set(nullText, nullPointer);
    const flags = arena.allocate(columnCount);
    for (let column = 0; column < columnCount; column++) {
      const isNever = format.forceNotNull.has(column) ? 1 : 0;
      u8[flags + column] = isNever + (format.forceNull.has(column) ? 2 : 0);
    }
    const quote = format.format === 'csv' ? format.quote.charCodeAt(0) : 0;
    const words = [
      0,
      0,
      columnCount,
      this.#rowsMax,
      this.#cells,
      format.delimiter.charCodeAt(0),
      quote,
      nullPointer,
      nullText.length,
      flags,
    ];
    u32.set(words, this.#task >>> 2);
  }

  /** Takes the bytes of the next cuts. */
  load(block: Uint8Array): void {
    if (block.length + 64 > this.#blockCapacity) {
      this.#blockCapacity = Math.max(block.length + 64, this.#blockCapacity * 2);
      this.#block = this.#arena.allocate(this.#blockCapacity);
    }
    heap().u8.set(block, this.#block);
    this.#blockBytes = block.length;
  }

  /** Cuts rows from byte `from` of the block on. The cells hold until the next cut. */
  cut(from: number, lineEnd: 'nl' | 'crnl'): Cut {
    const { u32 } = heap();
    const word = this.#task >>> 2;
    u32[word] = this.#block + from;
    u32[word + 1] = this.#block + this.#blockBytes;
    u32[word + 10] = lineEnd === 'nl' ? 1 : 2;
    const rowCount = kernels().cutRows(this.#task);
    return {
      rowCount,
      end: (u32[word + 12] as number) - this.#block,
      lineCount: u32[word + 14] as number,
      stop: stopNames[u32[word + 13] ?? cutStops.more] ?? 'more',
    };
  }

  /** The cells of a column. */
  cells(column: number): number {
    return this.#cells + column * this.#rowsMax * cellBytes;
  }
}
