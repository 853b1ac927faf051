/**
 * Snapshots of transactions, `xmin:xmax:xip,…`, kept as their text (xid8funcs.c).
 *
 *     int32 count, int64 xmin, int64 xmax, per transaction in progress int64
 */
import { SqlError } from '../errors/sql-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { codecOf } from './codec.ts';
import { invalidSyntax } from './integer-codecs.ts';

export interface Snapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
  /** In progress, in order. */
  readonly running: readonly bigint[];
}

const typeName = 'pg_snapshot';

/** Errors: 22P02. */
export function parseSnapshot(text: string): Snapshot {
  const match = /^(\d+):(\d+):(\d+(?:,\d+)*)?$/.exec(text);
  const [xmin, xmax] = [BigInt(match?.[1] ?? 0), BigInt(match?.[2] ?? 0)];
  const listed = (match?.[3] ?? '').split(',').filter(Boolean).map(BigInt);
  const snapshot = { xmin, xmax, running: [...new Set(listed)] };
  const isOrdered = listed.every((each, index) => index === 0 || each >= (listed[index - 1] ?? 0n));
  if (match === null || !isOrdered || !isPossible(snapshot)) throw invalidSyntax(typeName, text);
  return snapshot;
}

function isPossible({ xmin, xmax, running }: Snapshot): boolean {
  return xmin > 0n && xmax >= xmin && running.every((each) => each >= xmin && each < xmax);
}

export function formatSnapshot({ xmin, xmax, running }: Snapshot): string {
  return `${xmin}:${xmax}:${running.join()}`;
}

export const snapshotCodec = codecOf<string>({
  parse: (text) => formatSnapshot(parseSnapshot(text)),
  format: (value) => value,
  encode: (value) => {
    const { xmin, xmax, running } = parseSnapshot(value);
    const writer = new ByteWriter().int32(running.length).int64(xmin).int64(xmax);
    for (const each of running) writer.int64(each);
    return writer.finish();
  },
  decode: decodeSnapshot,
});

/** Errors: 22P03. */
function decodeSnapshot(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const count = reader.int32();
  const [xmin, xmax] = [reader.int64(), reader.int64()];
  const running: bigint[] = [];
  while (running.length < count) running.push(reader.int64());
  const snapshot = { xmin, xmax, running };
  if (count >= 0 && isPossible(snapshot)) return formatSnapshot(snapshot);
  const message = 'invalid external pg_snapshot data';
  throw new SqlError('invalid_binary_representation', message);
}
