/**
 * The rows of a portal and the place in them, with PostgreSQL's rules for moving (pquery.c).
 *
 *     before the first ── row 1 ── row 2 ── … ── row n ── after the last
 *     atStart                position                      atEnd
 *
 * A fetch that gets fewer rows than it asked for stands after the last row (before the first
 * one); a fetch that gets exactly the last row stands on it.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { RunningQuery } from '../statement/query-runner.ts';
import type { ResultWriter } from '../session.ts';
import type { StoredRows } from './stored-rows.ts';

export type RowSink = Pick<ResultWriter, 'rows'>;

/** All rows that are left. */
export const allRows = Number.POSITIVE_INFINITY;

const nowhere: RowSink = { rows: () => undefined };

export interface RowOrigin {
  /** Where rows come from that nobody has read yet. */
  readonly running: RunningQuery | undefined;
  /** Rows that are kept: all of them, or of a held cursor those after `keptFrom`. */
  readonly stored: StoredRows | undefined;
  readonly scrolls: boolean;
  /** Takes rows that are to be passed over out of the stored ones, so that `count` follow. */
  readonly passOver?: (from: number, count: number) => void;
}

export class PortalRows {
  readonly #origin: RowOrigin;
  readonly #scrolls: boolean;
  #stored: StoredRows | undefined;
  /** Rows before the first one that is kept. */
  #keptFrom = 0;
  #isAtStart = true;
  #isAtEnd = false;
  #position = 0;

  constructor(origin: RowOrigin) {
    this.#origin = origin;
    this.#scrolls = origin.scrolls;
    this.#stored = origin.stored;
  }

  /** Zero-based, of the row on which the portal stands. */
  get currentRow(): number | undefined {
    return this.#isOnRow ? this.#position - 1 : undefined;
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Reads forward. Returns how many rows were sent. */
  async forward(count: number, out: RowSink): Promise<number> {
    if (this.#isAtEnd || count <= 0) return 0;
    const sent = await this.#next(count, out);
    if (sent > 0) this.#isAtStart = false;
    if (sent < count) this.#isAtEnd = true;
    this.#position += sent;
    return sent;
  }

  async #next(count: number, out: RowSink): Promise<number> {
    const { running } = this.#origin;
    const stored = this.#stored;
    if (stored === undefined) return running?.send(count === allRows ? 0 : count, out) ?? 0;
    const from = this.#position - this.#keptFrom;
    this.#origin.passOver?.(from, count);
    const missing = from + count - stored.count;
    if (missing > 0) await this.#read(stored, missing);
    const to = Math.min(from + count, stored.count);
    await stored.send(from, to, out);
    return to - from;
  }

  async #read(stored: StoredRows, count: number): Promise<void> {
    const { running } = this.#origin;
    if (running === undefined || running.exhausted) return;
    const keep = { rows: (bytes: Uint8Array) => stored.append(bytes) };
    await running.send(count === allRows ? 0 : count, keep);
  }

  /** Reads backward from the place before. Errors: 55000. */
  async backward(count: number, out: RowSink): Promise<number> {
    if (!this.#scrolls) throw forwardOnly();
    if (this.#isAtStart || count <= 0) return 0;
    const before = this.#isAtEnd ? this.#position : this.#position - 1;
    const sent = Math.min(count, before);
    await this.#stored?.sendBackwards(before - sent, before, out);
    if (sent > 0 && this.#isAtEnd) {
      this.#isAtEnd = false;
      this.#position += 1;
    }
    if (sent < count) {
      this.#isAtStart = true;
      this.#position = 0;
    } else this.#position -= sent;
    return sent;
  }

  #rewind(): void {
    if (this.#isAtStart && !this.#isAtEnd) return;
    if (!this.#scrolls) throw forwardOnly();
    this.#isAtStart = true;
    this.#isAtEnd = false;
    this.#position = 0;
  }

  /** FETCH ABSOLUTE. */
  async absolute(count: number, out: RowSink): Promise<number> {
    if (count < 0) {
      await this.forward(allRows, nowhere);
      if (count < -1) await this.backward(-count - 1, nowhere);
      return this.backward(1, out);
    }
    if (count === 0 || count - 1 <= Math.floor(this.#position / 2)) {
      this.#rewind();
      if (count > 1) await this.forward(count - 1, nowhere);
      return this.forward(Math.min(count, 1), out);
    }
    const place = this.#isAtEnd ? this.#position + 1 : this.#position;
    if (count <= place) await this.backward(place - count + 1, nowhere);
    else if (count > place + 1) await this.forward(count - place - 1, nowhere);
    return this.forward(1, out);
  }

  /** FETCH RELATIVE, except 0. */
  async relative(count: number, out: RowSink): Promise<number> {
    if (count > 0) {
      if (count > 1) await this.forward(count - 1, nowhere);
      return this.forward(1, out);
    }
    if (count < -1) await this.backward(-count - 1, nowhere);
    return this.backward(1, out);
  }

  /** FETCH 0: the row on which the portal stands, once more. */
  async current(out: RowSink): Promise<number> {
    if (!this.#isOnRow) return 0;
    await this.backward(1, nowhere);
    return this.forward(1, out);
  }

  /** MOVE 0: whether the portal stands on a row. */
  get #isOnRow(): boolean {
    return !this.#isAtStart && !this.#isAtEnd;
  }

  moveNowhere(): number {
    return this.#isOnRow ? 1 : 0;
  }

  /** MOVE BACKWARD ALL: back before the first row. Returns how many rows lie between. */
  moveToStart(): number {
    const passed = this.#position > 0 && !this.#isAtEnd ? this.#position - 1 : this.#position;
    this.#rewind();
    return passed;
  }

  /** Reads what is left, so that the portal needs its query no more. */
  async hold(stored: StoredRows): Promise<void> {
    if (this.#stored === undefined) {
      this.#keptFrom = this.#position;
      this.#stored = stored;
    }
    await this.#read(this.#stored, allRows);
  }
}

function forwardOnly(): SqlError {
  return new SqlError('object_not_in_prerequisite_state', 'cursor can only scan forward', {
    hint: 'Declare it with SCROLL option to enable backward scan.',
  });
}
