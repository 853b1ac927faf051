/**
 * What names mean for one statement: stored tables of the search path, users' views, and the
 * system catalog, which is made only when a name asks for it.
 */
import type { BuiltInCall } from '../../plan/planner.ts';
import { hasTransitions, triggerOid, triggersOf } from '../../catalog/trigger-records.ts';
import type { PolicyRecord } from '../../catalog/policy-records.ts';
import { castsOf, type CastDefinition, type UserCast } from '../../catalog/cast-records.ts';
import type { CatalogState, SystemCatalog } from '../../catalog/catalog-state.ts';
import { isSystemRelation } from '../../catalog/system/system-catalog.ts';
import { isOfStatements } from '../../catalog/system/trace-relations.ts';
import type {
  SequenceDefinition,
  Store,
  StoredView,
  StoreTransaction,
  Table,
  TableDefinition,
} from '../../catalog/table.ts';
import {
  arraySqlTypeOf,
  arrayTypeName,
  isDomainRecord,
  sqlTypeOf,
  userTypesOf,
  type UserTypeRecord,
} from '../../catalog/type-records.ts';
import {
  routinesOf,
  sameIdentity,
  type Routine,
  type RoutineRecord,
} from '../../catalog/routine-records.ts';
import { arrayTypeOid, rowTypeOid } from '../../catalog/system/object-ids.ts';
import { rowSqlType, type RowRelation } from '../../catalog/system/row-types.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { pagesTable } from '../../catalog/large-object-records.ts';
import { internalRoutines } from '../large-objects/functions.ts';
import { findTypeByOid, sqlType, typeRecord } from '../../types/type-table.ts';
import type { DomainRules, FactTable, PlannerCatalog, ViewDefinition } from '../../plan/planner.ts';

export interface NameSources {
  readonly store: Store;
  readonly transaction: StoreTransaction | undefined;
  readonly searchPath: readonly string[];
  readonly relationPath: readonly string[];
  /** The session's own schema of temporary tables. */
  readonly temporarySchema: string;
  readonly state: () => CatalogState;
  readonly createSystemCatalog: (state: CatalogState) => SystemCatalog;
  /** Absent: the session itself asks, whom no policy rules. */
  readonly policiesFor?: PlannerCatalog['policiesFor'];
}

function routinesByName(
  all: readonly RoutineRecord[],
): ReadonlyMap<string, readonly RoutineRecord[]> {
  const byName = new Map<string, RoutineRecord[]>();
  for (const routine of all) {
    const same = byName.get(routine.name);
    if (same === undefined) byName.set(routine.name, [routine]);
    else same.push(routine);
  }
  return byName;
}

/** A table or a view; one whose columns are not kept has no row type here. */
type Relation = Omit<RowRelation, 'columns'> & Partial<Pick<RowRelation, 'columns'>>;

function arrayOver(type: SqlType | undefined): SqlType | undefined {
  return type && { name: `_${type.name}` as SqlType['name'], typmod: -1 };
}

const sequenceColumns: FactTable['columns'] = [
  { name: 'last_value', type: { name: 'int8', typmod: -1 } },
  { name: 'log_cnt', type: { name: 'int8', typmod: -1 } },
  { name: 'is_called', type: { name: 'bool', typmod: -1 } },
];

/** A sequence is a relation of one row: its state. */
function sequenceRow({ oid, schema, name }: SequenceDefinition): FactTable {
  return { oid, schema, name, columns: sequenceColumns, rowCount: () => 1 };
}

const systemSchemas = new Set(['pg_catalog', 'information_schema', 'pg_toast']);

