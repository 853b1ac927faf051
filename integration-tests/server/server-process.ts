/** The real server as its own process on a free port, with a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const startTimeoutMs = 60_000;

export interface ServerOptions {
  /** Kept by the caller; without one a temporary folder lives as long as the process. */
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export class ServerProcess {
  readonly port: number;
  readonly httpPort: number;
  readonly dataDir: string;
  /** What it printed up to being ready. */
  readonly announcement: string;
  readonly child: ChildProcess;

  private constructor(child: ChildProcess, announcement: string, dataDir: string) {
    this.child = child;
    this.announcement = announcement;
    this.port = Number(/ -p (\d+) /.exec(announcement)?.[1]);
    this.httpPort = Number(/:(\d+)\/metrics/.exec(announcement)?.[1]);
    this.dataDir = dataDir;
  }

  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const dataDir = options.dataDir ?? temporaryFolder('data');
    const child = spawn(
      process.execPath,
      ['--disallow-code-generation-from-strings', main, 'serve'],
      {
        env: {
          ...quietEnvironment(),
          PGWIRE_PORT: '0',
          TIMEFUSION_HTTP_PORT: '0',
          TIMEFUSION_DATA_DIR: dataDir,
          TIMEFUSION_MEMORY_LIMIT: '1GB',
          ...options.environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const announcement = await readyText(child);
    return new ServerProcess(child, announcement, dataDir);
  }

  /** Ends it as an operator does; its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }
}

const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests end. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `timefusion-${purpose}-`));
  folders.push(folder);
  return folder;
}

/** The environment without settings of the server that the caller may have made. */
function quietEnvironment(): Record<string, string> {
  const ours = /^(PGWIRE|TIMEFUSION|OTEL|TRACE|RUST_LOG|MAX_PG)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

function readyText(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => fail('was not ready in time'), startTimeoutMs);
    const fail = (what: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the server ${what}\n${output}`));
    };
    const hear = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!/^ {2}data in /m.test(output)) return;
      clearTimeout(timer);
      resolve(output);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}
