/**
 * COPY FROM STDIN: the messages that come while a statement reads its rows.
 *
 * Data is yielded, Flush and Sync are ignored, CopyFail is the statement's error, and anything
 * else means that client and server no longer agree where they are.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { Charset } from '../types/encodings/charset.ts';
import type { Channel } from './channel.ts';
import { decodeMessage, type Frame } from './codec.ts';
import type { FrontendKind, FrontendMessage, MessageOf } from './frontend-messages.ts';

/** Data, the end of it, or nothing to tell. */
type Outcome = Buffer | 'end' | undefined;
type Step<M extends FrontendMessage> = 'unexpected' | ((message: M) => Outcome);

const steps: { readonly [K in FrontendKind]: Step<MessageOf<K>> } = {
  copyData: ({ data }) => data,
  copyDone: () => 'end',
  copyFail: ({ message }) => {
    throw new SqlError('query_canceled', `COPY from stdin failed: ${message}`);
  },
  flush: () => undefined,
  sync: () => undefined,
  query: 'unexpected',
  parse: 'unexpected',
  bind: 'unexpected',
  describe: 'unexpected',
  execute: 'unexpected',
  close: 'unexpected',
  functionCall: 'unexpected',
  terminate: 'unexpected',
};

export async function* readCopyData(
  channel: Channel,
  charset?: Charset,
): AsyncGenerator<Uint8Array> {
  for (;;) {
    const frame = await channel.next(() => channel.frames.take());
    if (frame === undefined) throw endOfInput();
    const outcome = advance(channel, frame, charset);
    if (outcome === 'end') return;
    if (outcome !== undefined) yield outcome;
  }
}

function advance(channel: Channel, frame: Frame, charset?: Charset): Outcome {
  const { record, body, code } = frame;
  const step = record === undefined ? 'unexpected' : steps[record.kind];
  if (record === undefined || step === 'unexpected') {
    const shown = code.toString(16).toUpperCase().padStart(2, '0');
    channel.outOfStep = true;
    throw new SqlError(
      'protocol_violation',
      `unexpected message type 0x${shown} during COPY from stdin`,
    );
  }
  return (step as Exclude<Step<FrontendMessage>, string>)(decodeMessage(record, body, charset));
}

function endOfInput(): SqlError {
  return new SqlError(
    'connection_failure',
    'unexpected EOF on client connection with an open transaction',
  );
}
