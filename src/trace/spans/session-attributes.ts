/** What the roots of a session's queries have in common. */
import { FixedAttributes } from '../encoding/fixed-attributes.ts';
import type { ConnectionFacts, QueryStart } from '../query-trace.ts';
import type { Attributes } from './span-data.ts';

/** A session may change these, or have two kinds of queries. */
type Changing = Pick<QueryStart, 'user' | 'database' | 'schema' | 'applicationName' | 'protocol'>;

interface KnownSession extends Changing {
  readonly attributes: FixedAttributes;
}

const knownSessions = new Map<string, KnownSession>();
export const knownSessionsMax = 1024;

export function sessionAttributes(start: QueryStart): FixedAttributes {
  const known = knownSessions.get(start.sessionId);
  if (known !== undefined && isAlike(known, start)) return known.attributes;
  const attributes = new FixedAttributes(valuesOf(start));
  if (knownSessions.size >= knownSessionsMax) knownSessions.clear();
  const { user, database, schema = '', applicationName, protocol } = start;
  knownSessions.set(start.sessionId, {
    ...{ user, database, schema, applicationName, protocol },
    attributes,
  });
  return attributes;
}

function isAlike(known: Changing, start: Changing): boolean {
  return (
    known.applicationName === start.applicationName &&
    known.schema === (start.schema ?? '') &&
    known.user === start.user &&
    known.database === start.database &&
    known.protocol === start.protocol
  );
}

function valuesOf(start: QueryStart): Attributes {
  const { database, schema = '', applicationName } = start;
  return {
    'db.system.name': 'postgresql',
    'db.namespace': schema === '' ? database : `${database}|${schema}`,
    'pgwire.protocol': start.protocol,
    'session.id': start.sessionId,
    'backend.pid': start.backendPid,
    'user.name': start.user,
    ...(applicationName === '' ? {} : { application_name: applicationName }),
    ...(start.connection === undefined ? {} : connectionAttributes(start.connection)),
  };
}

function connectionAttributes(connection: ConnectionFacts): Attributes {
  const { clientAddress, clientPort, serverAddress, serverPort } = connection;
  return {
    ...(clientAddress === '' ? {} : { 'client.address': clientAddress }),
    ...(clientPort === 0 ? {} : { 'client.port': clientPort }),
    ...(serverAddress === '' ? {} : { 'server.address': serverAddress }),
    ...(serverPort === 0 ? {} : { 'server.port': serverPort }),
  };
}
