/**
 * What one writing statement does to references: keys that its rows reference, and keys that went
 * with its rows. The queue is told when the statement is over.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TableDefinition } from '../../../catalog/table.ts';
import type { Batch } from '../../../columns/batch.ts';
import { columnReader } from '../../../columns/read.ts';
import type { Datum } from '../../../types/datum.ts';
import type { WriteOperation } from '../../../plan/planner.ts';
import type { SqlSession } from '../../sql-session.ts';
import { keyText, type Key } from '../key-text.ts';
import { foreignKeysOf, foreignKeysTo, type ForeignKey } from './foreign-key.ts';
import { mixedNulls } from './reference-errors.ts';
import type { KeyChange, ReferenceEvent } from './reference-queue.ts';

/** More keys of one statement than these, and the whole table is checked. */
const notedKeysMax = 100_000;

type Row = readonly (Datum | null)[];

/** By position in the table: a row before and after. */
type Read = (position: number) => Datum | null;

interface Made {
  readonly key: ForeignKey;
  readonly noted: Map<string, Key>;
  isMany: boolean;
}

/** Keys that went with rows, or that rows no longer have. */
interface Lost {
  readonly key: ForeignKey;
  readonly isDelete: boolean;
  readonly noted: Map<string, KeyChange>;
  isMany: boolean;
}

/** The statement's table before the rows, and where the source has the values from before. */
export interface OldValues {
  /** Column of the source by position in the table. */
  readonly columns: ReadonlyMap<number, number>;
}

export class ReferenceNotes {
  readonly #made: readonly Made[];
  readonly #lost: readonly Lost[];

  constructor(session: SqlSession, table: TableDefinition, operation: WriteOperation) {
    const own = operation === 'delete' ? [] : foreignKeysOf(session, table);
    this.#made = own.map((key) => ({ key, noted: new Map(), isMany: false }));
    const others = foreignKeysTo(session, table.oid);
    this.#lost = others.flatMap((key) =>
      [false, true].map((isDelete) => ({ key, isDelete, noted: new Map(), isMany: false })),
    );
  }

  get isNeeded(): boolean {
    return this.#made.length + this.#lost.length > 0;
  }

  /** Rows that were inserted. Errors: 23503 for MATCH FULL. */
  noteInserted(rows: Batch): void {
    if (this.#made.length === 0) return;
    const readers = readersOf(rows);
    for (let row = 0; row < rows.rowCount; row++) {
      for (const made of this.#made) noteMade(made, undefined, (at) => readers(at, row));
    }
  }

  /** `old` has the values from before of the columns in `at`. */
  noteDeleted(batch: Batch, at: ReadonlyMap<number, number>): void {
    if (this.#lost.length === 0) return;
    const readers = readersOf(batch);
    for (let row = 0; row < batch.rowCount; row++) {
      const before: Read = (position) => readers(at.get(position) ?? 0, row);
      for (const lost of this.#lost) if (lost.isDelete) noteLost(lost, before, undefined);
    }
  }

  /** `batch` has the new row from column 1 on. Errors: 23503 for MATCH FULL. */
  noteUpdated(batch: Batch, at: ReadonlyMap<number, number>): void {
    const readers = readersOf(batch);
    for (let row = 0; row < batch.rowCount; row++) {
      const before: Read = (position) => readers(at.get(position) ?? 0, row);
      this.#noteChange(before, (position) => readers(position + 1, row));
    }
  }

  /** Rows of ON CONFLICT DO UPDATE. */
  noteReplaced(
    changes: readonly { readonly before: Row | undefined; readonly after: Row }[],
  ): void {
    for (const { before, after } of changes) {
      const read: Read = (position) => after[position] ?? null;
      if (before !== undefined) this.#noteChange((position) => before[position] ?? null, read);
      else for (const made of this.#made) noteMade(made, undefined, read);
    }
  }

  #noteChange(before: Read, after: Read): void {
    for (const made of this.#made) noteMade(made, before, after);
    for (const lost of this.#lost) if (!lost.isDelete) noteLost(lost, before, after);
  }

  events(): readonly ReferenceEvent[] {
    const lost = this.#lost.flatMap(({ key, isDelete, noted, isMany }): ReferenceEvent[] => {
      if (noted.size === 0 && !isMany) return [];
      const changes = isMany ? undefined : [...noted.values()];
      return [{ kind: 'lost', ...nameOf(key), isDelete, changes }];
    });
    const made = this.#made.flatMap(({ key, noted, isMany }): ReferenceEvent[] => {
      if (noted.size === 0 && !isMany) return [];
      return [{ kind: 'made', ...nameOf(key), keys: isMany ? undefined : [...noted.values()] }];
    });
    return [...lost, ...made];
  }
}

function nameOf({ table, name }: ForeignKey) {
  return { table: table.oid, name };
}

function readersOf(batch: Batch): (column: number, row: number) => Datum | null {
  const known: ((row: number) => Datum | null)[] = [];
  return (column, row) => (known[column] ??= columnReader(batch.column(column)))(row);
}

/** A key with a NULL references nothing. */
function noteMade(made: Made, before: Read | undefined, after: Read): void {
  const { key, noted } = made;
  if (made.isMany) return;
  const values = key.positions.map(after);
  if (values.includes(null)) {
    const isMixed = key.references.isFull && values.some((value) => value !== null);
    if (isMixed) throw mixedNulls(key);
    return;
  }
  const text = keyText(key.columns, values as Key);
  if (before !== undefined) {
    const old = key.positions.map(before);
    if (!old.includes(null) && keyText(key.columns, old as Key) === text) return;
  }
  noted.set(text, values as Key);
  if (noted.size <= notedKeysMax) return;
  noted.clear();
  made.isMany = true;
}

function noteLost(lost: Lost, before: Read, after: Read | undefined): void {
  const { key, noted } = lost;
  if (lost.isMany) return;
  const old = key.targetPositions.map(before);
  if (old.includes(null)) return;
  const text = keyText(key.targetColumns, old as Key);
  const now = after === undefined ? undefined : key.targetPositions.map(after);
  // 1.0 and 1.00 are equal, and yet what CASCADE hands on.
  if (now !== undefined && isDeepStrictEqual(now, old)) return;
  noted.set(text, { before: old as Key, after: now });
  if (noted.size <= notedKeysMax) return;
  noted.clear();
  lost.isMany = true;
}