export class SessionCatalog implements PlannerCatalog {
  readonly #sources: NameSources;
  #system: SystemCatalog | undefined;
  #types: readonly UserTypeRecord[] | undefined;
  #routines: ReadonlyMap<string, readonly RoutineRecord[]> | undefined;
  #casts: readonly CastDefinition[] | undefined;
  readonly #rowTypes = new Map<Relation, SqlType>();
  /** Users' functions that calls meant, those in views and bodies among them. */
  readonly usedRoutines = new Map<number, RoutineRecord>();
  /** Those that the statement itself names. */
  readonly namedRoutines = new Set<number>();
  /** Calls of other functions than users'. */
  readonly builtInCalls: BuiltInCall[] = [];
  /** The session's own question: it may write tables of the system. */
  isInternal = false;
  /** Stored tables that were found. */
  readonly foundTables = new Map<number, Table>();

  constructor(sources: NameSources) {
    this.#sources = sources;
  }

  get searchPath(): readonly string[] {
    return this.#sources.searchPath;
  }

  get system(): SystemCatalog {
    this.#system ??= this.#sources.createSystemCatalog(this.#sources.state());
    return this.#system;
  }

  findSystemTable(schema: string | undefined, name: string): Table | undefined {
    const isPages = name === pagesTable.name && (schema ?? pagesTable.schema) === pagesTable.schema;
    const { store, transaction } = this.#sources;
    const table = isPages ? store.largeObjectPages(transaction) : undefined;
    if (table !== undefined) this.foundTables.set(table.definition.oid, table);
    return table;
  }

  findTable(schema: string | undefined, name: string): Table | undefined {
    const table = this.#findTable(schema, name);
    if (table !== undefined) this.foundTables.set(table.definition.oid, table);
    return table;
  }

