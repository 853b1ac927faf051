/** TimeFusion, and PostgreSQL 15 where it is installed, for the tests of one file. */
import { after, before } from 'node:test';
import { must } from '../../src/errors/assert.ts';
import { PostgresProcess, postgresMissing } from './postgres-process.ts';
import { ServerProcess } from './server-process.ts';

export interface BothServers {
  readonly server: ServerProcess;
  /** undefined: it is not installed. */
  readonly postgres: PostgresProcess | undefined;
}

/** Started before the tests, stopped after them. */
export function useBothServers(): BothServers {
  let server: ServerProcess | undefined;
  let postgres: PostgresProcess | undefined;
  before(async () => {
    server = await ServerProcess.start();
    if (postgresMissing === undefined) postgres = await PostgresProcess.start();
  });
  after(async () => {
    await server?.stop();
    await postgres?.stop();
  });
  return {
    get server() {
      return must(server, 'a server');
    },
    get postgres() {
      return postgres;
    },
  };
}
