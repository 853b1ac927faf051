/** TimeFusion in a process of its own, asked through the wire. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Row } from './same-answers.ts';

const main = new URL('../src/main.js', import.meta.url).pathname;

export class TimeFusionPeer {
  readonly port: number;
  readonly #server: ChildProcess;
  readonly #client: pg.Client;

  private constructor(port: number, server: ChildProcess, client: pg.Client) {
    this.port = port;
    this.#server = server;
    this.#client = client;
  }

  /** Generates the rows unless they are there, serves them, connects. */
  static async open(folder: string, rows: number): Promise<TimeFusionPeer> {
    const environment = {
      ...process.env,
      TIMEFUSION_DATA_DIR: `${folder}/timefusion`,
      TIMEFUSION_MEMORY_LIMIT: '4GB',
      PGWIRE_PORT: '0',
      TIMEFUSION_HTTP_PORT: '0',
      RUST_LOG: process.env['RUST_LOG'] ?? 'off',
    };
    mkdirSync(folder, { recursive: true });
    if (!existsSync(`${folder}/timefusion/manifest.json`)) {
      const args = [main, 'generate', '--rows', String(rows)];
      spawnSync(process.execPath, args, { env: environment, stdio: 'inherit' });
    }
    const server = spawn(process.execPath, [main, 'serve'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await portOf(server);
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
    });
    await client.connect();
    return new TimeFusionPeer(port, server, client);
  }

  async rows(sql: string): Promise<readonly Row[]> {
    const result = await this.#client.query({ text: sql, rowMode: 'array' });
    return result.rows as Row[];
  }

  /** A trace id to look up. */
  async firstTrace(): Promise<string> {
    const sql = 'SELECT context___trace_id FROM otel_logs_and_spans LIMIT 1';
    return String((await this.rows(sql))[0]?.[0]);
  }

  /** Writes a query's rows as CSV with a header. */
  async exportCsv(sql: string, path: string): Promise<void> {
    const source = this.#client.query(copyTo(`COPY (${sql}) TO STDOUT (FORMAT csv, HEADER)`));
    await pipeline(source, createWriteStream(path));
  }

  async close(): Promise<void> {
    await this.#client.end();
    this.#server.kill('SIGTERM');
    await once(this.#server, 'exit');
  }
}

async function portOf(server: ChildProcess): Promise<number> {
  let text = '';
  for await (const chunk of server.stdout ?? []) {
    text += String(chunk);
    const match = /-p (\d+)/.exec(text);
    if (match !== null && text.includes('/metrics')) return Number(match[1]);
  }
  throw new Error(`the server did not start: ${text}`);
}
