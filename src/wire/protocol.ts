/**
 * The protocol after login: what each message means in each state.
 *
 *             error of an extended message
 *     ready ────────────────────────────────▶ drain
 *       ▲                                       │ everything but Sync and Terminate is skipped
 *       └───────────────── Sync ────────────────┘
 *
 * A mapped type holds one handler per message: a forgotten message does not compile.
 * PostgreSQL manual, sections 55.2.2 (simple), 55.2.3 (extended), 55.2.4 (pipelining).
 */
import { SqlError } from '../errors/sql-error.ts';
import type { FieldDescription } from '../session/session.ts';
import * as reply from './backend-messages.ts';
import { decodeMessage, FramingError, type Frame } from './codec.ts';
import type { Connection, State } from './connection.ts';
import type {
  FrontendKind,
  FrontendMessage,
  MessageOf,
  MessageRecord,
} from './frontend-messages.ts';

type Handler<M extends FrontendMessage> = (
  connection: Connection,
  message: M,
) => Promise<State> | State;

const handlers: { readonly [K in FrontendKind]: Handler<MessageOf<K>> | 'ignored' } = {
  query: async (connection, { sql }) => {
    await connection.session.simpleQuery(sql, connection.results);
    return connection.readyForQuery();
  },
  parse: async (connection, message) => {
    await connection.session.parse(message, connection.results);
    return answer(connection, reply.parseComplete);
  },
  bind: async (connection, message) => {
    await connection.session.bind(message);
    return answer(connection, reply.bindComplete);
  },
  describe: (connection, { target, name }) =>
    target === 'statement' ? describeStatement(connection, name) : describePortal(connection, name),
  execute: async (connection, { portal, rowsMax }) => {
    const { suspended } = await connection.session.execute(portal, rowsMax, connection.results);
    return suspended ? answer(connection, reply.portalSuspended) : 'ready';
  },
  close: async (connection, { target, name }) => {
    if (target === 'statement') await connection.session.closeStatement(name);
    else await connection.session.closePortal(name);
    return answer(connection, reply.closeComplete);
  },
  flush: async (connection): Promise<State> => {
    connection.channel.outbox.flush();
    await connection.channel.outbox.ready();
    return 'ready';
  },
  sync: async (connection) => {
    await connection.session.sync();
    return connection.readyForQuery();
  },
  functionCall: async (connection, message) => {
    const value = await connection.session.callFunction(message);
    connection.channel.outbox.write(reply.functionCallResponse(value));
    await connection.session.sync();
    return connection.readyForQuery();
  },
  copyData: 'ignored',
  copyDone: 'ignored',
  copyFail: 'ignored',
  terminate: (connection) => connection.hangUp('terminate'),
};

export async function advanceReady(connection: Connection): Promise<State> {
  const frame = await nextFrame(connection);
  if (frame === undefined) return connection.hangUp('disconnect');
  return obey(connection, frame, known(frame));
}

export async function advanceDrain(connection: Connection): Promise<State> {
  const frame = await nextFrame(connection);
  if (frame === undefined) return connection.hangUp('disconnect');
  const record = known(frame);
  const skipped = record.kind !== 'sync' && record.kind !== 'terminate';
  return skipped ? 'drain' : obey(connection, frame, record);
}

function nextFrame(connection: Connection): Promise<Frame | undefined> {
  return connection.channel.next(() => connection.channel.frames.take());
}

/** Errors: FATAL 08P01 for a code that no message has. */
function known({ record, code }: Frame): MessageRecord {
  if (record !== undefined) return record;
  throw new FramingError('protocol_violation', `invalid frontend message type ${code}`);
}

async function obey(connection: Connection, frame: Frame, record: MessageRecord): Promise<State> {
  const handler = handlers[record.kind];
  if (handler === 'ignored') return 'ready';
  try {
    return await connection.work(frame, () => {
      const message = decodeMessage(record, frame.body, connection.session.charset);
      return (handler as Handler<FrontendMessage>)(connection, message);
    });
  } catch (thrown) {
    return recover(connection, record, thrown);
  }
}

/** Reports what went wrong with a message and decides where that leaves the protocol. */
async function recover(
  connection: Connection,
  record: MessageRecord,
  thrown: unknown,
): Promise<State> {
  if (connection.channel.gone) return 'closed';
  const error = connection.translate(thrown);
  const fatal = connection.fatalOf(error);
  if (fatal !== undefined) return connection.fail(fatal);
  await connection.reportError(error);
  if (connection.channel.outOfStep) return connection.fail(synchronizationLost());
  return record.extended ? 'drain' : connection.readyForQuery();
}

function synchronizationLost(): SqlError {
  return new SqlError(
    'protocol_violation',
    'terminating connection because protocol synchronization was lost',
  );
}

async function describeStatement(connection: Connection, name: string): Promise<State> {
  const { parameterOids, fields } = await connection.session.describeStatement(name);
  connection.channel.outbox.write(reply.parameterDescription(parameterOids));
  return answerFields(connection, fields);
}

async function describePortal(connection: Connection, name: string): Promise<State> {
  return answerFields(connection, await connection.session.describePortal(name));
}

function answerFields(
  connection: Connection,
  fields: readonly FieldDescription[] | undefined,
): State {
  if (fields === undefined) return answer(connection, reply.noData);
  return answer(connection, reply.rowDescription(fields, connection.session.charset));
}

function answer(connection: Connection, message: Buffer): State {
  connection.channel.outbox.write(message);
  return 'ready';
}
