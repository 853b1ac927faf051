/** The wire over the session twin, on a free port, for one test file. */
import type { Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import type { ServerOptions } from '../../src/wire/server-options.ts';
import { createServer, type WireServer } from '../../src/wire/server.ts';
import { startup } from './frontend-frames.ts';
import { RawClient } from './raw-client.ts';
import { TwinHost, type TwinHostOptions } from './session-twin.ts';

export interface LocalServer {
  readonly host: TwinHost;
  readonly server: WireServer;
  readonly port: number;
  readonly bugs: readonly Error[];
  /** A client without a socket. */
  connect(): Duplex;
  /** Lets clients in, when it began closed. */
  open(): void;
}

export async function startLocalServer(
  options: Partial<ServerOptions> = {},
  twin: TwinHostOptions = {},
  begins: 'open' | 'closed' = 'open',
): Promise<LocalServer> {
  const host = new TwinHost(twin);
  const bugs: Error[] = [];
  let isOpen = begins === 'open';
  const server = createServer(() => (isOpen ? host : undefined), {
    host: '127.0.0.1',
    port: 0,
    authentication: 'trust',
    shutdownGraceMs: 0,
    onInternalError: (error) => bugs.push(error),
    ...options,
  });
  const { port } = await server.listen();
  const inMemory = (): Duplex => {
    const [ours, theirs] = duplexPair();
    const ignore = (): void => undefined;
    const socket = { remoteAddress: '127.0.0.1', setNoDelay: ignore, setKeepAlive: ignore };
    server.accept(Object.assign(theirs, socket) as unknown as Socket);
    return ours;
  };
  return { host, server, port, bugs, connect: inMemory, open: () => (isOpen = true) };
}

/** A client that is logged in and has heard ReadyForQuery. */
export async function logIn(port: number, user = 'postgres'): Promise<RawClient> {
  const client = await RawClient.open(port);
  client.send(startup({ user }));
  const messages = await client.until('ReadyForQuery');
  if (messages.at(-1) === 'closed') throw new Error('the server refused the login');
  return client;
}
