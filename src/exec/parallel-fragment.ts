/**
 * The driver's side of a parallel fragment: offers the plan to the other workers and works on it
 * itself at once; whoever is free helps.
 *
 *     driver ──offer──▶ helpers: claim ▸ take morsels ▸ hand rows back ▸ done
 *        └─ takes morsels itself; when none is left, waits for helpers that claimed
 *
 * Invariants
 *   - The driver waits only for helpers that run; a helper waits for nobody. So two queries that
 *     help each other cannot block each other.
 *   - When the stream ends, for whatever reason, no helper touches the query's memory any more.
 */
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { InternalError } from '../errors/assert.ts';
import { freeBlock } from '../memory/allocator.ts';
import { makeBatch, type Batch } from '../columns/batch.ts';
import { childrenOf, type NodeOf, type PlanNode } from '../plan/physical.ts';
import type { CellPool } from './cell-pool.ts';
import { newFragmentControl, type FragmentControl } from './fragment-control.ts';
import { isShareable, shareState, type FragmentState } from './fragment-state.ts';
import type { BatchStream, QueryContext } from './operator.ts';
import type { QueryScope } from './query-scope.ts';
import { scopedContext } from './scoped-context.ts';
import { errorOf } from './thread-error.ts';
import type { FragmentOffer, FragmentResult, Peer } from './thread-messages.ts';
import { countPosted, isDead } from './worker-cell.ts';

/** What the driver's worker provides. */
export interface FragmentHost {
  readonly peers: ReadonlyMap<number, Peer>;
  readonly pool: CellPool;
  readonly cell: number;
  /** Slices on the stack; fragments are offered only from the lowest. */
  readonly depth: number;
  /** Told when a fragment begins (1) and ends (-1): meanwhile the driver must not be nested. */
  fragments(scope: QueryScope, change: 1 | -1): void;
}

/** Sleeps that the living helpers have to leave when one of them died: it may have claimed. */
const deathPatience = 50;
/** Below this a scan is not worth an offer. */
const rowsWorthwhile = 50_000;

export function* runFragment(
  host: FragmentHost,
  node: PlanNode,
  context: QueryContext,
  scope: QueryScope,
): BatchStream {
  if (!isWorthwhile(host, node, context)) {
    yield* scope.context(context.parameters).open(node);
    return;
  }
  const state = shareState(node, context);
  const fragment = new OfferedFragment(host, node, scopedContext(context), { scope, state });
  host.fragments(scope, 1);
  try {
    fragment.offerToAll();
    yield* fragment.batches();
  } finally {
    try {
      fragment.end();
    } finally {
      host.fragments(scope, -1);
    }
  }
}

function isWorthwhile(host: FragmentHost, node: PlanNode, context: QueryContext): boolean {
  if (host.depth > 1 || host.peers.size === 0 || !isShareable(node)) return false;
  const scan = parallelScan(node);
  const table = scan && context.snapshots.get(scan.tableOid);
  return table !== undefined && table.rowCount >= rowsWorthwhile;
}

function parallelScan(node: PlanNode): NodeOf<'SeqScanExec'> | undefined {
  if (node.kind === 'SeqScanExec') return node.parallel ? node : undefined;
  for (const child of childrenOf(node)) {
    const scan = parallelScan(child);
    if (scan !== undefined) return scan;
  }
  return undefined;
}

interface Offered {
  readonly peer: Peer;
  readonly port: MessagePort;
}

class OfferedFragment {
  readonly #host: FragmentHost;
  readonly #node: PlanNode;
  readonly #context: ReturnType<typeof scopedContext>;
  readonly #scope: QueryScope;
  readonly #state: FragmentState;
  readonly #control: FragmentControl;
  readonly #offers = new Set<Offered>();
  #done = 0;
  #error: Error | undefined;

  constructor(
    host: FragmentHost,
    node: PlanNode,
    context: ReturnType<typeof scopedContext>,
    { scope, state }: { readonly scope: QueryScope; readonly state: FragmentState },
  ) {
    this.#host = host;
    this.#node = node;
    this.#scope = scope;
    this.#state = state;
    for (const [name, rows] of state.shared) context.shared.set(name, rows);
    this.#control = newFragmentControl(host.pool);
    const control = this.#control;
    this.#context = context.withMorsels((_, morselCount) => control.nextMorsel(morselCount));
  }

