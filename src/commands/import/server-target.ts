/** Imports through a running server. */
import { ConfigError, readConfig } from '../../config.ts';
import { SqlError } from '../../errors/sql-error.ts';
import { sqlStates } from '../../errors/sql-state.ts';
import { CopyClient } from '../../wire/copy-client.ts';
import type { ImportTarget } from './import-target.ts';

/** `address` is HOST:PORT; user, password and database are those of the server's settings. */
export async function openServerTarget(address: string): Promise<ImportTarget> {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address);
  if (match === null) throw new ConfigError(`--server is "${address}"; it takes HOST:PORT`);
  const config = readConfig([]);
  const client = await CopyClient.connect({
    host: match[1] ?? match[2] ?? '',
    port: Number(match[3]),
    user: config.get('PGWIRE_USER'),
    password: config.get('PGWIRE_PASSWORD'),
    database: config.get('PGWIRE_DATABASE'),
  });
  return {
    columnsOf: async (table) => {
      try {
        return await client.query(`SELECT * FROM ${table} LIMIT 0`);
      } catch (error) {
        if (error instanceof SqlError && error.code === sqlStates.undefined_table) return undefined;
        throw error;
      }
    },
    run: async (sql) => void (await client.query(sql)),
    copy: (sql, data) => client.copy(sql, data),
    close: () => client.close(),
  };
}
