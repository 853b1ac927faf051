/** The server as users start it, on free ports, with its standard output caught. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** A busy machine starts slowly. */
const startMs = 60_000;

export interface JsonLine {
  readonly [key: string]: unknown;
}

export class TracedServer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #clients: pg.Client[] = [];
  output = '';
  errors = '';

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
  }

  static async start(
    environment: Readonly<Record<string, string>>,
    nodeFlags: readonly string[] = [],
  ): Promise<TracedServer> {
    const folder = mkdtempSync(join(tmpdir(), 'timefusion-trace-'));
    const flags = ['--disallow-code-generation-from-strings', ...nodeFlags];
    const child = spawn(process.execPath, [...flags, main, 'serve'], {
      env: {
        PATH: process.env['PATH'],
        PGWIRE_PORT: '0',
        TIMEFUSION_HTTP_PORT: '0',
        TIMEFUSION_DATA_DIR: folder,
        TIMEFUSION_MEMORY_LIMIT: '256MB',
        TIMEFUSION_WORKERS: '1',
        OTEL_BSP_SCHEDULE_DELAY: '20',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new TracedServer(child, folder);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the server ended: ${server.errors}`);
    });
    ended.catch(() => undefined);
    await Promise.race([server.untilOutput(/is ready/, startMs), ended]).catch(async (error) => {
      await server.stop();
      throw error;
    });
    return server;
  }

  /** Waits until standard output matches. */
  async untilOutput(pattern: RegExp, timeoutMs = 60_000): Promise<void> {
    const limit = performance.now() + timeoutMs;
    while (!pattern.test(this.output)) {
      if (performance.now() > limit) throw new Error(`no ${pattern} in: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #number(pattern: RegExp): number {
    return Number(pattern.exec(this.output)?.[1]);
  }

  get port(): number {
    return this.#number(/-p (\d+)/);
  }

  async metrics(): Promise<string> {
    const port = this.#number(/:(\d+)\/metrics/);
    return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  }

  async connect(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user: 'postgres',
      database: 'postgres',
      ...options,
    });
    client.on('error', () => undefined);
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** Leaves standard output unread, as a stuck log shipper does. */
  stopReading(): void {
    this.#process.stdout?.pause();
  }

  /** JSON lines so far. */
  get lines(): readonly JsonLine[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as JsonLine);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) await client.end().catch(() => undefined);
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Trace id of the client's last statement. */
export async function lastTraceId(client: pg.Client): Promise<string> {
  const { rows } = await client.query('SHOW trace.last_trace_id');
  return String(Object.values(rows[0] as Record<string, string>)[0]);
}
