/** Relations of pg_catalog that have rows; the others are empty or SQL text over these. */
import { attributeSources } from './attributes.ts';
import { constraintSources } from './constraints.ts';
import { databaseSources } from './databases.ts';
import { descriptionSources } from './descriptions.ts';
import { extensionSources } from './extensions.ts';
import type { FactSource } from './fact-table.ts';
import { defaultAccessSources } from './default-access.ts';
import { dependenceSources } from './dependences.ts';
import { initialAccessSources } from './initial-access.ts';
import { policySources } from './policies.ts';
import { partitionSources } from './partitions.ts';
import { largeObjectSources } from './large-objects.ts';
import { procSources } from './procs.ts';
import { relationSources } from './relations.ts';
import { roleDependenceSources } from './role-dependences.ts';
import { sessionSources } from './session.ts';
import { triggerSources } from './triggers.ts';
import { typeSources } from './types.ts';

export const factSources: readonly FactSource[] = [
  ...relationSources,
  ...attributeSources,
  ...dependenceSources,
  ...initialAccessSources,
  ...constraintSources,
  ...descriptionSources,
  ...typeSources,
  ...procSources,
  ...databaseSources,
  ...roleDependenceSources,
  ...defaultAccessSources,
  ...extensionSources,
  ...sessionSources,
  ...triggerSources,
  ...policySources,
  ...partitionSources,
  ...largeObjectSources,
];
