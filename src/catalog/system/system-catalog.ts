/** The system catalog over one moment's state. */
import type { CatalogState, SystemCatalog } from '../catalog-state.ts';

export function createSystemCatalog(_state: CatalogState): SystemCatalog {
  return {
    findView: () => undefined,
    findFacts: () => undefined,
    resolveName: () => undefined,
    find: () => undefined,
    factsFor: () => ({}),
  };
}
