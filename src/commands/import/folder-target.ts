/** Imports into the data folder, by a session of this process. */
import { SqlError } from '../../errors/sql-error.ts';
import { sqlStates } from '../../errors/sql-state.ts';
import { openFolder } from '../open-folder.ts';
import type { ImportTarget } from './import-target.ts';

/** Errors: ConfigError when a server has the folder open. */
export async function openFolderTarget(): Promise<ImportTarget> {
  const database = await openFolder('Load through it with --server HOST:PORT.');
  const context = database.createSessionContext();
  return {
    columnsOf: async (table) => {
      try {
        return (await context.sql(`SELECT * FROM ${table}`)).fields.map(({ name }) => name);
      } catch (error) {
        if (error instanceof SqlError && error.code === sqlStates.undefined_table) return undefined;
        throw error;
      }
    },
    run: async (sql) => void (await context.sql(sql)),
    copy: (sql, data) => context.copyFrom(sql, data),
    close: async () => {
      await context.close();
      await database.close();
    },
  };
}
