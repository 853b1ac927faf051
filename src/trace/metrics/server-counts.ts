/** What sessions tell beside their queries: connections and transactions, with tracing off too. */
import { CounterFamily, type MetricFamily } from './metric-families.ts';

/** Let in; sent away for its name or password; for want of room; for anything else. */
export type ConnectionResult = 'accepted' | 'denied' | 'full' | 'failed';

export class ServerCounts {
  readonly connections: Record<ConnectionResult, number> = {
    accepted: 0,
    denied: 0,
    full: 0,
    failed: 0,
  };
  readonly transactions = { committed: 0, rolled_back: 0 };

  connected(result: ConnectionResult): void {
    this.connections[result] += 1;
  }

  transactionEnded(isCommitted: boolean): void {
    if (isCommitted) this.transactions.committed += 1;
    else this.transactions.rolled_back += 1;
  }

  get now(): readonly MetricFamily[] {
    const connections = new CounterFamily(
      'db_server_connections_total',
      'Connections by what became of their login.',
    );
    const transactions = new CounterFamily(
      'db_server_transactions_total',
      'Transactions by their end, those of single statements among them.',
    );
    for (const [result, count] of Object.entries(this.connections)) {
      connections.set({ result }, count);
    }
    for (const [outcome, count] of Object.entries(this.transactions)) {
      transactions.set({ outcome }, count);
    }
    return [connections.now, transactions.now];
  }
}
