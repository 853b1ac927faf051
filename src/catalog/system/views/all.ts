/** Every view of the system that is SQL text. */
import { catalogViews } from './catalog-views.ts';
import type { SystemView } from './view-text.ts';

export const systemViews: readonly SystemView[] = [...catalogViews];