  offerToAll(): void {
    for (const peer of this.#host.peers.values()) this.#offer(peer);
  }

  #offer(peer: Peer): void {
    if (isDead(peer.cell)) return;
    const { port1, port2 } = new MessageChannel();
    const { facts } = this.#scope;
    const offer: FragmentOffer = {
      kind: 'fragment',
      facts: { ...facts, stopCells: [...facts.stopCells, this.#control.stopCell] },
      root: this.#node,
      parameters: this.#context.parameters,
      shared: this.#state.shared,
      control: this.#control.pointer,
      generation: this.#control.generation,
      driverCell: this.#host.cell,
      port: port2,
    };
    peer.port.postMessage(offer, [port2]);
    countPosted(peer.cell);
    this.#offers.add({ peer, port: port1 });
  }

  /** Own rows and helpers' rows, as they come. */
  *batches(): Generator<Batch> {
    for (const batch of this.#context.open(this.#node)) {
      yield batch;
      yield* this.#arrived();
    }
    this.#control.close();
    while (this.#done < this.#control.claimed) {
      const seen = this.#control.announced;
      yield* this.#arrived();
      if (this.#done === this.#control.claimed) break;
      this.#scope.checkStop();
      this.#checkAlive();
      this.#scope.waiting(() => this.#control.sleep(seen));
    }
    yield* this.#arrived();
  }

  *#arrived(): Generator<Batch> {
    for (const offered of [...this.#offers]) {
      for (;;) {
        const result = receive(offered.port);
        if (result === undefined) break;
        if (result.kind === 'done') {
          this.#finish(offered, result);
          break;
        }
        try {
          yield makeBatch(result.columns, result.rowCount);
        } finally {
          this.#letGo(result);
        }
      }
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #letGo(result: FragmentResult & { kind: 'rows' }): void {
    for (const { pointer, byteSize } of result.blocks) {
      freeBlock(pointer, byteSize);
      this.#scope.budget.give(byteSize);
    }
    this.#control.letGo(result.helper);
  }

  #finish(offered: Offered, result: FragmentResult & { kind: 'done' }): void {
    this.#done++;
    this.#offers.delete(offered);
    offered.port.close();
    this.#scope.addRemote(result.statistics);
    if (result.error !== undefined) this.#error ??= errorOf(result.error);
    else if (result.gaveWay) this.#offer(offered.peer);
  }

  #checkAlive(): void {
    for (const { peer } of this.#offers) {
      if (isDead(peer.cell)) throw new InternalError(`worker ${peer.worker} ended unexpectedly`);
    }
  }

  /** Sends helpers home, waits until they have left, and frees what they sent. */
  end(): void {
    const claimed = this.#control.close();
    if (this.#done < claimed) this.#control.stop();
    for (let patience = deathPatience; patience > 0;) {
      const seen = this.#control.announced;
      this.#discard();
      if (this.#done >= claimed) break;
      if ([...this.#offers].some(({ peer }) => isDead(peer.cell))) patience--;
      this.#scope.waiting(() => this.#control.sleep(seen));
    }
    for (const { port } of this.#offers) port.close();
    for (const name of this.#state.shared.keys()) this.#context.shared.delete(name);
    this.#state.free();
    this.#host.pool.give(this.#control.pointer);
  }

  #discard(): void {
    for (const offered of [...this.#offers]) {
      for (;;) {
        const result = receive(offered.port);
        if (result === undefined) break;
        if (result.kind === 'rows') {
          this.#letGo(result);
          continue;
        }
        this.#done++;
        this.#offers.delete(offered);
        offered.port.close();
        this.#scope.addRemote(result.statistics);
        break;
      }
    }
  }
}

function receive(port: MessagePort): FragmentResult | undefined {
  return receiveMessageOnPort(port)?.message as FragmentResult | undefined;
}
