/** The data folder, opened by a command of its own process. */
import { deriveLimits, readConfig, ConfigError } from '../config.ts';
import { Database } from '../database.ts';
import { SqlError } from '../errors/sql-error.ts';
import { sqlStates } from '../errors/sql-state.ts';

/** `advice` ends the message when a server has the folder open. Errors: ConfigError. */
export async function openFolder(advice: string): Promise<Database> {
  const config = readConfig([]);
  const limits = deriveLimits(config);
  try {
    return await Database.open({
      dataDir: config.get('TIMEFUSION_DATA_DIR'),
      memoryBytes: limits.memoryBytes,
      queryMemoryBytes: limits.queryMemoryBytes,
      workers: 0,
    });
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== sqlStates.lock_file_exists) throw error;
    const detail = error.fields.detail ?? '';
    throw new ConfigError(`${error.message}. ${detail} ${advice}`);
  }
}
