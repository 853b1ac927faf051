/** A PostgreSQL of its own in a temporary folder, where Debian's packages have one installed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

const binaries = '/usr/lib/postgresql/15/bin';

export class PostgresPeer {
  readonly port: number;
  readonly #server: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, server: ChildProcess, folder: string) {
    this.port = port;
    this.#server = server;
    this.#folder = folder;
  }

  /** undefined: PostgreSQL 15 is not installed (apt-get install postgresql-15). */
  static async open(): Promise<PostgresPeer | undefined> {
    if (!existsSync(`${binaries}/initdb`)) return undefined;
    const folder = mkdtempSync(`${tmpdir()}/bench-postgres-`);
    chmodSync(folder, 0o777);
    const data = `${folder}/data`;
    run([
      `${binaries}/initdb`,
      '-D',
      data,
      '-U',
      'postgres',
      '--locale=C',
      '--encoding=UTF8',
      '-A',
      'trust',
    ]);
    const port = await freePort();
    const settings = ['-c', 'shared_buffers=1GB', '-c', 'listen_addresses=127.0.0.1'];
    const [command = '', ...args] = asPostgres([
      `${binaries}/postgres`,
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      ...settings,
    ]);
    const server = spawn(command, args, { stdio: 'ignore' });
    const peer = new PostgresPeer(port, server, folder);
    await peer.#untilReady();
    return peer;
  }

  async #untilReady(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const client = new pg.Client({ host: '127.0.0.1', port: this.port, user: 'postgres' });
      try {
        await client.connect();
        await client.end();
        return;
      } catch {
        await setTimeout(100);
      }
    }
    throw new Error('PostgreSQL did not start');
  }

  async close(): Promise<void> {
    this.#server.kill('SIGINT');
    await once(this.#server, 'exit');
    rmSync(this.#folder, { recursive: true });
  }
}

/** PostgreSQL refuses to run as root. */
function asPostgres(command: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return command;
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command];
}

function run(command: readonly string[]): void {
  const [file = '', ...args] = asPostgres(command);
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
