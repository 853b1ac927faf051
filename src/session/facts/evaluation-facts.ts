/** What functions may know of the session: sent along with every query. */
import { SqlError } from '../../errors/sql-error.ts';
import type { SentCatalogState, SystemCatalog } from '../../catalog/catalog-state.ts';
import type { QueryCatalog, QueryRequest } from '../../exec/execution.ts';
import type { FactRows } from '../../plan/planner.ts';
import { defaultFormats, type FormatSettings } from '../../types/format-settings.ts';
import { reloadSettings, signalSession } from './activity.ts';
import { applySetting } from '../settings/apply-setting.ts';
import { shownPathOf } from '../settings/search-path.ts';
import type { Settings } from '../settings/settings.ts';
import { resetStatements } from './statement-rows.ts';
import { triggerDepth } from '../routines/running-function.ts';
import { sequenceEffects } from './sequence-effects.ts';
import type { SqlSession } from '../sql-session.ts';

export function sessionFormats(session: SqlSession): FormatSettings {
  const { dateStyle, intervalStyle, timeZone, byteaOutput, extraFloatDigits } =
    session.settings.derived(formatSettings);
  return {
    dateStyle,
    intervalStyle,
    timeZone,
    byteaOutput,
    extraFloatDigits,
    nowMicros: session.transaction.startMicros,
    lookup: lazyLookup(session),
  };
}

function formatSettings(settings: Settings): FormatSettings {
  const { extraFloatDigits, ...texts } = settings.derived(formatTexts);
  return { ...defaultFormats, ...texts, extraFloatDigits: Number(extraFloatDigits) };
}

/** The settings of FormatSettings as text. */
function formatTexts(settings: Settings): Readonly<Record<FormatName, string>> {
  return {
    dateStyle: settings.get('DateStyle'),
    intervalStyle: settings.get('IntervalStyle'),
    timeZone: settings.get('TimeZone'),
    byteaOutput: settings.get('bytea_output'),
    extraFloatDigits: settings.get('extra_float_digits'),
  };
}

type FormatName = 'dateStyle' | 'intervalStyle' | 'timeZone' | 'byteaOutput' | 'extraFloatDigits';

function lazyLookup(session: SqlSession): (fact: string, key: string) => string | undefined {
  let facts: SessionFacts | undefined;
  return (fact, key) => (facts ??= new SessionFacts(session)).find(fact, key);
}

/** The system catalog of the moment when it is first asked. */
class SessionFacts implements QueryCatalog {
  readonly #session: SqlSession;
  #system: SystemCatalog | undefined;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  get #catalog(): SystemCatalog {
    this.#system ??= this.#session.catalog().system;
    return this.#system;
  }

  find(fact: string, key: string): string | undefined {
    return this.#catalog.find(fact, key);
  }

  factParts(schema: string, name: string): readonly FactRows[] {
    return this.#catalog.factParts(schema, name);
  }

  sent(traceRelations: readonly string[]): SentCatalogState {
    return this.#catalog.sent(traceRelations);
  }
}

const systemSchemas = new Set(['pg_catalog', 'information_schema']);

function settingFacts(settings: Settings): Readonly<Record<string, string>> {
  return settings.facts();
}

/** The search path as current_schemas shows it: schemas that there are. */
function existingSchemas(session: SqlSession): readonly string[] {
  const { environment, transaction, temporarySchema } = session;
  const known = environment.store.schemas(transaction.storeTransaction);
  return shownPathOf(session)
    .map((name) => (name === 'pg_temp' ? temporarySchema : name))
    .filter((name) => {
      return known.includes(name) || systemSchemas.has(name) || name === temporarySchema;
    });
}

/**
 * `session` holds `user`, `database`, `pid`, … and, as its prototype made once per change, every
 * setting under its lower-case name with the prefix `setting.`; `formats` holds the settings of FormatSettings as text.
 */
export function evaluationFacts(session: SqlSession): QueryRequest['evaluation'] {
  const { settings, transaction } = session;
  let facts: Readonly<Record<string, string>> | undefined;
  return {
    timeZone: settings.get('TimeZone'),
    transactionMicros: transaction.startMicros,
    statementMicros: later(session.statementMicros, transaction.startMicros),
    /** Rows of literals are encoded without. */
    get session() {
      return (facts ??= sessionFacts(session));
    },
    formats: settings.derived(formatTexts),
    catalog: new SessionFacts(session),
    effects: {
      signalBackend: (pid, action) => signalSession(session, pid, action),
      resetStatements: (...wanted) => resetStatements(session, ...wanted),
      reloadSettings: () => reloadSettings(session),
      setConfig: (name, value, isLocal) => {
        applySetting(session, name, value ?? undefined, isLocal);
        return settings.get(name);
      },
      sequences: sequenceEffects(session),
      exportSnapshot: () => exportSnapshot(session),
      notify: (channel, payload) =>
        session.transaction.channels.add({ kind: 'notify', channel, payload }),
    },
  };
}

function exportSnapshot({ transaction }: SqlSession): string {
  if (!transaction.inSavepoint) return transaction.forWriting().exportSnapshot();
  const message = 'cannot export a snapshot from a subtransaction';
  throw new SqlError('active_sql_transaction', message);
}

function sessionFacts(session: SqlSession): Readonly<Record<string, string>> {
  const { environment, settings, start, roles } = session;
  const path = existingSchemas(session);
  const own: Record<string, string> = {
    'setting.trace.last_trace_id': settings.get('trace.last_trace_id'),
    user: roles.currentUser,
    sessionUser: roles.sessionUser,
    database: start.database,
    listening: JSON.stringify([...session.channels]),
    schema: path[0] ?? '',
    searchPath: path.join('\0'),
    pid: String(session.processId),
    clientAddress: start.clientAddress,
    clientPort: String(start.clientPort ?? ''),
    serverAddress: start.serverAddress ?? '',
    serverPort: String(start.serverPort ?? ''),
    serverVersion: settings.get('server_version'),
    startedMicros: String(environment.startedMicros),
    logPosition: String(environment.store.logPosition),
    traceId: session.cycle.current?.traceId ?? '',
    spanId: session.cycle.current?.spanId ?? '',
    triggerDepth: String(triggerDepth(session)),
  };
  const shared = settings.derived(settingFacts);
  return Object.assign(Object.create(shared) as Record<string, string>, own);
}

/** The transaction may have been opened a moment after its first statement was received. */
function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
