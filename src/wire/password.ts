/**
 * Who may come in: SCRAM against the user's verifier, or trust for clients of this machine.
 *
 *     ◀ AuthenticationSASL (mechanisms)      ▶ SASLInitialResponse (mechanism, client-first)
 *     ◀ AuthenticationSASLContinue           ▶ SASLResponse (client-final)
 *     ◀ AuthenticationSASLFinal
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SqlError } from '../errors/sql-error.ts';
import * as reply from './backend-messages.ts';
import type { Connection } from './connection.ts';
import { MessageReader } from './message-reader.ts';
import type { Authentication } from './server-options.ts';
import { ScramExchange, type ScramMechanism } from './scram.ts';
import type { StartupRequest } from './startup.ts';

/** How the client proved itself; undefined: it left. Errors: 28P01, 28000, 08P01, 0A000. */
export async function authenticate(
  connection: Connection,
  request: StartupRequest,
): Promise<Authentication | undefined> {
  const verifierText = connection.host.passwordVerifier(request.user);
  if (verifierText === undefined && connection.options.authentication() === 'trust') {
    if (!isLoopback(connection.channel.clientAddress)) throw noEntry(connection, request);
    return 'trust';
  }
  try {
    const isProven = await exchangeScram(connection, request.user, verifierText);
    return isProven ? 'scram-sha-256' : undefined;
  } catch (error) {
    if (!(await waitBeforeRefusal(connection))) return undefined;
    throw error;
  }
}

/** Whoever guesses passwords hears later and later that they are wrong; false: never. */
async function waitBeforeRefusal({ channel, limits }: Connection): Promise<boolean> {
  const delayMs = limits.beginDelay(channel.clientAddress);
  if (delayMs === undefined) return false;
  try {
    if (delayMs > 0) await sleep(delayMs);
  } finally {
    limits.endDelay(channel.clientAddress);
  }
  return true;
}

async function exchangeScram(
  connection: Connection,
  user: string,
  verifierText: string | undefined,
): Promise<boolean> {
  const mechanisms = offeredMechanisms(connection);
  send(connection, reply.authenticationSasl(mechanisms));
  const initial = await nextPassword(connection);
  if (initial === undefined) return false;
  const { mechanism, response } = decodeInitialResponse(initial, mechanisms);
  const endPoint = mechanisms.length > 1 ? connection.options.tls?.endPoint : undefined;
  const exchange = new ScramExchange({ verifierText, user, mechanism, endPoint });
  const clientFirst = response ?? (await askAgain(connection));
  if (clientFirst === undefined) return false;
  send(connection, reply.authenticationSaslContinue(exchange.begin(clientFirst)));
  const clientFinal = await nextPassword(connection);
  if (clientFinal === undefined) return false;
  const serverFinal = exchange.finish(clientFinal.toString('latin1'));
  if (serverFinal === undefined) {
    throw new SqlError('invalid_password', `password authentication failed for user "${user}"`);
  }
  connection.channel.outbox.write(reply.authenticationSaslFinal(serverFinal));
  return true;
}

function offeredMechanisms({ channel, options }: Connection): readonly ScramMechanism[] {
  const bindable = channel.secure && options.tls?.endPoint !== undefined;
  return bindable ? ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] : ['SCRAM-SHA-256'];
}

function decodeInitialResponse(
  body: Buffer,
  mechanisms: readonly ScramMechanism[],
): { readonly mechanism: ScramMechanism; readonly response: string | undefined } {
  const reader = new MessageReader(body);
  const selected = reader.cstring();
  const mechanism = mechanisms.find((name) => name === selected);
  if (mechanism === undefined) {
    throw new SqlError(
      'protocol_violation',
      'client selected an invalid SASL authentication mechanism',
    );
  }
  const byteSize = reader.int32();
  const response = byteSize === -1 ? undefined : reader.bytes(byteSize).toString('latin1');
  reader.end();
  return { mechanism, response };
}

/** A client that sent no initial response gets an empty challenge. */
async function askAgain(connection: Connection): Promise<string | undefined> {
  send(connection, reply.authenticationSaslContinue(''));
  return (await nextPassword(connection))?.toString('latin1');
}

function nextPassword({ channel }: Connection): Promise<Buffer | undefined> {
  return channel.next(() => channel.frames.takePassword());
}

function send({ channel }: Connection, message: Buffer): void {
  channel.outbox.write(message);
  channel.outbox.flush();
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function noEntry({ channel }: Connection, { user, database }: StartupRequest): SqlError {
  return new SqlError(
    'invalid_authorization_specification',
    `no pg_hba.conf entry for host "${channel.clientAddress}", user "${user}", ` +
      `database "${database}", ${channel.secure ? 'SSL encryption' : 'no encryption'}`,
  );
}
