/**
 * What a snapshot says of a segment's columns, small enough to be sent with every query: columns in
 * memory as they are, and of a file its path and one shared buffer.
 *
 *     buffer   u32 n · u32 slot × 2n · u32 end × n · n texts: JSON {type, stored, filter, zone}
 *
 * The second n slots are those of value filters. The buffer is made once per file. The main thread fills in slots as columns are first wanted; a
 * reader parses the text of a column when it first needs it and remembers it by path and position,
 * `knownMax` columns at most: paths of segment files are never used again.
 */
import type { SegmentReader, SegmentSnapshot, ZoneMap } from '../catalog/table.ts';
import type { Column } from '../columns/column.ts';
import { assert, must } from '../errors/assert.ts';
import type { SqlType } from '../types/sql-type.ts';
import { loadColumn } from './column-cache.ts';
import { nullColumn } from './memory-column.ts';
import { restoreZone, storeZone } from './segment-format.ts';
import type { SegmentDirectory, StoredColumn, StoredZone } from './segment-format.ts';
import { hashOfHex, hashOfText, mayContain } from './value-filter.ts';

/** By column position. */
export type OwnColumns = Readonly<Record<number, Column>>;

interface SharedFile {
  readonly path: string;
  /** A value of NULL for columns that have no other. */
  readonly nullRow: number;
  readonly facts: SharedArrayBuffer;
}

export interface SegmentBody {
  readonly file?: SharedFile;
  /** Columns that are in memory, or younger than the file. */
  readonly columns: OwnColumns;
}

interface ColumnFacts {
  readonly type: SqlType;
  readonly rowCount: number;
  /** null: every row is NULL. */
  readonly stored: StoredColumn | null;
  readonly filter: StoredColumn | null;
  readonly zone: ZoneMap | undefined;
}

type StoredFacts = Omit<ColumnFacts, 'zone'> & { readonly zone: StoredZone | undefined };

export class SegmentFacts {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Uint32Array;

  constructor(
    directory: SegmentDirectory,
    typeOf: (index: number) => SqlType,
    slots: readonly number[],
  ) {
    const { rowCount, zones } = directory;
    const texts = directory.columns.map((stored, index) => {
      const zone = zones[index];
      const facts: StoredFacts = {
        type: typeOf(index),
        rowCount,
        stored,
        filter: directory.filters?.[index] ?? null,
        zone: zone === undefined ? undefined : storeZone(zone),
      };
      return Buffer.from(JSON.stringify(facts));
    });
    const count = texts.length;
    const start = textStart(count);
    const byteSize = texts.reduce((sum, text) => sum + text.length, start);
    this.buffer = new SharedArrayBuffer(Math.ceil(byteSize / 4) * 4);
    this.#words = new Uint32Array(this.buffer);
    this.#words[0] = count;
    const bytes = new Uint8Array(this.buffer);
    let end = start;
    for (const [index, text] of texts.entries()) {
      bytes.set(text, end);
      end += text.length;
      this.#words[1 + 2 * count + index] = end;
    }
    for (const [index, slot] of slots.entries()) this.setSlot(index, slot ?? 0);
  }

  setSlot(index: number, slot: number): void {
    this.#words[1 + index] = slot;
  }
}

function textStart(count: number): number {
  return (1 + 3 * count) * 4;
}

function readFacts(buffer: SharedArrayBuffer, index: number): ColumnFacts | undefined {
  const words = new Uint32Array(buffer);
  const count = must(words[0], 'a count');
  if (index < 0 || index >= count) return undefined;
  const from = index === 0 ? textStart(count) : must(words[2 * count + index], 'a start');
  const to = must(words[1 + 2 * count + index], 'an end');
  const facts = JSON.parse(Buffer.from(buffer, from, to - from).toString('utf8')) as StoredFacts;
  return { ...facts, zone: facts.zone === undefined ? undefined : restoreZone(facts.zone) };
}

/** Columns that a reader remembers. */
const knownMax = 65_536;

/** Works on every thread with a heap. */
export function createSegmentReader(): SegmentReader {
  const known = new Map<string, Map<number, ColumnFacts | undefined>>();
  let knownCount = 0;

  const factsOf = ({ path, facts }: SharedFile, position: number): ColumnFacts | undefined => {
    let columns = known.get(path);
    if (columns === undefined) known.set(path, (columns = new Map()));
    if (columns.has(position)) return columns.get(position);
    for (const [oldest, forgotten] of known) {
      if (knownCount < knownMax || oldest === path) break;
      known.delete(oldest);
      knownCount -= forgotten.size;
    }
    const found = readFacts(facts, position);
    columns.set(position, found);
    knownCount++;
    return found;
  };

  return {
    column(segment, position, told) {
      const { file, columns } = bodyOf(segment);
      const own = columns[position];
      if (own !== undefined) return own;
      const { path, nullRow, facts } = must(file, `column ${position}`);
      const source = must(factsOf({ path, nullRow, facts }, position), `column ${position}`);
      const { type, rowCount, stored } = source;
      if (stored === null) return nullColumn(type, rowCount, nullRow);
      const slot = must(new Uint32Array(facts)[1 + position], 'a slot');
      return loadColumn(slot, { path, type, rowCount, stored }, told);
    },
    mayContain(segment, position, value) {
      const { file } = bodyOf(segment);
      const found = file === undefined ? undefined : factsOf(file, position);
      if (file === undefined || !found?.filter || typeof value !== 'string') return true;
      const { rowCount, stored, filter } = found;
      const hash =
        stored?.hexBytes === undefined ? hashOfText(value) : hashOfHex(value, stored.hexBytes);
      if (hash === undefined) return true;
      const words = new Uint32Array(file.facts);
      const slot = must(words[1 + must(words[0], 'a count') + position], 'a slot');
      assert(slot !== 0, 'a snapshot holds the filters of its columns');
      const source = { path: file.path, type: found.type, rowCount, stored: filter };
      return mayContain(loadColumn(slot, source).values, filter.byteSize, hash);
    },
    zone(segment, position) {
      const { file } = bodyOf(segment);
      return file === undefined ? undefined : factsOf(file, position)?.zone;
    },
  };
}

function bodyOf({ body }: SegmentSnapshot): SegmentBody {
  return body as SegmentBody;
}
