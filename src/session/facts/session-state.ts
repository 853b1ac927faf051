/** The moment's facts that the system catalog shows to one session. */
import type {
  CatalogState,
  CursorFact,
  SequenceFact,
  SettingFact,
} from '../../catalog/catalog-state.ts';
import type { Sequence, StoredView } from '../../catalog/table.ts';
import { userTypesOf } from '../../catalog/type-records.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { planStatement } from '../../plan/plan-statement.ts';
import { parseSql } from '../../sql/parse.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SettingState } from '../settings/settings.ts';
import { inOwnUnit } from '../settings/setting-value.ts';
import type { Portal } from '../portal/portal.ts';
import { traceRelation } from '../tracing/trace-rows.ts';
import type { SqlSession } from '../sql-session.ts';

export function catalogState(session: SqlSession): CatalogState {
  const { environment, transaction } = session;
  const { store, directory } = environment;
  const writes = transaction.storeTransaction;
  return {
    database: session.start.database,
    databaseId: environment.databaseId,
    firstDatabase: environment.firstDatabase,
    get otherDatabaseBytes() {
      return otherDatabaseBytes(session);
    },
    currentUser: session.roles.currentUser,
    currentRole: session.roles.currentOid,
    searchPath: session.searchPath,
    relationPath: session.relationPath,
    temporarySchema: session.temporarySchema,
    get tables() {
      return store.tables(writes).map((table) => ({
        definition: table.definition,
        get rowCount() {
          return table.statistics().rowCount;
        },
        get byteSize() {
          return Math.round(table.statistics().byteSize ?? 0);
        },
      }));
    },
    get schemas() {
      return store.schemas(writes);
    },
    get views() {
      return store.views(writes);
    },
    get sequences() {
      return store.sequences(writes).map(sequenceFact);
    },
    ...(beingBound.size === 0 ? definitionsOf(session) : {}),
    viewColumns: (view) => view.columns ?? boundColumns(session, view),
    records: store.records(writes),
    superuser: environment.superuser,
    get activity() {
      return directory.activity();
    },
    databaseCounts: directory.counts,
    get settings() {
      return session.settings.states().map(settingFact);
    },
    get prepared() {
      return [...session.statements.values()]
        .filter((prepared) => prepared.name !== '')
        .map((prepared) => ({
          name: prepared.name,
          statement: prepared.sql,
          parameterTypes: prepared.parameterTypes,
        }));
    },
    get cursors() {
      return session.portals.all.map(cursorFact);
    },
    get statistics() {
      return environment.statistics();
    },
    traces: (relation) => traceRelation(session, relation),
  };
}

function otherDatabaseBytes({ environment, roles }: SqlSession): ReadonlyMap<number, number> {
  const others = roles.rights.databases.filter(({ id }) => id !== environment.databaseId);
  return new Map(
    others.map(({ id, oid }) => {
      const tables = environment.store.ofDatabase(id).tables(undefined);
      const bytes = tables.map((table) => table.statistics().byteSize ?? 0);
      return [oid, Math.round(bytes.reduce((sum, each) => sum + each, 0))] as const;
    }),
  );
}

/** Its value is that of the moment when it is asked for. */
function sequenceFact(sequence: Sequence): SequenceFact {
  return {
    definition: sequence.definition,
    get value() {
      return sequence.value;
    },
    get ahead() {
      return sequence.ahead;
    },
  };
}

/** Facts of the definitions that the session sees now, as its role and search path show them. */
function definitionsOf(
  session: SqlSession,
): Required<Pick<CatalogState, 'definitions' | 'definitionsKey'>> {
  const { environment, transaction, roles, start, relationPath, searchPath } = session;
  const { store, definitions } = environment;
  const parts = [
    store.definitionVersion,
    transaction.storeTransaction?.id ?? 0,
    start.database,
    roles.currentUser,
    ...(hasTemporary(session) ? relationPath : searchPath),
  ];
  const definitionsKey = parts.join('\0');
  return { definitions: definitions.factsOf(definitionsKey), definitionsKey };
}

/** Whether the session has temporary relations or types. */
export function hasTemporary({ environment, transaction, temporarySchema }: SqlSession): boolean {
  const { store } = environment;
  const writes = transaction.storeTransaction;
  return (
    store.tables(writes).some(({ definition }) => definition.schema === temporarySchema) ||
    store.sequences(writes).some(({ definition }) => definition.schema === temporarySchema) ||
    store.views(writes).some(({ schema }) => schema === temporarySchema) ||
    userTypesOf(store.records(writes)).some(({ schema }) => schema === temporarySchema)
  );
}

function cursorFact({ name, prepared, cursor, createdMicros }: Portal): CursorFact {
  return {
    name,
    statement: prepared.sql,
    isHoldable: cursor?.holds === true,
    isBinary: cursor?.isBinary === true,
    scrolls: cursor?.scrolls === true,
    createdMicros,
  };
}

const beingBound = new Set<number>();

/** Binding a view over pg_class asks for the columns of all views: its own are not known then. */
function boundColumns(session: SqlSession, view: StoredView): ReturnType<typeof viewColumns> {
  if (beingBound.has(view.oid)) return [];
  beingBound.add(view.oid);
  try {
    return viewColumns(session, view);
  } finally {
    beingBound.delete(view.oid);
  }
}

/** A view over a table that is gone or changed has no columns: SQLSTATE classes 42 and 0A. */
export function viewColumns(
  session: SqlSession,
  view: StoredView,
): readonly { readonly name: string; readonly type: SqlType }[] {
  const [statement] = parseSql(view.sql);
  if (statement === undefined) return [];
  try {
    const planned = planStatement(statement.node, session.plannerOptions(statement));
    return planned.fields.map(({ name, type }, i) => {
      return { name: view.columns?.[i]?.name ?? name, type };
    });
  } catch (error) {
    if (error instanceof SqlError) return [];
    throw error;
  }
}

function settingFact({ definition, value, resetValue, source }: SettingState): SettingFact {
  const { kind } = definition;
  return {
    name: definition.name,
    value: inOwnUnit(kind, value),
    type: kind.type === 'text' ? 'string' : kind.type,
    description: definition.description,
    resetValue: inOwnUnit(kind, resetValue),
    source,
    bootValue: inOwnUnit(kind, definition.initial),
    unit: kind.type === 'integer' ? kind.unit : undefined,
    ...(kind.type === 'integer' || kind.type === 'real'
      ? { min: String(kind.min), max: String(kind.max) }
      : {}),
    fixed: definition.fixed === true,
    enumValues: kind.type === 'enum' ? kind.values : undefined,
  };
}
