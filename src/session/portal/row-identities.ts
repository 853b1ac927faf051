/** Ids of the rows of a cursor that locks them, beside its kept rows: one id for each table. */
import type { TableDefinition } from '../../catalog/table.ts';

export class RowIdentities {
  readonly tables: readonly TableDefinition[];
  readonly #ids: (readonly (bigint | null)[])[] = [];

  constructor(tables: readonly TableDefinition[]) {
    this.tables = tables;
  }

  /** NULL where an outer join has no row of the table. */
  push(ids: readonly (bigint | null)[]): void {
    this.#ids.push(ids);
  }

  at(row: number): readonly (bigint | null)[] {
    return this.#ids[row] ?? [];
  }

  remove(row: number): void {
    this.#ids.splice(row, 1);
  }

  clear(): void {
    this.#ids.length = 0;
  }
}
