/**
 * From the first byte to a session: encryption requests, the startup packet, the password.
 *
 *     startup         SSL and GSS requests (once each), cancel, then the startup packet
 *     authenticating  SCRAM or trust, AuthenticationOk, the session's parameters, BackendKeyData
 *
 * All errors here are FATAL. Malformed first packets are answered by closing without a word, as
 * PostgreSQL does: whoever sends them does not speak this protocol.
 */
import { SqlError } from '../errors/sql-error.ts';
import * as reply from './backend-messages.ts';
import type { Connection, State } from './connection.ts';
import { authenticate } from './password.ts';
import { decodeStartup, parseOptions, type StartupPacket, type StartupRequest } from './startup.ts';

const tlsHandshakeByte = 0x16;

export async function advanceStartup(connection: Connection): Promise<State> {
  const { channel, options } = connection;
  const firstByte = await channel.next(() => channel.frames.firstByte);
  if (firstByte === tlsHandshakeByte && options.tls !== undefined && !channel.secure) {
    const secured = await channel.secureWith(options.tls.context);
    return secured && channel.alpnProtocol === 'postgresql' ? 'startup' : 'closed';
  }
  const body = await channel.next(() => channel.frames.takeStartup());
  if (body === undefined || body === 'malformed') return 'closed';
  return obeyPacket(connection, decodeStartup(body));
}

function obeyPacket(connection: Connection, packet: StartupPacket): Promise<State> | State {
  switch (packet.kind) {
    case 'ssl':
    case 'gss':
      return answerEncryption(connection, packet.kind);
    case 'cancel':
      if (connection.limits.takeCancel(connection.channel.clientAddress)) {
        connection.host.cancel(packet.processId, packet.secretKey);
      }
      return 'closed';
    case 'malformedCancel':
      return 'closed';
    case 'unsupportedVersion':
      return refuseVersion(connection, packet.major, packet.minor);
    case 'startup':
      return begin(connection, packet);
  }
}

/** Errors: 08P01 when bytes follow the request: they would pass for encrypted ones. */
async function answerEncryption(connection: Connection, request: 'ssl' | 'gss'): Promise<State> {
  const { channel, options, encryptionRequests } = connection;
  if (encryptionRequests.has(request) || channel.secure) return 'closed';
  encryptionRequests.add(request);
  if (channel.frames.buffered > 0) throw unencryptedData(request);
  const { tls } = options;
  const accepted = request === 'ssl' && tls !== undefined;
  channel.outbox.write(accepted ? reply.sslAccepted : reply.sslRefused);
  channel.outbox.flush();
  if (!accepted) return 'startup';
  return (await channel.secureWith(tls.context)) ? 'startup' : 'closed';
}

function unencryptedData(request: 'ssl' | 'gss'): SqlError {
  const name = request === 'ssl' ? 'SSL' : 'GSSAPI encryption';
  return new SqlError('protocol_violation', `received unencrypted data after ${name} request`, {
    detail:
      'This could be either a client-software bug or evidence of an attempted ' +
      'man-in-the-middle attack.',
  });
}

/** Clients of protocol 2.0 and older understand only the old form of an error. */
function refuseVersion(connection: Connection, major: number, minor: number): State {
  const message = `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.0`;
  if (major >= 3) throw new SqlError('feature_not_supported', message);
  connection.channel.outbox.write(reply.oldStyleError(message));
  return 'closed';
}

function begin(connection: Connection, request: StartupRequest): State {
  connection.admission.checkOpen();
  connection.request = request;
  if (request.minor > 0 || request.protocolOptions.length > 0) {
    connection.channel.outbox.write(reply.negotiateProtocolVersion(request.protocolOptions));
  }
  return 'authenticating';
}

/** Errors: 28P01, 28000, 08P01, and those of opening a session. */
export async function advanceAuthentication(connection: Connection): Promise<State> {
  const { channel, host } = connection;
  const request = connection.startupRequest;
  const authentication = await authenticate(connection, request);
  if (authentication === undefined) return connection.hangUp('disconnect');
  connection.admission.admit(connection);
  channel.outbox.write(reply.authenticationOk());
  const session = await host.openSession({
    user: request.user,
    database: request.database,
    settings: [...parseOptions(request.options), ...request.settings],
    ...channel.ends,
    tls: channel.secure,
    acceptedNs: connection.acceptedNs,
    turns: channel.turns,
    authentication,
  });
  connection.begin(session);
  for (const [name, value] of session.reportedParameters()) {
    channel.outbox.write(reply.parameterStatus(name, value, session.charset));
  }
  channel.outbox.write(reply.backendKeyData(session.processId, session.secretKey));
  return connection.readyForQuery();
}
