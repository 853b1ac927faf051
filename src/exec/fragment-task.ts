/**
 * A helper's side of a parallel fragment: claims the offer, runs the same operators with its own
 * morsels, and hands the rows to the driver in memory that the driver frees.
 *
 * It waits for nobody. When its rows pile up at the driver, or other work waits on its thread, it
 * takes no more morsels and is done; the driver may offer again.
 */
import { Arena } from '../memory/arena.ts';
import { batchRowsMax } from '../columns/batch.ts';
import { clockNs } from '../trace/node-statistics.ts';
import type { QueryContext } from './operator.ts';
import { setCheckpoint } from './checkpoint.ts';
import { FragmentControl } from './fragment-control.ts';
import { RowBuffer } from './keys/row-buffer.ts';
import type { StepOutcome } from './query-driver.ts';
import { QueryScope, type ThreadServices } from './query-scope.ts';
import type { Task } from './task-loop.ts';
import { plainError } from './thread-error.ts';
import type { FragmentOffer, FragmentResult } from './thread-messages.ts';
import { isDead } from './worker-cell.ts';

/** Batches that may lie unread at the driver when the next morsel is taken. */
const unreadMax = 8;
/** A helper works at least so long before it gives way. */
const stayNs = 20e6;

export interface HelperThread {
  readonly services: ThreadServices;
  readonly someoneWaits: () => boolean;
}

export class FragmentTask implements Task {
  readonly mayNest = false;
  readonly #offer: FragmentOffer;
  readonly #thread: HelperThread;
  readonly #control: FragmentControl;
  #helper = 0;
  #posted = 0;
  #gaveWay = false;

  constructor(offer: FragmentOffer, thread: HelperThread) {
    this.#offer = offer;
    this.#thread = thread;
    this.#control = new FragmentControl(offer.control, offer.generation);
  }

  /** Runs to its end at once: the driver may already wait for it. */
  step(): StepOutcome {
    const { port, driverCell } = this.#offer;
    this.#helper = isDead(driverCell) ? 0 : this.#control.claim();
    if (this.#helper > 0) this.#work();
    port.close();
    return 'ended';
  }

  #work(): void {
    const { facts } = this.#offer;
    const scope = new QueryScope(facts, this.#thread.services, this.#helper);
    let error: unknown;
    try {
      this.#run(scope);
    } catch (failure) {
      error = failure;
    } finally {
      setCheckpoint(undefined);
    }
    try {
      scope.release();
    } catch (failure) {
      error ??= failure;
    }
    this.#post({
      kind: 'done',
      helper: this.#helper,
      gaveWay: this.#gaveWay,
      statistics: [...scope.statistics.values()],
      error: error === undefined ? undefined : plainError(error),
    });
  }

  #run(scope: QueryScope): void {
    const { root, parameters, shared } = this.#offer;
    const context = scope.context(parameters, this.#morsels());
    for (const [name, value] of shared) context.shared.set(name, value);
    const types = root.fields.map((field) => field.type);
    const outgoing = new Arena(scope.budget);
    const scratch = new Arena(scope.budget);
    try {
      let rows = new RowBuffer(types, outgoing, scratch);
      for (const batch of context.open(root)) {
        rows.append(batch);
        scratch.reset();
        if (rows.rowCount < batchRowsMax) continue;
        this.#send(rows, outgoing);
        rows = new RowBuffer(types, outgoing, scratch);
      }
      if (rows.rowCount > 0) this.#send(rows, outgoing);
    } finally {
      outgoing.free();
      scratch.free();
    }
  }

  #morsels(): QueryContext['nextMorsel'] {
    const untilNs = clockNs() + stayNs;
    return (_, morselCount) => {
      const unread = this.#posted - this.#control.lettingGo(this.#helper);
      if (unread > unreadMax || (clockNs() > untilNs && this.#thread.someoneWaits())) {
        this.#gaveWay = true;
        return -1;
      }
      return this.#control.nextMorsel(morselCount);
    };
  }

  #send(rows: RowBuffer, outgoing: Arena): void {
    this.#posted++;
    this.#post({
      kind: 'rows',
      helper: this.#helper,
      columns: rows.columns(),
      rowCount: rows.rowCount,
      blocks: outgoing.detach(),
    });
  }

  #post(result: FragmentResult): void {
    this.#offer.port.postMessage(result);
    this.#control.announce();
  }
}
