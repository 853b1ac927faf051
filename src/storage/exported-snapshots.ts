/**
 * Snapshots that transactions export (pg_export_snapshot), by name, until these end. Who imports one
 * pins the same segments at the same generation.
 */
import type { DatabaseId } from '../catalog/databases.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { PinnedTables } from './pinned-tables.ts';

const exportsMax = 1000;

/** With the version of definitions at the moment. */
export interface ExportedTables extends PinnedTables {
  readonly definitions: number;
}

/** What an importing transaction must have in common with the exporting one. */
export interface SnapshotTerms {
  readonly database: DatabaseId;
  readonly isSerializable: boolean;
}

export interface ExportedSnapshot extends SnapshotTerms {
  readonly transaction: number;
  readonly tables: ExportedTables;
}

export class ExportedSnapshots {
  readonly #all = new Map<string, ExportedSnapshot>();
  #last = 0;

  /** Returns its name. Errors: 54000. */
  add(snapshot: ExportedSnapshot): string {
    if (this.#all.size >= exportsMax) {
      const message = `at most ${exportsMax} snapshots are exported at once`;
      throw new SqlError('program_limit_exceeded', message);
    }
    this.#last += 1;
    const name = `${hex(snapshot.transaction)}-${hex(this.#last)}-1`;
    this.#all.set(name, snapshot);
    return name;
  }

  /** Errors: 22023, 0A000. */
  find(name: string, { database, isSerializable }: SnapshotTerms): ExportedTables {
    const found = this.#all.get(name);
    if (found === undefined) {
      throw new SqlError('invalid_parameter_value', `invalid snapshot identifier: "${name}"`);
    }
    if (found.database !== database) {
      const message = 'cannot import a snapshot from a different database';
      throw new SqlError('feature_not_supported', message);
    }
    if (!isSerializable || found.isSerializable) return found.tables;
    const what = 'cannot import a snapshot from a non-serializable transaction';
    throw new SqlError('feature_not_supported', `a serializable transaction ${what}`);
  }

  /** The transaction is over. */
  removeOf(transaction: number): void {
    for (const [name, snapshot] of this.#all) {
      if (snapshot.transaction === transaction) this.#all.delete(name);
    }
  }
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
