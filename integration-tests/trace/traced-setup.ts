/** A traced server, its collector and one client for the tests of a `describe` block. */
import { after, before } from 'node:test';
import { must } from '../../src/errors/assert.ts';
import type pg from 'pg';
import { Collector } from './collector.ts';
import { TracedServer } from './traced-server.ts';

export interface Traced {
  readonly collector: Collector;
  readonly server: TracedServer;
  /** The superuser's connection. */
  readonly client: pg.Client;
}

export interface TracedSetup {
  /** By which the collector gets the spans; default OTLP. */
  readonly exporters?: readonly ('jaeger' | 'otlp')[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Statements that are run before the first test. */
  readonly statements?: readonly string[];
  readonly application?: string;
}

const endpoints = {
  jaeger: 'OTEL_EXPORTER_JAEGER_ENDPOINT',
  otlp: 'OTEL_EXPORTER_OTLP_ENDPOINT',
} as const;

/** Started before the block's tests, stopped after them. */
export function useTraced(setup: TracedSetup = {}): Traced {
  let collector: Collector | undefined;
  let server: TracedServer | undefined;
  let client: pg.Client | undefined;
  before(async () => {
    collector = await Collector.listen();
    server = await TracedServer.start({ ...endpointsAt(collector, setup), ...setup.settings });
    client = await server.connect(
      setup.application === undefined ? {} : { application_name: setup.application },
    );
    for (const statement of setup.statements ?? []) await client.query(statement);
  });
  after(async () => {
    await server?.stop();
    collector?.close();
  });
  return {
    get collector() {
      return must(collector, 'a collector');
    },
    get server() {
      return must(server, 'a server');
    },
    get client() {
      return must(client, 'a client');
    },
  };
}

function endpointsAt(
  { url }: Collector,
  { exporters = ['otlp'] }: TracedSetup,
): Readonly<Record<string, string>> {
  return Object.fromEntries(exporters.map((name) => [endpoints[name], url]));
}
