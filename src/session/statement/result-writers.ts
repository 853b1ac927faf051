/** Writers between a statement and its client: what reaches the client, and when. */
import { clockNs } from '../../trace/node-statistics.ts';
import type { FieldDescription, Notice, ResultWriter } from '../session.ts';
import type { StoredRows } from '../portal/stored-rows.ts';

export abstract class PassingWriter implements ResultWriter {
  protected readonly out: ResultWriter;
  /** The command tag, once it came. */
  tag = '';

  constructor(out: ResultWriter) {
    this.out = out;
  }

  rowDescription(fields: readonly FieldDescription[]): void {
    this.out.rowDescription(fields);
  }

  rows(bytes: Uint8Array): Promise<void> | void {
    return this.out.rows(bytes);
  }

  commandComplete(tag: string): void {
    this.tag = tag;
    this.out.commandComplete(tag);
  }

  emptyQuery(): void {
    this.out.emptyQuery();
  }

  notice(notice: Notice): void {
    this.out.notice(notice);
  }

  located(notice: Notice): Notice {
    return this.out.located?.(notice) ?? notice;
  }

  copyIn(format: number, columnFormats: readonly number[]): AsyncIterable<Uint8Array> {
    return this.out.copyIn(format, columnFormats);
  }

  copyOut(format: number, columnFormats: readonly number[]): void {
    this.out.copyOut(format, columnFormats);
  }

  copyData(messages: Uint8Array): Promise<void> | void {
    return this.out.copyData(messages);
  }

  copyDone(): void {
    this.out.copyDone();
  }
}

/** Who is told of what the client got, and how long it was waited for. */
export interface WriteObserver {
  waited(startNs: number, endNs: number): void;
  /** COPY waited for the client's data. */
  received(startNs: number, endNs: number): void;
  noticed(notice: Notice): void;
}

/** Tells the trace of notices, and of waits for a client that reads slowly. */
export class ObservedWriter extends PassingWriter {
  readonly #observer: WriteObserver;

  constructor(out: ResultWriter, observer: WriteObserver) {
    super(out);
    this.#observer = observer;
  }

  override rows(bytes: Uint8Array): Promise<void> | void {
    return this.#timed(this.out.rows(bytes));
  }

  override copyData(messages: Uint8Array): Promise<void> | void {
    return this.#timed(this.out.copyData(messages));
  }

  override async *copyIn(
    format: number,
    columnFormats: readonly number[],
  ): AsyncIterable<Uint8Array> {
    let startNs = clockNs();
    for await (const bytes of this.out.copyIn(format, columnFormats)) {
      this.#observer.received(startNs, clockNs());
      yield bytes;
      startNs = clockNs();
    }
    this.#observer.received(startNs, clockNs());
  }

  override notice(notice: Notice): void {
    this.#observer.noticed(notice);
    this.out.notice(notice);
  }

  #timed(written: Promise<void> | void): Promise<void> | void {
    if (written === undefined) return;
    const startNs = clockNs();
    return written.finally(() => this.#observer.waited(startNs, clockNs()));
  }
}

/** Describes the rows when the first one comes, or the end: not when the statement fails before. */
export class DescribingWriter extends PassingWriter {
  #fields: readonly FieldDescription[] | undefined;

  /** Without fields, nothing is described. */
  constructor(out: ResultWriter, fields: readonly FieldDescription[] | undefined) {
    super(out);
    this.#fields = fields;
  }

  override rows(bytes: Uint8Array): Promise<void> | void {
    this.#describe();
    return this.out.rows(bytes);
  }

  override commandComplete(tag: string): void {
    this.#describe();
    super.commandComplete(tag);
  }

  #describe(): void {
    if (this.#fields !== undefined) this.out.rowDescription(this.#fields);
    this.#fields = undefined;
  }
}

/** Keeps rows and tag for later. */
export class KeepingWriter extends PassingWriter {
  readonly #stored: StoredRows;

  constructor(out: ResultWriter, stored: StoredRows) {
    super(out);
    this.#stored = stored;
  }

  override rows(bytes: Uint8Array): void {
    this.#stored.append(bytes);
  }

  override commandComplete(tag: string): void {
    this.tag = tag;
  }
}

/** Lets go of rows and tag: EXPLAIN ANALYZE. */
export class DroppingWriter extends PassingWriter {
  override rowDescription(): void {}
  override rows(): void {}
  override commandComplete(): void {}
}

/** Of a statement within another: only its notices reach the client. */
export class SilentWriter extends PassingWriter {
  override rowDescription(): void {}

  override rows(): void {}

  override commandComplete(tag: string): void {
    this.tag = tag;
  }
}
