/** What one transaction made, changed, dropped: of its database, and records that all share. */
import type {
  AccessRecord,
  DefaultAccessRecord,
  DefaultObjectKind,
} from '../catalog/access-records.ts';
import { accessKey, superuserOid } from '../catalog/access-rights.ts';
import { itemsOfNew } from '../catalog/default-access.ts';
import { catalogOids } from '../catalog/comment-records.ts';
import { firstDatabase, isShared, type DatabaseId } from '../catalog/databases.ts';
import { pagesTable } from '../catalog/large-object-records.ts';
import { rowTypeOid, ruleOid, schemaOid } from '../catalog/system/object-ids.ts';
import type {
  SequenceDefinition,
  SequenceValue,
  StoredView,
  TableDefinition,
} from '../catalog/table.ts';
import { must } from '../errors/assert.ts';
import { SqlError } from '../errors/sql-error.ts';
import { StoredSequence } from './stored-sequence.ts';
import { RecordChanges } from './record-changes.ts';
import type { StoreState } from './store-state.ts';
import {
  isOf,
  isSeenIn,
  isTemporary,
  recordKey,
  relationKey,
  schemaKey,
  type InDatabase,
  type RecordName,
  type RelationName,
} from './stored-names.ts';
import type { StoredTable } from './stored-table.ts';

interface NamedRelation extends RelationName {
  readonly oid: number;
}

export class CatalogChanges {
  readonly #state: StoreState;
  readonly database: DatabaseId;
  readonly created = new Map<number, StoredTable>();
  /** Definition by table, with the one it replaces. */
  readonly altered = new Map<number, { definition: TableDefinition; before: TableDefinition }>();
  readonly dropped = new Set<number>();
  readonly views = new Map<number, StoredView>();
  readonly droppedViews = new Set<number>();
  /** Created and altered ones, with states of their own. */
  readonly sequences = new Map<number, StoredSequence>();
  readonly droppedSequences = new Set<number>();
  readonly createdSchemas = new Set<string>();
  readonly droppedSchemas = new Set<string>();
  readonly #records: RecordChanges;

  constructor(state: StoreState, database: DatabaseId) {
    this.#state = state;
    this.database = database;
    this.#records = new RecordChanges(state);
  }

  get records(): RecordChanges['byKey'] {
    return this.#records.byKey;
  }

  get isEmpty(): boolean {
    const tables = this.created.size + this.altered.size + this.dropped.size;
    const views = this.views.size + this.droppedViews.size;
    const sequences = this.sequences.size + this.droppedSequences.size;
    const schemas = this.createdSchemas.size + this.droppedSchemas.size;
    return tables + views + sequences + schemas + this.records.size === 0;
  }

  /** Restores what is there now. */
  checkpoint(): () => void {
    const { created, altered, views, sequences, records } = this;
    const maps = [created, altered, views, sequences, records] as Map<unknown, unknown>[];
    const sets = [
      this.dropped,
      this.droppedViews,
      this.droppedSequences,
      this.createdSchemas,
      this.droppedSchemas,
    ] as Set<unknown>[];
    const mapCopies = maps.map((map) => new Map(map));
    const setCopies = sets.map((set) => new Set(set));
    return () => {
      for (const [index, map] of maps.entries()) {
        map.clear();
        for (const [key, value] of mapCopies[index] ?? []) map.set(key, value);
      }
      for (const [index, set] of sets.entries()) {
        set.clear();
        for (const value of setCopies[index] ?? []) set.add(value);
      }
    };
  }

  /** The stored table; undefined when it is not there for this transaction. */
  table(oid: number): StoredTable | undefined {
    if (this.dropped.has(oid)) return undefined;
    const table = this.created.get(oid) ?? this.#state.tables.get(oid);
    return table !== undefined && this.#isOwn(table.definition) ? table : undefined;
  }

