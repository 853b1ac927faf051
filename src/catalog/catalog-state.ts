/**
 * What the system catalog is made from: the facts of one moment. pg_catalog and
 * information_schema are SQL text over fact tables, and every fact table is a function of this.
 */
import type { AccessRecord } from './access-records.ts';
import type { RightsScope } from './access-rights.ts';
import type { DatabaseId } from './databases.ts';
import { printedTexts, type PrintedTexts } from './printed-texts.ts';
import type { DefinitionFacts, KeptDefinitions } from './system/definition-facts.ts';
import type { SequenceDefinition, SequenceValue, StoredView, TableDefinition } from './table.ts';
import type { FactRows, FactTable, ViewDefinition } from '../plan/planner.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';

/** One row of pg_stat_activity. */
export interface ActivityFact {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly clientAddress: string;
  /** -1 for one without: a socket of the file system. */
  readonly clientPort: number;
  readonly state: 'active' | 'idle' | 'idle in transaction' | 'idle in transaction (aborted)';
  readonly backendStartMicros: bigint;
  readonly queryStartMicros: bigint | undefined;
  /** The kind of lock that it waits for, as pg_stat_activity.wait_event names it. */
  readonly lockWait: 'relation' | 'transactionid' | 'advisory' | undefined;
  readonly transactionStartMicros: bigint | undefined;
  /** The current or last statement's text; only its own user and superusers see it. */
  readonly query: string;
}

/** Some columns of a row of pg_stat_database. */
export interface DatabaseCountsFact {
  readonly committed: number;
  readonly rolledBack: number;
  readonly sessions: number;
}

export interface SettingFact {
  readonly name: string;
  readonly value: string;
  readonly type: 'bool' | 'integer' | 'real' | 'string' | 'enum';
  readonly description: string;
  readonly resetValue: string;
  /** As pg_settings.source. */
  readonly source: string;
  readonly bootValue: string;
  readonly unit: string | undefined;
  /** Smallest and largest value of a number. */
  readonly min?: string;
  readonly max?: string;
  /** Cannot be changed by SET. */
  readonly fixed?: boolean;
  readonly enumValues: readonly string[] | undefined;
}

export interface PreparedFact {
  readonly name: string;
  readonly statement: string;
  readonly parameterTypes: readonly SqlType[];
}

/** One row of pg_cursors. */
export interface CursorFact {
  readonly name: string;
  readonly statement: string;
  readonly isHoldable: boolean;
  readonly isBinary: boolean;
  readonly scrolls: boolean;
  readonly createdMicros: bigint;
}

export interface ViewColumn {
  readonly name: string;
  readonly type: SqlType;
}

export interface SequenceFact {
  readonly definition: SequenceDefinition;
  readonly value: SequenceValue;
  /** Values that a restart would pass over. */
  readonly ahead: number;
}

export interface CatalogState extends RightsScope {
  readonly database: string;
  /** Stored bytes of the other databases, by OID. */
  readonly otherDatabaseBytes?: ReadonlyMap<number, number>;
  readonly currentUser: string;
  /** OID of the current user. */
  readonly currentRole: number;
  readonly searchPath: readonly string[];
  /** The same for relations and types, with the temporary schema; absent: that is first. */
  readonly relationPath?: readonly string[];
  /** User tables with their live rows and stored bytes. */
  readonly tables: readonly {
    readonly definition: TableDefinition;
    readonly rowCount: number;
    readonly byteSize: number;
  }[];
  readonly schemas: readonly string[];
  readonly views: readonly StoredView[];
  readonly sequences: readonly SequenceFact[];
  /** A view's columns follow from its text; empty when the text is no longer valid. */
  viewColumns(view: StoredView): readonly ViewColumn[];
  /** The session's own schema of temporary tables. */
  readonly temporarySchema?: string;
  /** Roles, memberships and access lists. */
  readonly records: readonly AccessRecord[];
  readonly activity: readonly ActivityFact[];
  /** What sessions did since the server started. */
  readonly databaseCounts?: ReadonlyMap<DatabaseId, DatabaseCountsFact>;
  readonly settings: readonly SettingFact[];
  readonly prepared: readonly PreparedFact[];
  readonly cursors?: readonly CursorFact[];
  /** Server counters for timefusion_stats: component, key, value. */
  readonly statistics: readonly (readonly [string, string, string])[];
  /** A relation of schema `trace`, looked at when it is asked for. */
  readonly traces?: (relation: string) => TraceRelation;
  /** Facts of these definitions that were made before, and that others may need. */
  readonly definitions?: DefinitionFacts;
  /** What decides on these facts; absent with them. */
  readonly definitionsKey?: string;
  /** In state that was sent to another thread. */
  readonly printed?: PrintedTexts;
}

