/** Every view of the system that is SQL text. */
import { catalogViews } from './catalog-views.ts';
import { constraintViews } from './information-constraints.ts';
import { triggerViews } from './information-triggers.ts';
import { routineViews } from './information-routines.ts';
import { grantViews } from './information-grants.ts';
import { tableViews } from './information-tables.ts';
import { informationView } from './information-view.ts';
import type { SystemView } from './view-text.ts';

export const systemViews: readonly SystemView[] = [
  ...catalogViews,
  ...[...tableViews, ...constraintViews, ...routineViews, ...grantViews, ...triggerViews].map(
    informationView,
  ),
];