  #isOwn(object: InDatabase<object>): boolean {
    return isOf(this.database, object);
  }

  /** What marks objects of this database. */
  get mark(): { readonly database?: DatabaseId } {
    return this.database === firstDatabase ? {} : { database: this.database };
  }

  #marked<T extends object>(object: T): InDatabase<T> {
    return this.database === firstDatabase ? object : { ...object, ...this.mark };
  }

  tables(): StoredTable[] {
    const committed = [...this.#state.tables.values()].filter(
      ({ oid, definition }) => !this.dropped.has(oid) && this.#isOwn(definition),
    );
    return [...committed, ...this.created.values()];
  }

  definition(table: StoredTable): TableDefinition {
    return this.altered.get(table.oid)?.definition ?? table.definition;
  }

  allViews(): StoredView[] {
    const committed = [...this.#state.views.values()].filter(
      (view) => !this.droppedViews.has(view.oid) && !this.views.has(view.oid) && this.#isOwn(view),
    );
    return [...committed, ...this.views.values()];
  }

  /** Undefined when it is not there for this transaction. */
  sequence(oid: number): StoredSequence | undefined {
    if (this.droppedSequences.has(oid)) return undefined;
    const sequence = this.sequences.get(oid) ?? this.#state.sequences.get(oid);
    return sequence !== undefined && this.#isOwn(sequence.definition) ? sequence : undefined;
  }

  allSequences(): StoredSequence[] {
    const committed = [...this.#state.sequences.values()].filter(({ definition }) => {
      const { oid } = definition;
      return !this.droppedSequences.has(oid) && !this.sequences.has(oid) && this.#isOwn(definition);
    });
    return [...committed, ...this.sequences.values()];
  }

  /** Errors: 42P07, 3F000. */
  createSequence(definition: Omit<SequenceDefinition, 'oid'>): SequenceDefinition {
    this.#checkName(definition);
    const whole = this.#marked({ ...definition, oid: this.#state.takeOid() });
    const value = { last: whole.start, isCalled: false };
    this.sequences.set(whole.oid, new StoredSequence(this.#state, whole, value));
    this.#giveDefaultAccess('sequence', whole);
    return whole;
  }

  /** Errors: 42P07, 3F000 for a new name. */
  alterSequence(definition: SequenceDefinition, value: SequenceValue | undefined): void {
    const now = must(this.sequence(definition.oid), 'sequence');
    const { schema, name } = now.definition;
    if (schema !== definition.schema || name !== definition.name) this.#checkName(definition);
    const state = value ?? now.value;
    const whole = this.#marked(definition);
    this.sequences.set(definition.oid, new StoredSequence(this.#state, whole, state));
  }

  dropSequence(oid: number): void {
    this.#dropAccess(`sequence ${oid}`);
    this.sequences.delete(oid);
    if (this.#state.sequences.has(oid)) this.droppedSequences.add(oid);
  }

  schemas(): string[] {
    const committed = [...this.#state.schemasOf(this.database)].filter(
      (name) => !this.droppedSchemas.has(name),
    );
    return [...committed, ...this.createdSchemas];
  }

  allRecords(): AccessRecord[] {
    const all = new Map<string, InDatabase<AccessRecord> | undefined>(this.#state.records);
    for (const [key, record] of this.records) all.set(key, record);
    return [...all.values()].filter(
      (record) => record !== undefined && isSeenIn(this.database, record),
    ) as AccessRecord[];
  }

  putRecord(record: AccessRecord): void {
    const isNew = this.record(record) === undefined;
    const whole = isShared(record) ? record : this.#marked(record);
    this.#records.set(recordKey(whole), whole);
    if (!isNew) return;
    if (record.kind === 'type') this.#giveDefaultAccess('type', record);
    if (record.kind === 'routine') this.#giveDefaultAccess('function', record);
  }

  /** Types of temporary schemas go with their session, and so do privileges on what is in them. */
  isTemporaryRecord(record: AccessRecord): boolean {
    if (record.kind === 'type' || record.kind === 'routine') return isTemporary(record.schema);
    if (record.kind === 'trigger' || record.kind === 'policy') {
      return this.table(record.table)?.definition.temporary === true;
    }
    if (record.kind !== 'access') return false;
    const [kind, oid] = record.key.split(' ');
    if (kind === 'sequence') return this.sequence(Number(oid))?.definition.temporary === true;
    if (kind === 'type') {
      const type = this.record({ kind: 'type', key: oid ?? '' });
      return type !== undefined && this.isTemporaryRecord(type);
    }
    if (kind !== 'table') return false;
    const view = this.views.get(Number(oid)) ?? this.#state.views.get(Number(oid));
    if (view !== undefined) return isTemporary(view.schema);
    return this.table(Number(oid))?.definition.temporary === true;
  }

  /** Undefined when it is not there for this transaction. */
  record(name: RecordName): AccessRecord | undefined {
    const key = this.keyOf(name);
    return this.records.has(key) ? this.records.get(key) : this.#state.records.get(key);
  }

  /** ALTER DEFAULT PRIVILEGES: what the owner's new objects are given. */
  #giveDefaultAccess(of: DefaultObjectKind, { oid, owner, schema }: OwnedObject): void {
    const records = this.allRecords();
    if (!records.some(({ kind }) => kind === 'default access')) return;
    const named = records.find((record) => record.kind === 'role' && record.name === owner);
    const role = named?.kind === 'role' ? named.oid : superuserOid;
    const items = itemsOfNew({ role, of, schema }, (key) => this.#defaultAccess(key));
    if (items === undefined) return;
    this.putRecord({ kind: 'access', key: accessKey({ kind: of, id: oid }), items });
  }

  #defaultAccess(key: string): DefaultAccessRecord | undefined {
    const record = this.record({ kind: 'default access', key });
    return record?.kind === 'default access' ? record : undefined;
  }

  dropRecord(record: RecordName): void {
    if (record.kind === 'type') this.#dropAccess(`type ${record.key}`);
    if (record.kind === 'routine') this.#dropAccess(`function ${record.key}`);
    if (record.kind === 'role') this.#dropComments(catalogOids.role, Number(record.key));
    if (record.kind === 'extension') this.#dropExtensionComment(record.key);
    if (record.kind === 'largeobject') {
      this.#dropAccess(`largeobject ${record.key}`);
      this.#dropComments(catalogOids.largeObject, Number(record.key));
    }
    this.#records.set(this.keyOf(record), undefined);
  }

  keyOf(record: RecordName): string {
    return recordKey(isShared(record) ? record : this.#marked(record));
  }

  /** Errors: 42P07, 3F000. */
  createTable(definition: Omit<TableDefinition, 'oid'>): TableDefinition {
    this.#checkName(definition);
    const whole = this.#marked({ ...definition, oid: this.#state.takeOid() });
    this.created.set(whole.oid, this.#state.createTable(whole));
    this.#giveDefaultAccess('table', whole);
    return whole;
  }

  /** Errors: 42P07, 42P01. */
  alterTable(definition: TableDefinition): void {
    const table = this.#tableOf(definition.oid);
    const now = this.definition(table);
    if (now.name !== definition.name || now.schema !== definition.schema) {
      this.#checkName(definition);
    }
    const before = this.altered.get(table.oid)?.before ?? table.definition;
    this.altered.set(table.oid, { definition: this.#marked(definition), before });
    this.#dropColumnAccess(definition);
  }

  /** Errors: 42P01. */
  dropTable(oid: number): void {
    this.#tableOf(oid);
    this.altered.delete(oid);
    this.#dropAccess(`table ${oid}`);
    this.#dropRelationComments(oid);
    if (!this.created.delete(oid)) this.dropped.add(oid);
  }

  #tableOf(oid: number): StoredTable {
    const table = this.table(oid);
    if (table !== undefined) return table;
    throw new SqlError('undefined_table', `relation with OID ${oid} does not exist`);
  }

  createView(view: Omit<StoredView, 'oid'>): StoredView {
    this.#checkName(view);
    const whole = this.#marked({ ...view, oid: this.#state.takeOid() });
    this.views.set(whole.oid, whole);
    this.#giveDefaultAccess('table', whole);
    return whole;
  }

  alterView(view: StoredView): void {
    const now = must(
      this.allViews().find(({ oid }) => oid === view.oid),
      'view',
    );
    if (now.name !== view.name || now.schema !== view.schema) this.#checkName(view);
    this.views.set(view.oid, this.#marked(view));
  }

  dropView(oid: number): void {
    this.#dropAccess(`table ${oid}`);
    this.#dropRelationComments(oid);
    this.views.delete(oid);
    if (this.#state.views.has(oid)) this.droppedViews.add(oid);
  }

  /** Errors: 42P06. */
  createSchema(name: string): void {
    if (
      this.schemas().includes(name) ||
      this.#state.reservedNames.has(schemaKey(this.database, name))
    ) {
      throw new SqlError('duplicate_schema', `schema "${name}" already exists`);
    }
    if (!this.droppedSchemas.delete(name)) this.createdSchemas.add(name);
  }

  /** Errors: 3F000, 2BP01. */
  dropSchema(name: string): void {
    if (!this.schemas().includes(name)) {
      throw new SqlError('invalid_schema_name', `schema "${name}" does not exist`);
    }
    const holds = [...this.tables().map((table) => this.definition(table)), ...this.allViews()];
    if (holds.some(({ schema }) => schema === name)) {
      const words = `cannot drop schema ${name} because other objects depend on it`;
      const hint = 'Use DROP ... CASCADE to drop the dependent objects too.';
      throw new SqlError('dependent_objects_still_exist', words, { hint });
    }
    this.#dropAccess(`schema ${name}`);
    this.#dropDefaultAccess(name);
    this.#dropComments(catalogOids.schema, schemaOid(name));
    if (!this.createdSchemas.delete(name)) this.droppedSchemas.add(name);
  }

  /** All that belongs to this database alone. */
  dropAll(): void {
    for (const { definition } of this.allSequences()) this.dropSequence(definition.oid);
    for (const { oid } of this.allViews()) this.dropView(oid);
    for (const { oid } of this.tables()) this.dropTable(oid);
    for (const name of this.schemas()) this.dropSchema(name);
    for (const record of this.allRecords()) if (!isShared(record)) this.dropRecord(record);
  }

  /** An access list goes with its object. */
  #dropAccess(key: string): void {
    const name = { kind: 'access', key } as const;
    if (this.record(name) !== undefined) this.dropRecord(name);
  }

  /** What was to be given in a schema that is no more. */
  #dropDefaultAccess(schema: string): void {
    for (const record of this.allRecords()) {
      if (record.kind === 'default access' && record.schema === schema) this.dropRecord(record);
    }
  }

  /** Lists of columns that are no more. */
  #dropColumnAccess({ oid, columns }: TableDefinition): void {
    const list = this.allRecords().find(
      (record) => record.kind === 'access' && record.key === `table ${oid}`,
    );
    if (list?.kind !== 'access' || list.columns === undefined) return;
    const names = new Set(columns.map(({ name }) => name));
    const kept = Object.entries(list.columns).filter(([name]) => names.has(name));
    if (kept.length === Object.keys(list.columns).length) return;
    this.putRecord({ ...list, columns: Object.fromEntries(kept) });
  }

  #dropRelationComments(oid: number): void {
    this.#dropComments(catalogOids.class, oid);
    this.#dropComments(catalogOids.type, rowTypeOid(oid));
    this.#dropComments(catalogOids.rule, ruleOid(oid));
  }

  #dropExtensionComment(name: string): void {
    for (const record of this.allRecords()) {
      if (record.kind !== 'extension' || record.key !== name) continue;
      this.#dropComments(catalogOids.extension, record.oid);
    }
  }

  /** Comments on the object and on columns of it. */
  #dropComments(catalog: number, oid: number): void {
    const prefix = `${catalog}.${oid}.`;
    for (const { kind, key } of this.allRecords()) {
      if (kind === 'comment' && key.startsWith(prefix)) this.dropRecord({ kind, key });
    }
  }

  #checkName({ schema, name }: { readonly schema: string; readonly name: string }): void {
    const isSystem = schema === pagesTable.schema && name === pagesTable.name;
    if (!isTemporary(schema) && !isSystem && !this.schemas().includes(schema)) {
      throw new SqlError('invalid_schema_name', `schema "${schema}" does not exist`);
    }
    const own = [
      ...this.tables().map((table) => this.definition(table)),
      ...this.allViews(),
      ...this.allSequences().map(({ definition }) => definition),
    ];
    const isTaken = own.some((each) => each.schema === schema && each.name === name);
    const key = relationKey(this.#marked({ schema, name }));
    if (isTaken || this.#state.reservedNames.has(key)) {
      throw duplicateRelation(name);
    }
  }

  /**
   * Checks what others committed meanwhile and reserves the names. Returns them.
   * Errors: 42P07, 42P06, 40001, XX000.
   */
  reserveNames(): readonly string[] {
    const { tables, reservedNames } = this.#state;
    const schemas = this.#state.schemasOf(this.database);
    for (const oid of this.dropped) {
      const table = tables.get(oid);
      if (table === undefined || table.isDropping) throw concurrentChange();
    }
    for (const [oid, { before }] of this.altered) {
      if (this.created.has(oid)) continue;
      const table = tables.get(oid);
      if (table?.definition !== before || table.isDropping) throw concurrentChange();
    }
    const names = this.#newRelations().map((relation) => {
      if (this.#isCommitted(relation)) throw duplicateRelation(relation.name);
      return relationKey(relation);
    });
    for (const name of this.createdSchemas) {
      if (schemas.has(name)) {
        throw new SqlError('duplicate_schema', `schema "${name}" already exists`);
      }
      names.push(schemaKey(this.database, name));
    }
    if (names.some((name) => reservedNames.has(name))) throw concurrentChange();
    names.push(...this.#records.namesToReserve());
    for (const name of names) reservedNames.add(name);
    return names;
  }

  #newRelations(): NamedRelation[] {
    const renamed = [...this.altered.values()]
      .filter(({ definition }) => !this.created.has(definition.oid))
      .filter(({ definition, before }) => relationKey(definition) !== relationKey(before))
      .map(({ definition }) => definition);
    const created = [...this.created.values()].map((table) => this.definition(table));
    const sequences = [...this.sequences.values()].map(({ definition }) => definition);
    return [...created, ...renamed, ...this.views.values(), ...sequences];
  }

  #isCommitted(relation: NamedRelation): boolean {
    const { tables, views, sequences } = this.#state;
    const key = relationKey(relation);
    const isOther = (each: NamedRelation) => each.oid !== relation.oid && relationKey(each) === key;
    return (
      [...tables.values()].some(({ oid, definition }) => {
        return !this.dropped.has(oid) && !this.altered.has(oid) && isOther(definition);
      }) ||
      [...views.values()].some((view) => {
        return !this.droppedViews.has(view.oid) && !this.views.has(view.oid) && isOther(view);
      }) ||
      [...sequences.values()].some(
        ({ definition }) =>
          !this.droppedSequences.has(definition.oid) &&
          !this.sequences.has(definition.oid) &&
          isOther(definition),
      )
    );
  }
}

interface OwnedObject {
  readonly oid: number;
  readonly owner: string;
  readonly schema: string;
}

function duplicateRelation(name: string): SqlError {
  return new SqlError('duplicate_table', `relation "${name}" already exists`);
}

export function concurrentChange(): SqlError {
  const words = 'could not serialize access due to concurrent change of a table';
  return new SqlError('serialization_failure', words);
}
