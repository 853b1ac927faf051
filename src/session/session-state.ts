/** The moment's facts that the system catalog shows to one session. */
import type { CatalogState, RoleFact, SettingFact } from '../catalog/catalog-state.ts';
import type { SettingDefinition } from './setting-list.ts';
import type { SqlSession } from './sql-session.ts';

const superuserOid = 10;

export function catalogState(session: SqlSession): CatalogState {
  const { environment, transaction } = session;
  const { store, directory } = environment;
  const writes = transaction.storeTransaction;
  return {
    database: session.start.database,
    currentUser: session.start.user,
    searchPath: session.searchPath,
    tables: store.tables(writes).map((table) => ({
      definition: table.definition,
      rowCount: table.statistics().rowCount,
    })),
    schemas: store.schemas(writes),
    views: store.views(writes),
    roles: roleFacts(environment.superuser),
    get activity() {
      return directory.activity();
    },
    get settings() {
      return session.settings.all().map(([definition, value]) => settingFact(definition, value));
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
    get statistics() {
      return environment.statistics();
    },
  };
}

function roleFacts(superuser: string): readonly RoleFact[] {
  return [{ oid: superuserOid, name: superuser, superuser: true, canLogin: true }];
}

function settingFact(definition: SettingDefinition, value: string): SettingFact {
  const { kind } = definition;
  return {
    name: definition.name,
    value,
    type: kind.type === 'text' ? 'string' : kind.type,
    description: definition.description,
    resetValue: definition.initial,
    bootValue: definition.initial,
    unit: kind.type === 'integer' ? kind.unit : undefined,
    enumValues: kind.type === 'enum' ? kind.values : undefined,
  };
}
