/** What statements within PL/pgSQL say: rows are kept, notices are told with their context. */
import type { StoredRows } from '../portal/stored-rows.ts';
import type { Notice, ResultWriter } from '../session.ts';
import { PassingWriter } from '../statement/result-writers.ts';

export class RowsWriter extends PassingWriter {
  readonly #stored: StoredRows;
  readonly #located: (notice: Notice) => Notice;

  constructor(out: ResultWriter, stored: StoredRows, located: (notice: Notice) => Notice) {
    super(out);
    this.#stored = stored;
    this.#located = located;
  }

  override rowDescription(): void {}

  override rows(bytes: Uint8Array): void {
    this.#stored.append(bytes);
  }

  override commandComplete(tag: string): void {
    this.tag = tag;
  }

  override notice(notice: Notice): void {
    this.out.notice(this.#located(notice));
  }
}
