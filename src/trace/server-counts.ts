/** What sessions tell beside their queries: connections and transactions, with tracing off too. */
import { CounterFamily, type MetricFamily } from './metric-families.ts';

/** Let in; sent away for its name or password; for want of room; for anything else. */
export type ConnectionResult = 'accepted' | 'denied' | 'full' | 'failed';

export class ServerCounts {
  readonly #connections = new CounterFamily(
    'db_server_connections_total',
    'Connections by what became of their login.',
  );
  readonly #transactions = new CounterFamily(
    'db_server_transactions_total',
    'Transactions by their end, those of single statements among them.',
  );

  constructor() {
    for (const result of ['accepted', 'denied', 'full', 'failed']) {
      this.#connections.set({ result }, 0);
    }
    for (const outcome of ['committed', 'rolled_back']) this.#transactions.set({ outcome }, 0);
  }

  connected(result: ConnectionResult): void {
    this.#connections.add({ result });
  }

  transactionEnded(isCommitted: boolean): void {
    this.#transactions.add(isCommitted ? committed : rolledBack);
  }

  get now(): readonly MetricFamily[] {
    return [this.#connections.now, this.#transactions.now];
  }
}

const committed = { outcome: 'committed' };
const rolledBack = { outcome: 'rolled_back' };
