/** Batches as COPY text, by the kernels that write results and the formatter of COPY TO. */
import { setImmediate } from 'node:timers/promises';
import { Arena, Budget } from '../../memory/arena.ts';
import { heap } from '../../memory/heap.ts';
import { dataRowTag, RowEncoder } from '../../exec/row-encoder.ts';
import { createCopyFormatter } from '../../session/copy/copy-formatter.ts';
import { copyFormat } from '../../session/copy/copy-format.ts';
import { defaultFormats } from '../../types/format-settings.ts';
import { ConfigError } from '../../config.ts';
import type { FileSource } from './file-source.ts';

const bytesMax = 1 << 30;
const outBytes = 1 << 20;
const copyDataHeader = 5;

/** Payloads of CopyData; `onRows` hears how many rows were made. */
export async function* copyLines(
  source: FileSource,
  onRows: (rowCount: number) => void,
): AsyncGenerator<Uint8Array> {
  const budget = new Budget(bytesMax);
  const arena = new Arena(budget);
  const kept = new Arena(budget);
  const encoder = new RowEncoder(
    {
      types: source.columns.map(({ type }) => type),
      formats: source.columns.map(() => 0),
      settings: defaultFormats,
      tag: dataRowTag,
    },
    budget,
  );
  const formatter = createCopyFormatter(
    copyFormat('text'),
    source.columns.map(({ name }) => name),
  );
  let capacity = outBytes;
  let out = kept.allocate(capacity);
  let rows = 0;
  try {
    for await (const batch of source.batches(arena)) {
      encoder.begin(batch);
      for (let from = 0; from < batch.rowCount;) {
        const { rowCount, end } = encoder.encode(from, batch.rowCount, out, out + capacity);
        if (rowCount === 0) {
          capacity *= 4;
          if (capacity > bytesMax / 2) throw new ConfigError(`row ${rows + 1} is too long`);
          out = kept.allocate(capacity);
          continue;
        }
        from += rowCount;
        rows += rowCount;
        onRows(rows);
        yield withoutHeaders(formatter.rows(heap().u8.slice(out, end)));
      }
      await setImmediate();
    }
  } finally {
    encoder.free();
    arena.free();
    kept.free();
  }
}

/** The rows of CopyData messages, one behind the other. */
function withoutHeaders(messages: Uint8Array): Uint8Array {
  const view = Buffer.from(messages.buffer, messages.byteOffset, messages.byteLength);
  let end = 0;
  for (let at = 0; at < view.length;) {
    const next = at + 1 + view.readInt32BE(at + 1);
    view.copyWithin(end, at + copyDataHeader, next);
    end += next - at - copyDataHeader;
    at = next;
  }
  return view.subarray(0, end);
}
