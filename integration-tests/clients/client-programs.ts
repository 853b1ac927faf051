/** The clients: what each needs, and how its program is run to give its lines. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../server/server-process.ts';
import { line, type Say } from './program.ts';
import { runNodePg } from './programs/node-pg.ts';
import { runPostgresJs } from './programs/postgres-js.ts';

export interface ClientProgram {
  readonly name: string;
  /** Says how to install what is not there; undefined when all is. */
  readonly missing: () => string | undefined;
  readonly run: (port: number) => Promise<string>;
}

const sources = join(import.meta.dirname, '../../../integration-tests/clients/programs');
const driver = '/usr/share/java/postgresql.jar';
const python = '/usr/bin/python3';

export const clientPrograms: readonly ClientProgram[] = [
  fromNode('node-pg', runNodePg),
  fromNode('postgres-js', runPostgresJs),
  { name: 'psql', missing: psqlMissing, run: runPsql },
  {
    name: 'psycopg',
    missing: () => needs(python, ['-c', 'import psycopg'], 'python3-psycopg'),
    run: (port) => runProgram(python, [join(sources, 'psycopg_client.py'), String(port)]),
  },
  { name: 'jdbc', missing: jdbcMissing, run: runJdbc },
  {
    name: 'odbc',
    missing: odbcMissing,
    run: (port) => runProgram(python, [join(sources, 'odbc_client.py'), String(port)]),
  },
];

function fromNode(name: string, run: (port: number, say: Say) => Promise<void>): ClientProgram {
  const runLines = async (port: number): Promise<string> => {
    const lines: string[] = [];
    await run(port, (what, value) => lines.push(line(what, value)));
    return `${lines.join('\n')}\n`;
  };
  return { name, missing: () => undefined, run: runLines };
}

function needs(
  command: string,
  args: readonly string[],
  debianPackage: string,
): string | undefined {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return `not installed: apt-get install ${debianPackage}`;
  }
}

/** What psql asks and prints changes with its version. */
function psqlMissing(): string | undefined {
  return needs('sh', ['-c', 'psql --version | grep -q " 15\\."'], 'postgresql-client-15');
}

function jdbcMissing(): string | undefined {
  if (!existsSync(driver)) return 'not installed: apt-get install libpostgresql-jdbc-java';
  return needs('javac', ['-version'], 'default-jdk-headless');
}

function odbcMissing(): string | undefined {
  const library = "import ctypes; ctypes.CDLL('libodbc.so.2')";
  const missing = needs(python, ['-c', library], 'python3 unixodbc');
  const psqlodbc = '/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so';
  return (
    missing ?? (existsSync(psqlodbc) ? undefined : 'not installed: apt-get install odbc-postgresql')
  );
}

/** Its lines, with what it says to stderr among them. */
function runProgram(command: string, args: readonly string[], cwd = sources): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      timeout: 60_000,
      env: { ...process.env, PGTZ: 'UTC', LC_ALL: 'C.UTF-8' },
    };
    execFile(
      '/bin/sh',
      ['-c', 'exec "$@" 2>&1 </dev/null', 'sh', command, ...args],
      options,
      (error, output) => {
        if (error === null) resolve(output);
        else reject(new Error(`${command} ended with ${error.code ?? error.signal}\n${output}`));
      },
    );
  });
}

function runPsql(port: number): Promise<string> {
  const to = ['-X', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres'];
  return runProgram('psql', [...to, '-f', 'psql.sql']);
}

let classes: string | undefined;

async function runJdbc(port: number): Promise<string> {
  if (classes === undefined) {
    classes = temporaryFolder('jdbc');
    await runProgram('javac', ['-cp', driver, '-d', classes, join(sources, 'JdbcClient.java')]);
  }
  const flags = ['-Dfile.encoding=UTF-8', '-XX:TieredStopAtLevel=1'];
  return runProgram('java', [...flags, '-cp', `${classes}:${driver}`, 'JdbcClient', String(port)]);
}
