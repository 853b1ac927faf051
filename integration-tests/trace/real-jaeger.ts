/** A real Jaeger 2, with the settings that compose gives it, on free ports; asked by its HTTP API. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecodedSpan, DecodedValue } from './decoded-span.ts';

const settings = new URL('../../../docs/jaeger.yaml', import.meta.url);
const kept = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'timefusion/jaeger-v1.76.0',
);

/** The program that `.ci/jaeger` prints; undefined where there is none. */
export const jaegerProgram = [process.env['JAEGER_BIN'] ?? '', kept].find(
  (path) => path !== '' && existsSync(path),
);

interface ApiTag {
  readonly key: string;
  readonly type: string;
  readonly value: DecodedValue;
}

interface ApiSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly {
    readonly refType: string;
    readonly traceID: string;
    readonly spanID: string;
  }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly ApiTag[];
  readonly logs: readonly { readonly timestamp: number; readonly fields: readonly ApiTag[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

interface ApiTrace {
  readonly spans: readonly ApiSpan[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags: readonly ApiTag[] }>
  >;
}

export interface JaegerSpan extends DecodedSpan {
  readonly warnings: readonly string[];
}

export class RealJaeger {
  readonly #program: ChildProcess;
  readonly #folder: string;
  readonly #ports: ReadonlyMap<number, number>;

  private constructor(program: ChildProcess, folder: string, ports: ReadonlyMap<number, number>) {
    this.#program = program;
    this.#folder = folder;
    this.#ports = ports;
  }

  static async start(path: string): Promise<RealJaeger> {
    const folder = mkdtempSync(join(tmpdir(), 'timefusion-jaeger-'));
    const text = readFileSync(settings, 'utf8');
    const usual = [...text.matchAll(/0\.0\.0\.0:(\d+)/g)].map(([, port]) => Number(port));
    const ports = new Map<number, number>();
    for (const port of usual) ports.set(port, await freePort());
    const ui = new URL('./jaeger-ui.json', settings).pathname;
    const own = text
      .replaceAll(/0\.0\.0\.0:(\d+)/g, (_, port: string) => `127.0.0.1:${ports.get(Number(port))}`)
      .replace('/etc/jaeger/ui.json', ui);
    writeFileSync(join(folder, 'config.yaml'), own);
    const program = spawn(path, ['--config', join(folder, 'config.yaml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    program.stderr
      ?.setEncoding('utf8')
      .on('data', (part: string) => (said = said.slice(-4000) + part));
    const jaeger = new RealJaeger(program, folder, ports);
    const isHealthy = (): Promise<boolean> =>
      fetch(`${jaeger.url(13133)}/status`).then(
        (answer) => answer.ok,
        () => false,
      );
    const limit = performance.now() + 60_000;
    while (!(await isHealthy())) {
      if (performance.now() > limit || program.exitCode !== null) {
        await jaeger.stop();
        throw new Error(`Jaeger does not start: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return jaeger;
  }

  /** By the port that Jaeger usually has. */
  url(usualPort: number): string {
    return `http://127.0.0.1:${this.port(usualPort)}`;
  }

  port(usualPort: number): number {
    return this.#ports.get(usualPort) ?? 0;
  }

  async ask(path: string): Promise<unknown> {
    const answer = await fetch(`${this.url(16_686)}${path}`);
    return ((await answer.json()) as { readonly data: unknown }).data;
  }

  /** The spans of a trace, once its server span is there. */
  async trace(traceId: string): Promise<readonly JaegerSpan[]> {
    const limit = performance.now() + 20_000;
    for (;;) {
      const [found] = ((await this.ask(`/api/traces/${traceId}`)) ?? []) as readonly ApiTrace[];
      const spans = found?.spans.map((span) => spanOf(span, found)) ?? [];
      if (spans.some(({ isServer }) => isServer)) return spans;
      if (performance.now() > limit) throw new Error(`Jaeger has no trace ${traceId}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(): Promise<void> {
    if (this.#program.exitCode === null) {
      const ended = once(this.#program, 'exit');
      this.#program.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function spanOf(span: ApiSpan, { processes }: ApiTrace): JaegerSpan {
  const attributes = new Map(span.tags.map(({ key, value }) => [key, value]));
  const parent = span.references.find(({ refType }) => refType === 'CHILD_OF');
  return {
    traceId: span.traceID.padStart(32, '0'),
    spanId: span.spanID,
    parentSpanId: parent?.spanID ?? '',
    name: span.operationName,
    startUs: span.startTime,
    endUs: span.startTime + span.duration,
    attributes,
    events: span.logs.map(({ fields }) => {
      const values = new Map(fields.map(({ key, value }) => [key, value]));
      return { name: String(values.get('event')), attributes: values };
    }),
    links: span.references
      .filter(({ refType }) => refType === 'FOLLOWS_FROM')
      .map(({ traceID, spanID }) => `${traceID}-${spanID}`),
    isServer: attributes.get('span.kind') === 'server',
    isError: attributes.get('error') === true,
    service: processes[span.processID]?.serviceName ?? '',
    warnings: span.warnings ?? [],
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
