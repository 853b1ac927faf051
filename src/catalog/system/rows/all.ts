/** Relations of pg_catalog that have rows; the others are empty or SQL text over these. */
import { constraintSources } from './constraints.ts';
import { databaseSources } from './databases.ts';
import { descriptionSources } from './descriptions.ts';
import type { FactSource } from './fact-table.ts';
import { procSources } from './procs.ts';
import { relationSources } from './relations.ts';
import { sessionSources } from './session.ts';
import { typeSources } from './types.ts';

export const factSources: readonly FactSource[] = [
  ...relationSources,
  ...constraintSources,
  ...descriptionSources,
  ...typeSources,
  ...procSources,
  ...databaseSources,
  ...sessionSources,
];
