/** LISTEN, UNLISTEN, NOTIFY: delivered inside the process, to sessions of this server. */
import { SqlError } from '../../errors/sql-error.ts';
import type { Utility } from './utility.ts';

const payloadBytesMax = 8000;

export const listen: Utility = {
  kind: 'ListenStmt',
  seesNoData: true,
  run(body, { session, out }) {
    session.channels.add(String(body['conditionname']));
    out.commandComplete('LISTEN');
    return 0;
  },
};

export const unlisten: Utility = {
  kind: 'UnlistenStmt',
  seesNoData: true,
  run(body, { session, out }) {
    if (body['conditionname'] === undefined) session.channels.clear();
    else session.channels.delete(String(body['conditionname']));
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
    session.environment.directory.notify({
      processId: session.processId,
      channel: String(body['conditionname']),
      payload,
    });
    out.commandComplete('NOTIFY');
    return 0;
  },
};
