/**
 * A statement's results as messages on a connection. The session writes rows and COPY data in the
 * client's encoding; all other texts are encoded here.
 */
import type { FieldDescription, Notice, ResultWriter, Session } from '../session/session.ts';
import type { Charset } from '../types/encodings/charset.ts';
import * as reply from './backend-messages.ts';
import type { Channel } from './channel.ts';
import { readCopyData } from './copy-in.ts';

/** What a session's settings say of its messages. */
export interface ClientWishes {
  readonly charset: () => Charset | undefined;
  readonly wantsNotice: Session['wantsNotice'];
}

export class ConnectionResults implements ResultWriter {
  readonly #channel: Channel;
  readonly #charset: () => Charset | undefined;
  readonly #wantsNotice: Session['wantsNotice'];

  constructor(channel: Channel, { charset, wantsNotice }: ClientWishes) {
    this.#channel = channel;
    this.#charset = charset;
    this.#wantsNotice = wantsNotice;
  }

  rowDescription(fields: readonly FieldDescription[]): void {
    this.#channel.outbox.write(reply.rowDescription(fields, this.#charset()));
  }

  rows(bytes: Uint8Array): Promise<void> | void {
    return this.#channel.outbox.writeBlock(bytes);
  }

  commandComplete(tag: string): void {
    this.#channel.outbox.write(reply.commandComplete(tag));
  }

  emptyQuery(): void {
    this.#channel.outbox.write(reply.emptyQueryResponse);
  }

  notice({ severity, code, message, fields }: Notice): void {
    if (!this.#wantsNotice(severity)) return;
    const report = { severity, code, message, fields };
    this.#channel.outbox.write(reply.noticeResponse(report, this.#charset()));
  }

  copyIn(format: number, columnFormats: readonly number[]): AsyncIterable<Uint8Array> {
    this.#channel.outbox.write(reply.copyInResponse(format, columnFormats));
    this.#channel.outbox.flush();
    return readCopyData(this.#channel, this.#charset());
  }

  copyOut(format: number, columnFormats: readonly number[]): void {
    this.#channel.outbox.write(reply.copyOutResponse(format, columnFormats));
  }

  copyData(messages: Uint8Array): Promise<void> | void {
    return this.#channel.outbox.writeBlock(messages);
  }

  copyDone(): void {
    this.#channel.outbox.write(reply.copyDone);
  }
}
