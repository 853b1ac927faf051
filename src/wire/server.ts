/**
 * The PostgreSQL server: listens, counts connections, and ends them in order.
 *
 * Closing first refuses newcomers (57P03) and sends idle sessions away (57P01); running statements
 * get the grace time, then are cancelled.
 */
import { once } from 'node:events';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { SqlError } from '../errors/sql-error.ts';
import type { SessionHost } from '../session/session.ts';
import { AddressLimits } from './address-limits.ts';
import { adminShutdown, Connection, type Steps } from './connection.ts';
import { advanceAuthentication, advanceStartup } from './login.ts';
import { advanceDrain, advanceReady } from './protocol.ts';
import type { ConnectionOptions, ServerOptions, TlsIdentity } from './server-options.ts';
import { tlsEndPoint } from './tls-end-point.ts';

export interface WireServer {
  /** Resolves once the port is open. Errors: those of the system, EADDRINUSE and the like. */
  listen(): Promise<{ readonly port: number }>;
  /** Serves a client that came by another way than the port. */
  accept(socket: Socket): void;
  /** Resolves when the last connection is gone. */
  close(): Promise<void>;
  /** Sessions and logins under way. */
  readonly connectionCount: number;
}

const defaultMaxConnections = 100;
const defaultAuthenticationTimeoutMs = 10_000;
const defaultMessageBytesMax = 64 * 1024 * 1024;
const defaultStallTimeoutMs = 60_000;
const defaultShutdownGraceMs = 5_000;
const backlog = 4096;
/** Clients that have not yet said who they are, beyond what may be connected. */
const strangersMax = 4096;
const pollMs = 10;
const keepAliveMs = 60_000;
/** After their statements were cancelled, connections have this long to say so. */
const farewellMs = 2_000;

const steps: Steps = {
  startup: advanceStartup,
  authenticating: advanceAuthentication,
  ready: advanceReady,
  drain: advanceDrain,
};

/** `host` tells of a host that may still be to come: until then clients hear 57P03. */
export function createServer(
  host: SessionHost | (() => SessionHost | undefined),
  options: ServerOptions,
): WireServer {
  const connections = new Set<Connection>();
  const admitted = new Set<Connection>();
  const connectionOptions = completeOptions(options);
  const maxConnections = options.maxConnections ?? defaultMaxConnections;
  const limits = new AddressLimits();
  const findHost = typeof host === 'function' ? host : () => host;
  let closing = false;

  function checkOpen(): void {
    if (closing) throw new SqlError('cannot_connect_now', 'the database system is shutting down');
    if (findHost() === undefined) throw startingUp();
  }

  function admit(connection: Connection): void {
    if (admitted.size >= maxConnections) {
      throw new SqlError('too_many_connections', 'sorry, too many clients already');
    }
    admitted.add(connection);
  }

  function accept(socket: Socket): void {
    if (connections.size - admitted.size >= strangersMax) {
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    const context = {
      host: () => findHost() ?? hostToCome,
      options: connectionOptions,
      admission: { checkOpen, admit },
      limits,
      steps,
    };
    const connection = new Connection(socket, context);
    connections.add(connection);
    const leave = (): void => {
      connections.delete(connection);
      admitted.delete(connection);
    };
    connection.run().catch(connectionOptions.onInternalError).finally(leave);
  }

  const server = createNetServer({ allowHalfOpen: true }, accept);

  async function close(): Promise<void> {
    closing = true;
    const graceMs = options.shutdownGraceMs ?? defaultShutdownGraceMs;
    for (const connection of connections) connection.retire();
    await emptied(connections, graceMs);
    for (const connection of connections) connection.terminate(adminShutdown());
    await emptied(connections, farewellMs);
    for (const connection of connections) connection.channel.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  }

  async function listen(): Promise<{ readonly port: number }> {
    server.listen({ host: options.host, port: options.port, backlog });
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port };
  }

  return {
    listen,
    accept,
    close,
    get connectionCount() {
      return connections.size;
    },
  };
}

function startingUp(): SqlError {
  return new SqlError('cannot_connect_now', 'the database system is starting up');
}

/** Whom a connection belongs to that came before the host: nobody is let in. */
const hostToCome: SessionHost = {
  serverVersion: '',
  openSession: () => Promise.reject(startingUp()),
  refused: ignore,
  cancel: ignore,
  passwordVerifier: () => undefined,
};

function completeOptions(options: ServerOptions): ConnectionOptions {
  const { authentication } = options;
  return {
    authentication: typeof authentication === 'string' ? () => authentication : authentication,
    tls: options.tls === undefined ? undefined : identify(options.tls),
    authenticationTimeoutMs: options.authenticationTimeoutMs ?? defaultAuthenticationTimeoutMs,
    messageBytesMax: options.messageBytesMax ?? defaultMessageBytesMax,
    stallTimeoutMs: options.stallTimeoutMs ?? defaultStallTimeoutMs,
    onInternalError: options.onInternalError ?? ignore,
  };
}

function identify(tls: { readonly certificate: string; readonly key: string }): TlsIdentity {
  const context = createSecureContext({
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.2',
  });
  return { context, endPoint: tlsEndPoint(tls.certificate) };
}

/** Waits until all connections have left, at most for the time given. */
async function emptied(connections: ReadonlySet<Connection>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (connections.size > 0 && performance.now() < deadline) await sleep(pollMs);
}

function ignore(): void {}
