/** Snapshots of transactions and what is in them, by xid8 and by bigint as of old. */
import { formatSnapshot, parseSnapshot } from '../../types/snapshot-codec.ts';
import { contextual, family, rowsOf, scalar } from '../define.ts';
import type { EvaluationContext, FunctionRecord } from '../function-record.ts';

const define = family('system');

/** Grows with time; one number for all of a transaction. */
export function transactionId({ transactionMicros }: EvaluationContext): bigint {
  return transactionMicros / 1000n;
}

function isVisible(id: bigint, text: string): boolean {
  const { xmin, xmax, running } = parseSnapshot(text);
  return id < xmin || (id < xmax && !running.includes(id));
}

interface Named {
  readonly prefix: 'pg' | 'txid';
  readonly snapshot: 'pg_snapshot' | 'txid_snapshot';
  readonly id: 'xid8' | 'int8';
}

function functionsOf({ prefix, snapshot, id }: Named): readonly FunctionRecord[] {
  const example = (name: string): string => `${prefix}_snapshot_${name}('10:20:10,14,15')`;
  return [
    define(
      prefix === 'pg' ? 'pg_current_snapshot' : 'txid_current_snapshot',
      { text: 'the snapshot of the transaction: none other is in progress' },
      contextual(`→ ${snapshot}`, (context) => {
        const next = transactionId(context) + 1n;
        return formatSnapshot({ xmin: next, xmax: next, running: [] });
      }),
    ),
    define(
      `${prefix}_snapshot_xmin`,
      { text: 'the oldest transaction in progress', example: [example('xmin'), '10'] },
      scalar(`${snapshot} → ${id}`, (text: string) => parseSnapshot(text).xmin),
    ),
    define(
      `${prefix}_snapshot_xmax`,
      { text: 'the first transaction that had not begun', example: [example('xmax'), '20'] },
      scalar(`${snapshot} → ${id}`, (text: string) => parseSnapshot(text).xmax),
    ),
    define(
      `${prefix}_snapshot_xip`,
      { text: 'transactions in progress' },
      rowsOf(`${snapshot} → ${prefix}_snapshot_xip ${id}`, function* (_context, text: string) {
        for (const running of parseSnapshot(text).running) yield [running];
      }),
    ),
    define(
      prefix === 'pg' ? 'pg_visible_in_snapshot' : 'txid_visible_in_snapshot',
      { text: 'whether a transaction was over' },
      scalar(`${id}, ${snapshot} → bool`, isVisible),
    ),
  ];
}

export const snapshotFunctions: readonly FunctionRecord[] = [
  ...functionsOf({ prefix: 'pg', snapshot: 'pg_snapshot', id: 'xid8' }),
  ...functionsOf({ prefix: 'txid', snapshot: 'txid_snapshot', id: 'int8' }),
];