  #findTable(schema: string | undefined, name: string): Table | undefined {
    const { store, transaction, relationPath, temporarySchema } = this.#sources;
    const stored = schema === 'pg_temp' ? temporarySchema : schema;
    if (this.isInternal && schema === pagesTable.schema) return this.findSystemTable(schema, name);
    if (stored !== undefined) return store.findTable(stored, name, transaction);
    for (const candidate of relationPath) {
      const table = store.findTable(candidate, name, transaction);
      if (table !== undefined) return table;
    }
    return undefined;
  }

  policiesFor(
    table: TableDefinition,
    reader: string | undefined,
  ): readonly PolicyRecord[] | undefined {
    return this.#sources.policiesFor?.(table, reader);
  }

  findView(schema: string | undefined, name: string): ViewDefinition | undefined {
    const own = this.findUserView(schema, name);
    if (own !== undefined) return own;
    if (!isSystemRelation(schema, name)) return undefined;
    if (schema !== undefined && !this.#isSystem(schema)) return undefined;
    return this.system.findView(schema, name);
  }

  findUserView(schema: string | undefined, name: string): StoredView | undefined {
    const views = this.#sources.store.views(this.#sources.transaction);
    const { relationPath, temporarySchema } = this.#sources;
    const stored = schema === 'pg_temp' ? temporarySchema : schema;
    const schemas = stored === undefined ? relationPath : [stored];
    for (const candidate of schemas) {
      const view = views.find((each) => each.schema === candidate && each.name === name);
      if (view !== undefined) return view;
    }
    return undefined;
  }

  findFacts(schema: string | undefined, name: string): FactTable | undefined {
    const sequence = this.findSequence(schema, name);
    if (sequence !== undefined) return sequenceRow(sequence);
    if (schema === 'public' && isOfStatements(name)) return this.system.findFacts(undefined, name);
    if (!isSystemRelation(schema, name)) return undefined;
    if (schema !== undefined && !this.#isSystem(schema)) return undefined;
    return this.system.findFacts(schema, name);
  }

  findSequence(schema: string | undefined, name: string): SequenceDefinition | undefined {
    const { store, transaction, relationPath, temporarySchema } = this.#sources;
    const sequences = store.sequences(transaction);
    if (sequences.length === 0) return undefined;
    const stored = schema === 'pg_temp' ? temporarySchema : schema;
    const schemas = stored === undefined ? relationPath : [stored];
    for (const candidate of schemas) {
      const found = sequences.find(({ definition }) => {
        return definition.schema === candidate && definition.name === name;
      });
      if (found !== undefined) return found.definition;
    }
    return undefined;
  }

  /**
   * Keys that others reference, and for an update the table's own foreign keys; all where a row's
   * triggers see it.
   */
  watchedColumns(table: TableDefinition, operation: 'update' | 'delete'): readonly number[] {
    const { store, transaction } = this.#sources;
    const watched = new Set<number>();
    const hasTriggers = triggersOf(store.records(transaction)).some((trigger) => {
      return trigger.table === table.oid && (trigger.level === 'row' || hasTransitions(trigger));
    });
    if (hasTriggers) return table.columns.map((_column, position) => position);
    const leaves = store.tableByOid(table.oid, transaction)?.leaves ?? [];
    const own = new Set([table.oid, ...leaves.map(({ definition }) => definition.oid)]);
    for (const { definition } of store.tables(transaction)) {
      for (const { references, columns } of definition.constraints) {
        if (references === undefined) continue;
        if (references.table === table.oid) {
          for (const name of references.columns) {
            watched.add(table.columns.findIndex((column) => column.name === name));
          }
        }
        if (operation !== 'update' || !own.has(definition.oid)) continue;
        for (const position of columns) watched.add(position);
      }
    }
    return [...watched];
  }

  /** A user's type or a relation's row type, or the array type over one by its own name. */
  findType(schema: string | undefined, name: string): SqlType | undefined {
    const { relationPath, temporarySchema } = this.#sources;
    const types = this.#userTypes();
    const stored = schema === 'pg_temp' ? temporarySchema : schema;
    const schemas = stored === undefined ? relationPath : [stored];
    for (const candidate of schemas) {
      for (const record of types) {
        if (record.schema !== candidate) continue;
        if (record.name === name) return sqlTypeOf(record);
        if (arrayTypeName(record.name) === name) return arraySqlTypeOf(record);
      }
      const rows = this.#rowTypeNamed(candidate, name);
      if (rows !== undefined) return rows;
    }
    return undefined;
  }

  #rowTypeNamed(schema: string, name: string): SqlType | undefined {
    const named = this.#relations().filter((each) => each.schema === schema);
    const relation = named.find((each) => each.name === name);
    if (relation !== undefined) return this.#rowType(relation);
    const element = named.find((each) => arrayTypeName(each.name) === name);
    return element && arrayOver(this.#rowType(element));
  }

  #relations(): readonly Relation[] {
    const { store, transaction } = this.#sources;
    const tables = store.tables(transaction).map(({ definition }) => definition);
    return [...tables, ...store.views(transaction)];
  }

  rowTypeOf(relation: number): SqlType | undefined {
    const found = this.#relations().find(({ oid }) => oid === relation);
    return found && this.#rowType(found);
  }

  #rowType(relation: Relation): SqlType | undefined {
    const { columns } = relation;
    const known = this.#rowTypes.get(relation);
    if (known !== undefined || columns === undefined) return known;
    const type = rowSqlType({ ...relation, columns });
    this.#rowTypes.set(relation, type);
    return type;
  }

  #userTypes(): readonly UserTypeRecord[] {
    const { store, transaction } = this.#sources;
    this.#types ??= userTypesOf(store.records(transaction));
    return this.#types;
  }

  findRoutines(schema: string | undefined, name: string): readonly Routine[] {
    const isSystem = schema === undefined || schema === 'pg_catalog';
    const internal = isSystem ? internalRoutines(name) : [];
    if (schema === 'pg_catalog') return internal;
    const all = this.#routinesNamed(name);
    if (all.length === 0) return internal;
    const own = schema === 'pg_temp' ? this.#sources.temporarySchema : schema;
    const schemas = own === undefined ? this.searchPath : [own];
    const found: RoutineRecord[] = [];
    for (const candidate of schemas) {
      for (const record of all) {
        const isHidden = found.some((each) => sameIdentity(each, record));
        if (record.schema === candidate && !isHidden) found.push(record);
      }
    }
    return [...internal, ...found.flatMap((record) => this.routineOf(record) ?? [])];
  }

  #routinesNamed(name: string): readonly RoutineRecord[] {
    const { store, transaction } = this.#sources;
    this.#routines ??= routinesByName(routinesOf(store.records(transaction)));
    return this.#routines.get(name) ?? [];
  }

  useBuiltIn(call: BuiltInCall): void {
    this.builtInCalls.push(call);
  }

  useRoutine({ record }: Routine, isNamed: boolean): void {
    if (isNamed) this.namedRoutines.add(record.oid);
    this.usedRoutines.set(record.oid, record);
  }

  findCast(from: SqlType, to: SqlType): UserCast | undefined {
    const { store, transaction } = this.#sources;
    this.#casts ??= castsOf(store.records(transaction));
    if (this.#casts.length === 0) return undefined;
    const [source, target] = [from, to].map(({ name, domain }) => domain ?? typeRecord(name).oid);
    const found = this.#casts.find((each) => each.source === source && each.target === target);
    if (found === undefined) return undefined;
    const { use, routine: oid } = found;
    if (oid === undefined) return { use, routine: undefined };
    const record = routinesOf(store.records(transaction)).find((each) => each.oid === oid);
    const routine = record && this.routineOf(record);
    return routine && { use, routine };
  }

  /** The routine with its types; undefined: one of them is not known here. */
  routineOf(record: RoutineRecord): Routine | undefined {
    // Nothing is of type trigger: whoever calls such a function is told so.
    const result = record.result === triggerOid ? sqlType('void') : this.typeByOid(record.result);
    const parameters = record.parameters.flatMap((parameter) => {
      const type = this.typeByOid(parameter.type);
      return type === undefined ? [] : [{ ...parameter, type }];
    });
    const isKnown = parameters.length === record.parameters.length;
    return result === undefined || !isKnown ? undefined : { record, parameters, result };
  }

  /** A type by its OID: PostgreSQL's, a user's, or the row type of a relation. */
  typeByOid(oid: number): SqlType | undefined {
    const known = findTypeByOid(oid);
    if (known !== undefined) return sqlType(known.name);
    const made = this.#userTypes().find((each) => each.oid === oid || each.arrayOid === oid);
    if (made !== undefined) return made.oid === oid ? sqlTypeOf(made) : arraySqlTypeOf(made);
    const relation = this.#relations().find((each) => {
      return rowTypeOid(each.oid) === oid || arrayTypeOid(each.oid) === oid;
    });
    const row = relation && this.#rowType(relation);
    return relation === undefined || rowTypeOid(relation.oid) === oid ? row : arrayOver(row);
  }

  findDomain(oid: number): DomainRules | undefined {
    const record = this.#userTypes().find((each) => each.oid === oid);
    if (record === undefined || !isDomainRecord(record)) return undefined;
    const { schema, name, base, notNull, checks, defaultSql } = record;
    const below = base.domain === undefined ? undefined : this.findDomain(base.domain);
    const own = checks
      .map((check) => ({ name: check.name, sql: check.sql, of: base }))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    return {
      ...{ schema, name, base },
      notNull: notNull || below?.notNull === true,
      checks: [...(below?.checks ?? []), ...own],
      defaultSql,
    };
  }

  #isSystem(schema: string): boolean {
    return (
      systemSchemas.has(schema) ||
      !this.#sources.store.schemas(this.#sources.transaction).includes(schema)
    );
  }

  resolveName(
    kind: 'regclass' | 'regtype' | 'regproc' | 'regnamespace' | 'regrole',
    name: string,
  ): number | undefined {
    return this.system.resolveName(kind, name);
  }
}
