/** DataRow messages, and their values one by one. */

/** Changes a value that is not NULL. */
export type ChangeValue = (value: Buffer) => Buffer;

/**
 * Each message of a run of them, with its values changed, by column.
 *
 *     'D', int32 length, int16 columns, per value int32 length (-1 NULL) and its bytes
 */
export function* changedRows(
  bytes: Buffer,
  changes: readonly ChangeValue[],
): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
    yield changedRow(bytes, at, changes);
  }
}

function changedRow(bytes: Buffer, start: number, changes: readonly ChangeValue[]): Buffer {
  const pieces: Buffer[] = [];
  let at = start + 7;
  for (const change of changes) {
    const length = bytes.readInt32BE(at);
    const value = length < 0 ? null : change(bytes.subarray(at + 4, at + 4 + length));
    const head = Buffer.alloc(4);
    head.writeInt32BE(value === null ? -1 : value.length);
    pieces.push(head, ...(value === null ? [] : [value]));
    at += 4 + Math.max(0, length);
  }
  const body = Buffer.concat(pieces);
  const head = Buffer.alloc(7);
  head.write('D', 0, 'latin1');
  head.writeInt32BE(6 + body.length, 1);
  head.writeInt16BE(changes.length, 5);
  return Buffer.concat([head, body]);
}
