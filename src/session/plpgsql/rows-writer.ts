/** What statements within PL/pgSQL say: rows are kept, notices are told with their context. */
import type { StoredRows } from '../portal/stored-rows.ts';
import type { Notice, ResultWriter } from '../session.ts';
import { PassingWriter } from '../statement/result-writers.ts';

/** Tells notices with their context. */
export class LocatingWriter extends PassingWriter {
  readonly #located: (notice: Notice) => Notice;

  constructor(out: ResultWriter, located: (notice: Notice) => Notice) {
    super(out);
    this.#located = located;
  }

  override notice(notice: Notice): void {
    this.out.notice(this.#located(notice));
  }

  override located(notice: Notice): Notice {
    return super.located(this.#located(notice));
  }
}

export class RowsWriter extends LocatingWriter {
  readonly #stored: StoredRows;

  constructor(out: ResultWriter, stored: StoredRows, located: (notice: Notice) => Notice) {
    super(out, located);
    this.#stored = stored;
  }

  override rowDescription(): void {}

  override rows(bytes: Uint8Array): void {
    this.#stored.append(bytes);
  }

  override commandComplete(tag: string): void {
    this.tag = tag;
  }
}
