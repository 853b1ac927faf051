/**
 * A table's committed state: its definition and its segments, the last one of them open.
 *
 *     segments   1 (file)  2 (file)  3 (memory, full, being sealed)  4 (memory, open: the tail)
 */
import type { TableDefinition } from '../catalog/table.ts';
import { segmentRows } from '../catalog/table.ts';
import { buildColumn } from '../columns/builder.ts';
import type { Column } from '../columns/column.ts';
import { assert, must } from '../errors/assert.ts';
import { allocatedBytes } from '../memory/allocator.ts';
import { Arena, Budget } from '../memory/arena.ts';
import { Generations } from './generations.ts';
import { MemoryBody } from './memory-body.ts';
import type { RowSource } from './memory-body.ts';
import { nullColumn } from './memory-column.ts';
import type { AppendContext } from './memory-column.ts';
import { Segment } from './segment.ts';
import type { SegmentContext } from './segment.ts';

export interface TableContext {
  readonly append: AppendContext;
  readonly segment: SegmentContext;
}

/** Where rows of a transaction went: `count` rows from `row` on. */
export interface Place {
  readonly segment: number;
  readonly row: number;
  readonly count: number;
}

export class StoredTable {
  definition: TableDefinition;
  readonly context: TableContext;
  segments: Segment[] = [];
  nextSegment = 1;
  /** Rises with every committed change. */
  version = 0;
  isDropped = false;
  #tail: Segment | undefined;
  readonly #missing = new Map<number, Column>();
  #missingArena: Arena | undefined;

  constructor(definition: TableDefinition, context: TableContext) {
    this.definition = definition;
    this.context = context;
  }

  get oid(): number {
    return this.definition.oid;
  }

  get rowCount(): number {
    let sum = 0;
    for (const { rowCount, deletedCount } of this.segments) sum += rowCount - deletedCount;
    return sum;
  }

  findSegment(number: number): Segment | undefined {
    // Segments are in ascending order of their numbers.
    let low = 0;
    let high = this.segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const segment = must(this.segments[middle], 'segment');
      if (segment.number === number) return segment;
      if (segment.number < number) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** A segment in memory that belongs to nobody yet. */
  createMemorySegment(number: number): Segment {
    const generations = new Generations();
    const body = new MemoryBody(
      this.definition.columns.map((column) => column.type),
      this.context.append,
      (free) => generations.retire(free),
    );
    return new Segment(number, body, this.context.segment, generations);
  }

  /**
   * Appends rows behind the committed ones, unseen until `publish`. Rows [0, count) of the
   * source. All or none. Errors: 53200.
   */
  place(source: RowSource, count: number): readonly Place[] {
    const places: Place[] = [];
    let isWhole = false;
    try {
      for (let done = 0; done < count; ) {
        const tail = this.#openTail();
        const body = memoryBody(tail);
        const place = {
          segment: tail.number,
          row: body.rows,
          count: Math.min(count - done, segmentRows - body.rows),
        };
        body.append(source, done, place.count);
        places.push(place);
        done += place.count;
      }
      isWhole = true;
    } finally {
      if (!isWhole) this.#takeBack(places);
    }
    return places;
  }

  /** Replay: appends rows where they once were. */
  placeAt(source: RowSource, places: readonly Place[]): void {
    let done = 0;
    for (const { segment: number, row, count } of places) {
      const segment = this.findSegment(number) ?? this.#addTail(number);
      const body = memoryBody(segment);
      assert(body.rows === row, 'a record of the log follows the rows before it');
      body.append(source, done, count);
      done += count;
    }
  }

  #takeBack(places: readonly Place[]): void {
    for (const { segment, row } of places.toReversed()) {
      memoryBody(must(this.findSegment(segment), 'segment')).truncate(row);
    }
  }

  #openTail(): Segment {
    if (this.#tail !== undefined && !this.#tail.isFull) return this.#tail;
    return this.#addTail(this.nextSegment);
  }

  #addTail(number: number): Segment {
    this.#tail = this.createMemorySegment(number);
    this.addSegment(this.#tail);
    return this.#tail;
  }

  /** Adds a segment with the next number or a later one. */
  addSegment(segment: Segment): void {
    assert(segment.number >= this.nextSegment, 'segment numbers rise');
    this.segments.push(segment);
    this.nextSegment = segment.number + 1;
  }

  /** Makes a loaded segment the one that rows are appended to. */
  openForAppending(segment: Segment): void {
    this.#tail = segment;
  }

  /** Rows of these places become visible. Returns segments that are full now. */
  publish(places: readonly Place[]): Segment[] {
    const full: Segment[] = [];
    for (const { segment: number, row, count } of places) {
      const segment = this.findSegment(number);
      if (segment === undefined) continue;
      segment.rowCount = Math.max(segment.rowCount, row + count);
      const isWhole = segment.body.kind === 'memory' && segment.rowCount === segment.body.rows;
      if (isWhole && segment.isFull) full.push(segment);
    }
    this.version++;
    return full;
  }

  /** TRUNCATE: segments that are there now go. Rows not yet published stay. */
  truncate(): void {
    const gone = this.segments;
    this.segments = gone.filter((segment) => hasUnpublished(segment) && segment.rowCount === 0);
    for (const segment of gone) if (!this.segments.includes(segment)) segment.drop();
    if (this.#tail !== undefined && !this.segments.includes(this.#tail)) this.#tail = undefined;
    this.version++;
  }

  drop(): void {
    this.isDropped = true;
    for (const segment of this.segments) segment.drop();
    this.segments = [];
    this.#tail = undefined;
  }

  /** Replaces the definition; columns may have been added at the end. */
  alter(definition: TableDefinition): void {
    this.definition = definition;
    this.version++;
    const body = this.#tail?.body;
    if (body?.kind !== 'memory') return;
    for (let index = body.columnCount; index < definition.columns.length; index++) {
      const { type } = must(definition.columns[index], 'column');
      body.addColumn(type, this.missingColumn(index, segmentRows));
    }
  }

  /** What rows older than the column hold in it. */
  missingColumn(index: number, rowCount: number): Column {
    const { type, missing } = must(this.definition.columns[index], 'column');
    if (missing === undefined) {
      return nullColumn(type, rowCount, this.context.append.nullRow);
    }
    let column = this.#missing.get(index);
    if (column === undefined) {
      // The value stays as long as the table; its bytes are a few.
      this.#missingArena ??= new Arena(new Budget(allocatedBytes() + 2 ** 30));
      const one = buildColumn(type, [missing], this.#missingArena);
      column = { ...one, encoding: 'constant' };
      this.#missing.set(index, column);
    }
    return { ...column, length: rowCount };
  }

  /** Gives all memory back; the files stay. */
  free(): void {
    for (const segment of this.segments) segment.free();
    this.segments = [];
    this.#tail = undefined;
    this.#missingArena?.free();
  }
}

function hasUnpublished(segment: Segment): boolean {
  return segment.body.kind === 'memory' && segment.body.rows > segment.rowCount;
}

export function memoryBody(segment: Segment): MemoryBody {
  assert(segment.body.kind === 'memory', 'the rows are in memory');
  return segment.body;
}
