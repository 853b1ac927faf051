/** LISTEN, UNLISTEN, NOTIFY: delivered inside the process, to sessions of this server. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Utility } from './utility.ts';

const payloadBytesMax = 8000;

export const listen: Utility = {
  kind: 'ListenStmt',
  seesNoData: true,
  run(body, { session, out }) {
    const channel = String(body['conditionname']);
    session.transaction.channels.add({ kind: 'listen', channel });
    out.commandComplete('LISTEN');
    return 0;
  },
};

export const unlisten: Utility = {
  kind: 'UnlistenStmt',
  seesNoData: true,
  run(body, { session, out }) {
    const { channels } = session.transaction;
    if (body['conditionname'] === undefined) channels.add({ kind: 'unlistenAll' });
    else channels.add({ kind: 'unlisten', channel: String(body['conditionname']) });
    out.commandComplete('UNLISTEN');
    return 0;
  },
};

export const notify: Utility = {
  kind: 'NotifyStmt',
  seesNoData: true,
  run(body, { session, out }) {
    const payload = String(body['payload'] ?? '');
    if (Buffer.byteLength(payload) >= payloadBytesMax) {
      throw new SqlError('invalid_parameter_value', 'payload string too long');
    }
    const channel = String(body['conditionname']);
    session.transaction.channels.add({ kind: 'notify', channel, payload });
    out.commandComplete('NOTIFY');
    return 0;
  },
};
