/** What is committed of one database, in lists that are made once per change of a definition. */
import type { AccessRecord } from '../catalog/access-records.ts';
import type { DatabaseId } from '../catalog/databases.ts';
import { pagesTable } from '../catalog/large-object-records.ts';
import type { Sequence, StoredView, Table } from '../catalog/table.ts';
import type { StoreState } from './store-state.ts';
import { isOf, isSeenIn, type InDatabase } from './stored-names.ts';
import type { StoredTable } from './stored-table.ts';

export class CommittedObjects {
  /** Of definitions: another one makes these lists stale. */
  readonly version: number;
  readonly #state: StoreState;
  readonly #database: DatabaseId;
  readonly #tableFor: (table: StoredTable) => Table;
  #allTables: readonly Table[] | undefined;
  #tables: readonly Table[] | undefined;
  #tablesByName: ReadonlyMap<string, Table> | undefined;
  #tablesByOid: ReadonlyMap<number, Table> | undefined;
  #views: readonly StoredView[] | undefined;
  #sequences: readonly Sequence[] | undefined;
  #records: readonly AccessRecord[] | undefined;

  /** `tableFor`: the table as every transaction sees it that changed no definition. */
  constructor(state: StoreState, database: DatabaseId, tableFor: (table: StoredTable) => Table) {
    this.version = state.definitionVersion;
    this.#state = state;
    this.#database = database;
    this.#tableFor = tableFor;
  }

  /** Pages of large objects included. */
  get storedTables(): readonly StoredTable[] {
    return [...this.#state.tables.values()].filter(({ definition }) => this.#isOwn(definition));
  }

  get allTables(): readonly Table[] {
    this.#allTables ??= this.storedTables.map(this.#tableFor);
    return this.#allTables;
  }

  get tables(): readonly Table[] {
    this.#tables ??= this.allTables.filter((table) => !isPagesTable(table));
    return this.#tables;
  }

  tableNamed(schema: string, name: string): Table | undefined {
    this.#tablesByName ??= new Map(
      this.tables.map((table) => [nameKey(table.definition.schema, table.definition.name), table]),
    );
    return this.#tablesByName.get(nameKey(schema, name));
  }

  tableByOid(oid: number): Table | undefined {
    this.#tablesByOid ??= new Map(this.allTables.map((table) => [table.definition.oid, table]));
    return this.#tablesByOid.get(oid);
  }

  get views(): readonly StoredView[] {
    this.#views ??= [...this.#state.views.values()].filter((view) => this.#isOwn(view));
    return this.#views;
  }

  get sequences(): readonly Sequence[] {
    this.#sequences ??= [...this.#state.sequences.values()].filter(({ definition }) => {
      return this.#isOwn(definition);
    });
    return this.#sequences;
  }

  /** Those that all databases share included. */
  get records(): readonly AccessRecord[] {
    this.#records ??= [...this.#state.records.values()].filter((record) => {
      return isSeenIn(this.#database, record);
    });
    return this.#records;
  }

  #isOwn(object: InDatabase<object>): boolean {
    return isOf(this.#database, object);
  }
}

export function isPagesTable({ definition }: Pick<Table, 'definition'>): boolean {
  const { schema, name } = definition;
  return schema === pagesTable.schema && name === pagesTable.name;
}

function nameKey(schema: string, name: string): string {
  return `${schema}\0${name}`;
}
