/** A commit and its parts: the write of the log that it shared with others, and the sync. */
import type { CommitReport } from '../../catalog/table.ts';
import { clockNs } from '../../trace/node-statistics.ts';
import type { PhaseNote } from '../../trace/query-trace.ts';

export function commitPhases(
  startNs: number,
  { logBytes, write }: CommitReport,
): readonly PhaseNote[] {
  const endNs = clockNs();
  if (write === undefined) {
    return [{ name: 'commit', startNs, endNs, attributes: { 'wal.bytes': logBytes } }];
  }
  const { startNs: appendNs, writtenNs, syncedNs, records, bytes } = write;
  const shared = { 'log.records': records, 'log.bytes': bytes };
  const syncNs = syncedNs - writtenNs;
  const attributes = { 'wal.bytes': logBytes, 'wal.sync_ns': syncNs };
  // A write that began before the commit came is not the commit's: both lie within it.
  const within = (ns: number): number => Math.min(endNs, Math.max(startNs, ns));
  return [
    { name: 'commit', startNs, endNs, attributes },
    {
      name: 'log.append',
      startNs: within(appendNs),
      endNs: within(writtenNs),
      attributes: shared,
    },
    { name: 'log.sync', startNs: within(writtenNs), endNs: within(syncedNs) },
  ];
}