export type TraceRow = Readonly<Record<string, Datum | null>>;

/** Spans are bytes until somebody reads their rows, and that takes long: as plain data. */
export interface SentSpans {
  readonly bytes: Uint8Array;
  /** The spans of each query, the oldest first; `skip` of them are not shown. */
  readonly queries: readonly {
    readonly queryId: string;
    readonly from: number;
    readonly to: number;
    readonly skip: number;
  }[];
  readonly spanCount: number;
}

/** What a relation of schema `trace` holds. */
export type TraceRelation =
  | { readonly kind: 'rows'; readonly rows: readonly TraceRow[] }
  | { readonly kind: 'spans'; readonly spans: SentSpans };

/** Rows of spans: the catalog knows nothing of how they are kept. */
export type ReadSpans = (spans: SentSpans) => readonly TraceRow[];

/** The system catalog over one moment's state. */
export interface SystemCatalog {
  /** Schema undefined: pg_catalog is searched (information_schema only by name). */
  findView(schema: string | undefined, name: string): ViewDefinition | undefined;
  findFacts(schema: string | undefined, name: string): FactTable | undefined;
  /** OID behind a name for ::regclass and friends, quoted names and schemas understood. */
  resolveName(
    kind: 'regclass' | 'regtype' | 'regproc' | 'regnamespace' | 'regrole',
    name: string,
  ): number | undefined;
  /** CatalogLookup.find for functions; see functions/system/catalog-facts.ts for the keys. */
  find(fact: string, key: string): string | undefined;
  /** Rows of a relation: those that never change, and those of the moment. */
  factParts(schema: string, name: string): readonly FactRows[];
  /** What another thread makes the same catalog from, with rows of these relations of `trace`. */
  sent(traceRelations: readonly string[]): SentCatalogState;
}

/** The state as plain data. */
export interface SentCatalogState {
  readonly state: Omit<CatalogState, 'viewColumns' | 'traces' | 'definitions'>;
  readonly traces: ReadonlyMap<string, TraceRelation>;
  readonly viewColumns: ReadonlyMap<number, readonly ViewColumn[]>;
  readonly printed: PrintedTexts;
  /** What facts that are made from the state depend on; undefined: they are not to be kept. */
  readonly key: string | undefined;
}

const noTraces: TraceRelation = { kind: 'rows', rows: [] };

export function sentState(full: CatalogState, traceRelations: readonly string[]): SentCatalogState {
  const { viewColumns: _, traces, definitions: _kept, ...state } = full;
  return {
    state,
    traces: new Map(traceRelations.map((name) => [name, traces?.(name) ?? noTraces])),
    viewColumns: new Map(full.views.map((view) => [view.oid, full.viewColumns(view)])),
    printed: printedTexts(full),
    key: stateKey(full),
  };
}

/** Relations of a state that was sent have the sizes and values of that moment. */
function stateKey({ definitionsKey, tables, sequences }: CatalogState): string | undefined {
  if (definitionsKey === undefined) return undefined;
  const sizes = tables.map(({ rowCount, byteSize }) => `${rowCount} ${byteSize}`);
  const values = sequences.map(({ value, ahead }) => `${value.last} ${value.isCalled} ${ahead}`);
  return [definitionsKey, ...sizes, ...values].join('\0');
}

/** `kept`: facts that the thread made from states before. */
export function receivedState(sent: SentCatalogState, kept?: KeptDefinitions): CatalogState {
  const { state, viewColumns, traces, printed, key } = sent;
  const definitions = key === undefined ? undefined : kept?.factsOf(key);
  return {
    ...state,
    ...(definitions === undefined ? {} : { definitions }),
    printed,
    viewColumns: ({ oid }) => viewColumns.get(oid) ?? [],
    traces: (name) => traces.get(name) ?? noTraces,
  };
}
