/** What all sessions of a database share: composed in database.ts; for others, in databases.ts. */
import type { RightsScope } from '../catalog/access-rights.ts';
import type { SystemCatalog, CatalogState } from '../catalog/catalog-state.ts';
import type { KeptDefinitions } from '../catalog/system/definition-facts.ts';
import type { Store } from '../catalog/table.ts';
import type { Executor } from '../exec/execution.ts';
import type { Tracer } from '../trace/query-trace.ts';
import type { SharedPlans } from './statement/shared-plans.ts';
import type { StatementShapes } from './statement/statement-shapes.ts';
import type { SessionDirectory } from './session-directory.ts';

export interface SessionEnvironment extends RightsScope {
  readonly store: Store;
  readonly executor: Executor;
  readonly tracer: Tracer;
  readonly directory: SessionDirectory;
  readonly createSystemCatalog: (state: CatalogState) => SystemCatalog;
  readonly definitions: KeptDefinitions;
  readonly plans: SharedPlans;
  readonly shapes: StatementShapes;
  /** Server counters for timefusion_stats. */
  readonly statistics: () => readonly (readonly [string, string, string])[];
  /** Its name. */
  readonly database: string;
  readonly serverVersion: string;
  /** When the server started, since 1970. */
  readonly startedMicros: bigint;
  readonly workers: number;
  readonly queryMemoryBytesMax: number;
  /** Reads again the settings that may change while the server runs. */
  readonly reloadSettings: () => void;
  /** PGWIRE_PASSWORD sets the superuser's password: no statement does. */
  readonly hasOwnPassword: boolean;
}
