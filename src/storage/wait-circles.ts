/**
 * Circles of transactions that wait for one another. One that leads through the order of a queue
 * is broken by another order, as PostgreSQL does; one of holders alone is a deadlock.
 *
 *     a holds x, waits behind b for y ──▶ b waits for c ──▶ c waits for x:   a goes before b
 */

interface Waiting {
  readonly transaction: number;
  readonly resource: string;
}

/** `from` waits for `to`, who holds the lock, or stands before it in this queue. */
export interface WaitEdge {
  readonly from: number;
  readonly to: number;
  readonly queue: Waiting[] | undefined;
}

type EdgesOf = (transaction: number) => readonly WaitEdge[];

/**
 * Changes the order of queues until no circle leads through these transactions. Returns what the
 * changed queues wait for; undefined: there is no such order, and none was changed.
 */
export function breakCircles(
  transactions: readonly number[],
  edgesOf: EdgesOf,
  moves: readonly WaitEdge[] = [],
): readonly string[] | undefined {
  const circle = firstCircle(transactions, edgesOf);
  if (circle === undefined) return moves.map(({ queue }) => queue?.[0]?.resource ?? '');
  for (const edge of circle) {
    const { from, to, queue } = edge;
    if (queue === undefined || moves.some((move) => move.from === to && move.to === from)) continue;
    const before = [...queue];
    moveBefore(queue, from, to);
    const involved = [...transactions, ...queue.map(({ transaction }) => transaction)];
    const broken = breakCircles(involved, edgesOf, [...moves, edge]);
    if (broken !== undefined) return broken;
    queue.splice(0, queue.length, ...before);
  }
  return undefined;
}

function moveBefore(queue: Waiting[], from: number, to: number): void {
  const at = queue.findIndex(({ transaction }) => transaction === from);
  const [waiter] = queue.splice(at, 1);
  const place = queue.findIndex(({ transaction }) => transaction === to);
  if (waiter !== undefined) queue.splice(place, 0, waiter);
}

function firstCircle(
  transactions: readonly number[],
  edgesOf: EdgesOf,
): readonly WaitEdge[] | undefined {
  for (const transaction of transactions) {
    const circle = pathTo(transaction, transaction, { edgesOf, seen: new Set() });
    if (circle !== undefined) return circle;
  }
  return undefined;
}

interface Search {
  readonly edgesOf: EdgesOf;
  readonly seen: Set<number>;
}

/** Edges from one transaction to the other. */
function pathTo(from: number, to: number, search: Search): readonly WaitEdge[] | undefined {
  for (const edge of search.edgesOf(from)) {
    if (edge.to === to) return [edge];
    if (search.seen.has(edge.to)) continue;
    search.seen.add(edge.to);
    const rest = pathTo(edge.to, to, search);
    if (rest !== undefined) return [edge, ...rest];
  }
  return undefined;
}
