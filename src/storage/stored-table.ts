/**
 * A table's committed state: its definition and its segments, the last one of them open.
 *
 *     segments   1 (file)  2 (file)  3 (memory, full, being sealed)  4 (memory, open: the tail)
 */
import type { ColumnDefinition, TableDefinition } from '../catalog/table.ts';
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
import { Segment, segmentBytesMax } from './segment.ts';
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
  /** A commit that drops the table is on its way to the log. */
  isDropping = false;
  #tail: Segment | undefined;
  readonly #missing = new Map<ColumnDefinition, Column>();
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
  createMemorySegment(number: number, definition = this.definition): Segment {
    const generations = new Generations();
    const body = new MemoryBody(
      definition.columns.map((column) => column.type),
      this.context.append,
      (free) => generations.retire(free),
    );
    const segment = new Segment(number, body, this.context.segment, generations);
    segment.bytesMax = definition.segmentBytes ?? segmentBytesMax;
    return segment;
  }

  /**
   * Appends rows behind the committed ones, unseen until `publish`. Rows [0, count) of the
   * source, whose columns are `definition`'s. All or none. Errors: 53200.
   */
  place(source: RowSource, count: number, definition = this.definition): readonly Place[] {
    const places: Place[] = [];
    let isWhole = false;
    try {
      for (let done = 0; done < count;) {
        const tail = this.#openTail(definition);
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
      if (!isWhole) this.takeBack(places);
    }
    return places;
  }

  /** Replay: appends rows where they once were. */
  placeAt(source: RowSource, places: readonly Place[]): void {
    let done = 0;
    for (const { segment: number, row, count } of places) {
      const segment = this.findSegment(number) ?? this.#addTail(number);
      const { body } = segment;
      // A file that was sealed after the checkpoint began has the rows already.
      if (body.kind === 'memory') {
        assert(body.rows === row, 'a record of the log follows the rows before it');
        body.append(source, done, count);
        segment.rowCount = body.rows;
      }
      done += count;
    }
  }

  /** Undoes `place`, as long as nothing was placed since. */
  takeBack(places: readonly Place[]): void {
    for (const { segment, row } of places.toReversed()) {
      memoryBody(must(this.findSegment(segment), 'segment')).truncate(row);
    }
  }

  #openTail(definition: TableDefinition): Segment {
    const tail = this.#tail;
    const columnCount = tail?.body.kind === 'memory' ? tail.body.columnCount : 0;
    const fits = tail !== undefined && !tail.isFull && columnCount >= definition.columns.length;
    if (fits) return tail;
    return this.#addTail(this.nextSegment, definition);
  }

  #addTail(number: number, definition = this.definition): Segment {
    const tail = this.createMemorySegment(number, definition);
    this.#tail = tail;
    this.addSegment(tail);
    return tail;
  }

  /** Whether the segment gets more rows: appended later, or appended and not yet published. */
  isGrowing(segment: Segment): boolean {
    if (segment.body.kind === 'file') return false;
    if (segment.body.rows > segment.rowCount) return true;
    return this.#tail === segment && !segment.isFull;
  }

  /** Lets go of segments whose rows are all deleted. */
  dropDeadSegments(): void {
    const dead = this.segments.filter((segment) => {
      const { rowCount, deletedCount, pendingDeletes } = segment;
      const isDead = rowCount > 0 && rowCount === deletedCount && pendingDeletes.size === 0;
      return isDead && !this.isGrowing(segment) && this.#tail !== segment;
    });
    if (dead.length === 0) return;
    this.segments = this.segments.filter((segment) => !dead.includes(segment));
    for (const segment of dead) segment.drop();
  }

  /** A number for a segment that comes with `addSegment`. */
  reserveSegment(): number {
    return this.nextSegment++;
  }

  /** Adds a segment at its number's place. */
  addSegment(segment: Segment): void {
    const after = this.segments.findLastIndex(({ number }) => number < segment.number);
    assert(this.segments[after + 1]?.number !== segment.number, 'segment numbers are unique');
    this.segments.splice(after + 1, 0, segment);
    this.nextSegment = Math.max(this.nextSegment, segment.number + 1);
    this.version++;
  }

  /** After recovery: the last segment is the tail if it is in memory. Returns full ones. */
  resume(): Segment[] {
    const last = this.segments.at(-1);
    this.#tail = last?.body.kind === 'memory' ? last : undefined;
    return this.segments.filter(({ body, isFull }) => body.kind === 'memory' && isFull);
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

  /** Rows placed from now on go to segments of the returned number and later ones. */
  closeTail(): number {
    this.#tail = undefined;
    return this.nextSegment;
  }

  /** TRUNCATE: segments before `end`, which `closeTail` gave, go. */
  truncate(end: number): void {
    const gone = this.segments.filter((segment) => segment.number < end);
    this.segments = this.segments.filter((segment) => segment.number >= end);
    for (const segment of gone) segment.drop();
    if (this.#tail !== undefined && this.#tail.number < end) this.#tail = undefined;
    this.nextSegment = Math.max(this.nextSegment, end);
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
    if (this.#tail?.body.kind === 'memory') this.completeBody(this.#tail.body, definition);
  }

  /** Adds the columns that the definition has and the body lacks. */
  completeBody(body: MemoryBody, definition: TableDefinition): void {
    for (let index = body.columnCount; index < definition.columns.length; index++) {
      const column = must(definition.columns[index], 'column');
      body.addColumn(column.type, this.missingColumn(column, segmentRows));
    }
  }

  /** What rows older than the column hold in it. */
  missingColumn(definition: ColumnDefinition, rowCount: number): Column {
    const { type, missing } = definition;
    if (missing === undefined) {
      return nullColumn(type, rowCount, this.context.append.nullRow);
    }
    let column = this.#missing.get(definition);
    if (column === undefined) {
      // The value stays as long as the table; its bytes are a few.
      this.#missingArena ??= new Arena(new Budget(allocatedBytes() + 2 ** 30));
      const one = buildColumn(type, [missing], this.#missingArena);
      column = { ...one, encoding: 'constant' };
      this.#missing.set(definition, column);
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

export function memoryBody(segment: Segment): MemoryBody {
  assert(segment.body.kind === 'memory', 'the rows are in memory');
  return segment.body;
}
