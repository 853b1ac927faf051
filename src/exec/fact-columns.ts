/**
 * Columns of the catalog's rows, kept by a thread from query to query.
 *
 * Rows that are the same array have the same columns. What no running query uses goes when the
 * thread keeps too much, least recently used first.
 */
import { batchRowsMax, makeBatch, type Batch } from '../columns/batch.ts';
import { buildColumn } from '../columns/builder.ts';
import type { Column } from '../columns/column.ts';
import { Arena, Budget } from '../memory/arena.ts';
import type { FactRows } from '../plan/planner.ts';
import type { SqlType } from '../types/sql-type.ts';

/** Columns of a fact table that a scan reads, by position. */
export interface FactShape {
  readonly positions: readonly number[];
  readonly types: readonly SqlType[];
}

/** Kept by a thread when nobody uses them. */
const keptBytesMax = 16 << 20;
/** Of one thread in all. */
const bytesMax = 1 << 30;

interface KeptPart {
  readonly arena: Arena;
  /** By position, then by batch. */
  readonly columns: Map<number, readonly Column[]>;
  users: number;
}

export class FactColumns {
  readonly #budget: Budget;
  /** Least recently used first. */
  readonly #parts = new Map<FactRows, KeptPart>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Batches of the rows; valid until `release` of the same rows. Errors: 53200. */
  batchesOf(rows: FactRows, shape: FactShape): readonly Batch[] {
    const part = this.#use(rows);
    const columns = shape.positions.map((position, index) =>
      this.#columnOf(rows, part, position, shape.types[index] as SqlType),
    );
    const batches: Batch[] = [];
    for (let from = 0; from < rows.length; from += batchRowsMax) {
      const at = batches.length;
      const own = columns.map((each) => each[at] as Column);
      batches.push(makeBatch(own, Math.min(batchRowsMax, rows.length - from)));
    }
    return batches;
  }

  release(rows: FactRows): void {
    const part = this.#parts.get(rows);
    if (part !== undefined) part.users--;
    this.#makeRoom();
  }

  /** Lets go of all columns. */
  free(): void {
    for (const { arena } of this.#parts.values()) arena.free();
    this.#parts.clear();
  }

  #use(rows: FactRows): KeptPart {
    const known = this.#parts.get(rows);
    const part = known ?? { arena: new Arena(this.#budget), columns: new Map(), users: 0 };
    part.users++;
    this.#parts.delete(rows);
    this.#parts.set(rows, part);
    return part;
  }

  #makeRoom(): void {
    for (const [rows, { arena, users }] of this.#parts) {
      if (this.#budget.usedBytes <= keptBytesMax) return;
      if (users > 0) continue;
      this.#parts.delete(rows);
      arena.free();
    }
  }

  #columnOf(
    rows: FactRows,
    { columns, arena }: KeptPart,
    position: number,
    type: SqlType,
  ): readonly Column[] {
    const known = columns.get(position);
    if (known !== undefined) return known;
    const made: Column[] = [];
    for (let from = 0; from < rows.length; from += batchRowsMax) {
      const part = rows.slice(from, from + batchRowsMax);
      const datums = part.map((row) => row[position] ?? null);
      made.push(buildColumn(type, datums, arena));
    }
    columns.set(position, made);
    return made;
  }
}

/** Of this thread. */
export const factColumns = new FactColumns(new Budget(bytesMax));
