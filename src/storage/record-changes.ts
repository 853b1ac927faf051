/** Records that one transaction made, changed or dropped, and what it found in their places. */
import type { AccessRecord } from '../catalog/access-records.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { StoreState } from './store-state.ts';
import type { InDatabase } from './stored-names.ts';

export class RecordChanges {
  readonly #state: StoreState;
  /** By recordKey; undefined: dropped. */
  readonly byKey = new Map<string, InDatabase<AccessRecord> | undefined>();
  readonly #before = new Map<string, AccessRecord | undefined>();

  constructor(state: StoreState) {
    this.#state = state;
  }

  set(key: string, record: InDatabase<AccessRecord> | undefined): void {
    if (!this.byKey.has(key)) this.#before.set(key, this.#state.records.get(key));
    this.byKey.set(key, record);
  }

  /**
   * Names to reserve until the log has them. Records are written whole: who changed one that
   * another has changed since fails. Errors: XX000, as PostgreSQL's.
   */
  namesToReserve(): readonly string[] {
    const { records, reservedNames } = this.#state;
    return [...this.byKey.keys()].map((key) => {
      const name = `record ${key}`;
      const isSame = records.get(key) === this.#before.get(key);
      if (isSame && !reservedNames.has(name)) return name;
      throw new SqlError('internal_error', 'tuple concurrently updated');
    });
  }
}
