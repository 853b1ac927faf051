/**
 * Sets of a segment's rows: a bit for each, the lowest of the first byte for row 0. Most of them name
 * a few rows, so whole words are passed over.
 */

export function hasRow(bitmap: Uint8Array, row: number): boolean {
  return (((bitmap[row >>> 3] as number) >>> (row & 7)) & 1) === 1;
}

export function addRow(bitmap: Uint8Array, row: number): void {
  bitmap[row >>> 3] = (bitmap[row >>> 3] as number) | (1 << (row & 7));
}

export function removeRow(bitmap: Uint8Array, row: number): void {
  bitmap[row >>> 3] = (bitmap[row >>> 3] as number) & ~(1 << (row & 7));
}

/** The rows in ascending order. */
export function rowsOf(bitmap: Uint8Array): Uint32Array<ArrayBuffer> {
  const rows: number[] = [];
  for (const [index, word] of setWords(bitmap)) {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      rows.push(index * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
  return Uint32Array.from(rows);
}

/** Adds the rows to others, in place, at a word's place; returns how many were not there. */
export function addRows(target: Uint8Array, added: Uint8Array): number {
  const words = wordsOf(target);
  let count = 0;
  for (const [index, word] of setWords(added)) {
    const before = words[index] as number;
    words[index] = before | word;
    count += bitCount(word & ~before);
  }
  return count;
}

function* setWords(bitmap: Uint8Array): Generator<readonly [index: number, word: number]> {
  const words = wordsOf(bitmap);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as number;
    if (word !== 0) yield [index, word];
  }
}

/** Bytes that are no whole words at a word's place, as they come from files, are copied. */
function wordsOf(bitmap: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = bitmap;
  if (((byteOffset | byteLength) & 3) === 0) {
    return new Uint32Array(buffer, byteOffset, byteLength >>> 2);
  }
  const words = new Uint32Array((byteLength + 3) >>> 2);
  new Uint8Array(words.buffer).set(bitmap);
  return words;
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
