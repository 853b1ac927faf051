/**
 * What the catalog makes out of definitions alone: kept from statement to statement, for all
 * sessions that see the same ones.
 */
import type { AccessRights } from '../access-rights.ts';
import type { FactRows } from '../../plan/planner.ts';
import type { SchemaFact } from './moment.ts';
import type { SystemRelation } from './system-relations.ts';
import type { UserIndex, UserRelation } from './user-relations.ts';
import type { UserProc } from './user-procs.ts';
import type { UserTypeFact } from './user-type-facts.ts';

/** Rows of the moment, and what else than definitions they were made from. */
export interface KeptRows {
  readonly version: string;
  readonly rows: FactRows;
}

/** Filled piece by piece, when a row is asked for. */
export class DefinitionFacts {
  access: AccessRights | undefined;
  relations: readonly UserRelation[] | undefined;
  relationsByOid: ReadonlyMap<number, UserRelation> | undefined;
  relationsByName: ReadonlyMap<string, UserRelation> | undefined;
  indexes: ReadonlyMap<number, UserIndex> | undefined;
  children: ReadonlyMap<number, readonly UserRelation[]> | undefined;
  schemas: readonly SchemaFact[] | undefined;
  types: readonly UserTypeFact[] | undefined;
  procs: readonly UserProc[] | undefined;
  comments: ReadonlyMap<string, string | undefined> | undefined;
  readonly rows = new Map<SystemRelation, KeptRows>();
}

/** Search paths, roles and transactions that are served at the same time. */
const keptMax = 8;

/** The facts of the definitions that sessions saw last, by what decides on them. */
export class KeptDefinitions {
  readonly #byKey = new Map<string, DefinitionFacts>();

  /** `key`: everything that the facts depend on. */
  factsOf(key: string): DefinitionFacts {
    const facts = this.#byKey.get(key) ?? new DefinitionFacts();
    this.#byKey.delete(key);
    this.#byKey.set(key, facts);
    if (this.#byKey.size <= keptMax) return facts;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      break;
    }
    return facts;
  }
}
