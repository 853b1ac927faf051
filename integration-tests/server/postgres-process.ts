/**
 * A real PostgreSQL 15 on a free port, when its programs are on this machine: the judge of what
 * our server answers. It runs in a temporary folder and, where we are root, as user postgres.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { startup } from '../wire/frontend-frames.ts';
import { temporaryFolder } from './server-process.ts';

const programs = process.env['POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
const startTimeoutMs = 60_000;

export const postgresMissing = existsSync(join(programs, 'initdb'))
  ? undefined
  : 'PostgreSQL 15 is not here: apt-get install postgresql-15';

export class PostgresProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async start(): Promise<PostgresProcess> {
    const folder = temporaryFolder('postgres');
    const data = join(folder, 'data');
    mkdirSync(data);
    const as = await postgresUser();
    if (as !== undefined) for (const path of [folder, data]) chownSync(path, as.uid, as.gid);
    const locale = ['--locale=C', '--lc-ctype=C.UTF-8', '--encoding=UTF8'];
    const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', ...locale, '--no-sync'];
    execFileSync(join(programs, 'initdb'), initdb, { ...as, stdio: 'ignore' });
    const port = await freePort();
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      shared_buffers: '32MB',
      TimeZone: 'UTC',
      log_timezone: 'UTC',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
      ...as,
      stdio: 'ignore',
    });
    await listening(port);
    return new PostgresProcess(port, child);
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGQUIT');
    await exited;
  }
}

/** PostgreSQL refuses to run as root. */
async function postgresUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A server that still starts accepts connections, too, but no logins. */
async function listening(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const isReady = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(startup({ user: 'postgres', database: 'postgres' }));
      });
      socket.on('data', (bytes) => resolve(bytes.toString('latin1', 0, 1) === 'R'));
      socket.on('data', () => socket.destroy());
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
    });
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('PostgreSQL did not start');
}
