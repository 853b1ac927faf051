/** Imports by a session of this process: into the data folder. */
import { SqlError } from '../../errors/sql-error.ts';
import { sqlStates } from '../../errors/sql-state.ts';
import type { SessionContext } from '../../session/library/session-context.ts';
import { openFolder } from '../open-folder.ts';
import type { ImportTarget } from './import-target.ts';

/** Errors: ConfigError when a server has the folder open. */
export async function openFolderTarget(): Promise<ImportTarget> {
  const database = await openFolder('Load through it with --server HOST:PORT.');
  const target = sessionTarget(database.createSessionContext());
  return {
    ...target,
    close: async () => {
      await target.close();
      await database.close();
    },
  };
}

export function sessionTarget(context: SessionContext): ImportTarget {
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
    close: () => context.close(),
  };
}
