/** The clients: what each needs, and how its program is run to give its lines. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresProcess, postgresMissing } from '../server/postgres-process.ts';
import { temporaryFolder } from '../server/server-process.ts';
import { line, type Say } from './program.ts';
import { runNodePg } from './programs/node-pg.ts';
import { runPostgresJs } from './programs/postgres-js.ts';

export interface ClientProgram {
  readonly name: string;
  /** Says how to install what is not there; undefined when all is. */
  readonly missing: () => string | undefined;
  readonly run: (port: number) => Promise<string>;
  /** Not installed by .ci/run: skipped where it is missing, even with REQUIRE_CLIENTS=1. */
  readonly isOptional?: boolean;
}

const sources = join(import.meta.dirname, '../../../integration-tests/clients/programs');
const driver = '/usr/share/java/postgresql.jar';
const python = '/usr/bin/python3';

export const clientPrograms: readonly ClientProgram[] = [
  fromNode('node-pg', runNodePg),
  fromNode('postgres-js', runPostgresJs),
  { name: 'psql', missing: psqlMissing, run: runPsql },
  script({
    name: 'psycopg',
    program: [python, 'psycopg_client.py'],
    probe: ['-c', 'import psycopg'],
    debianPackages: 'python3-psycopg',
  }),
  script({
    name: 'psycopg2',
    program: [python, 'psycopg2_client.py'],
    probe: ['-c', 'import psycopg2'],
    debianPackages: 'python3-psycopg2',
  }),
  script({
    name: 'asyncpg',
    program: [python, 'asyncpg_client.py'],
    probe: ['-c', 'import asyncpg'],
    debianPackages: 'python3-asyncpg',
  }),
  script({
    name: 'sqlalchemy',
    program: [python, 'sqlalchemy_client.py'],
    probe: ['-c', 'import sqlalchemy, psycopg2'],
    debianPackages: 'python3-sqlalchemy python3-psycopg2',
  }),
  script({
    name: 'django',
    program: [python, 'django_client.py'],
    probe: ['-c', 'import django, psycopg2'],
    debianPackages: 'python3-django python3-psycopg2',
  }),
  script({
    name: 'dbd-pg',
    program: ['/usr/bin/perl', 'dbd_pg.pl'],
    probe: ['-MDBD::Pg', '-e', '1'],
    debianPackages: 'libdbd-pg-perl',
  }),
  script({
    name: 'ruby-pg',
    program: ['/usr/bin/ruby', 'ruby_pg.rb'],
    probe: ['-e', "require 'pg'"],
    debianPackages: 'ruby ruby-pg',
  }),
  script({
    name: 'php',
    program: ['/usr/bin/php', 'php_pgsql.php'],
    probe: ['-r', 'exit(extension_loaded("pdo_pgsql") && extension_loaded("pgsql") ? 0 : 1);'],
    debianPackages: 'php-cli php-pgsql',
  }),
  { name: 'ecpg', missing: ecpgMissing, run: runEcpg },
  { name: 'postgres-fdw', missing: fdwMissing, run: runFdw },
  jdbc('jdbc', 'JdbcClient'),
  jdbc('jdbc-metadata', 'JdbcMetadata'),
  jdbc('jdbc-operations', 'JdbcOperations'),
  { name: 'pgx', missing: pgxMissing, run: runPgx, isOptional: true },
  {
    name: 'odbc',
    missing: odbcMissing,
    run: (port) => runProgram(python, [join(sources, 'odbc_client.py'), String(port)]),
  },
  // Last: a terminal's session may still be dropping its tables when the program has ended.
  {
    name: 'psql-completion',
    missing: () => psqlMissing() ?? needs(python, ['-c', 'import pty'], 'python3'),
    run: (port) => runProgram(python, [join(sources, 'psql_completion.py'), String(port)]),
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

interface Script {
  readonly name: string;
  /** The interpreter, and the file that it gets with the port. */
  readonly program: readonly [string, string];
  /** Arguments with which the interpreter succeeds when the client is there. */
  readonly probe: readonly string[];
  readonly debianPackages: string;
}

function script({ name, program, probe, debianPackages }: Script): ClientProgram {
  const [interpreter, file] = program;
  return {
    name,
    missing: () => needs(interpreter, probe, debianPackages),
    run: (port) => runProgram(interpreter, [join(sources, file), String(port)]),
  };
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
      timeout: 120_000,
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

function psqlTo(port: number): readonly string[] {
  return ['-X', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres'];
}

function runPsql(port: number): Promise<string> {
  return runProgram('psql', [...psqlTo(port), '-f', 'psql.sql']);
}

function ecpgMissing(): string | undefined {
  return needs('sh', ['-c', 'ecpg --version && cc --version'], 'libecpg-dev gcc libc6-dev');
}

/** Its C source is made, compiled and run. */
async function runEcpg(port: number): Promise<string> {
  const folder = temporaryFolder('ecpg');
  const [source, program] = [join(folder, 'ecpg.c'), join(folder, 'ecpg')];
  await runProgram('ecpg', ['-o', source, 'ecpg.pgc']);
  const from = ['-I/usr/include/postgresql', source, '-lecpg', '-lpgtypes'];
  await runProgram('cc', ['-o', program, ...from]);
  return runProgram(program, [String(port)]);
}

/** Its extensions come with Debian's server. */
function fdwMissing(): string | undefined {
  const library = '/usr/lib/postgresql/15/lib/postgres_fdw.so';
  const own = existsSync(library) ? undefined : 'not installed: apt-get install postgresql-15';
  return psqlMissing() ?? postgresMissing ?? own;
}

/** A PostgreSQL of its own reads and writes the server at the port. */
async function runFdw(port: number): Promise<string> {
  const local = await PostgresProcess.start();
  try {
    await runProgram('psql', [...psqlTo(port), '-q', '-f', 'postgres_fdw_remote.sql']);
    const asked = ['-v', `rport=${port}`, '-f', 'postgres_fdw.sql'];
    const lines = await runProgram('psql', [...psqlTo(local.port), ...asked]);
    return lines.replaceAll(String(port), 'PORT');
  } finally {
    await local.stop();
  }
}

let classes: string | undefined;

function jdbc(name: string, mainClass: string): ClientProgram {
  const run = async (port: number): Promise<string> => {
    classes ??= await compiledClasses();
    const flags = ['-Dfile.encoding=UTF-8', '-XX:TieredStopAtLevel=1'];
    return runProgram('java', [...flags, '-cp', `${classes}:${driver}`, mainClass, String(port)]);
  };
  return { name, missing: jdbcMissing, run };
}

async function compiledClasses(): Promise<string> {
  const folder = temporaryFolder('jdbc');
  const files = readdirSync(sources).filter((file) => file.endsWith('.java'));
  await runProgram('javac', ['-cp', driver, '-d', folder, ...files]);
  return folder;
}

const go = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go';
const pgxFolder = join(sources, 'pgx');

/** Modules come through Go's own proxy, which may be out of reach. */
function pgxMissing(): string | undefined {
  try {
    execFileSync(go, ['mod', 'download'], { cwd: pgxFolder, stdio: 'ignore', timeout: 60_000 });
    return undefined;
  } catch {
    return 'Go with module github.com/jackc/pgx is not here';
  }
}

async function runPgx(port: number): Promise<string> {
  const program = join(temporaryFolder('pgx'), 'pgx-client');
  await runProgram(go, ['build', '-o', program, '.'], pgxFolder);
  return runProgram(program, [String(port)]);
}
