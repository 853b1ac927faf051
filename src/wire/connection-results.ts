/** A statement's results as messages on a connection. */
import type { FieldDescription, Notice, ResultWriter } from '../session/session.ts';
import * as reply from './backend-messages.ts';
import type { Channel } from './channel.ts';
import { readCopyData } from './copy-in.ts';

export class ConnectionResults implements ResultWriter {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  rowDescription(fields: readonly FieldDescription[]): void {
    this.#channel.outbox.write(reply.rowDescription(fields));
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
    this.#channel.outbox.write(reply.noticeResponse({ severity, code, message, fields }));
  }

  copyIn(format: number, columnFormats: readonly number[]): AsyncIterable<Uint8Array> {
    this.#channel.outbox.write(reply.copyInResponse(format, columnFormats));
    this.#channel.outbox.flush();
    return readCopyData(this.#channel);
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
