/** DataRow messages of small results that the session makes itself: SHOW, EXPLAIN, FETCH. */

/** 'D', int32 length, int16 columns, per value int32 length (-1 NULL) and UTF-8 text. */
export function encodeTextRows(rows: readonly (readonly (string | null)[])[]): Uint8Array {
  return Buffer.concat(rows.map(encodeTextRow));
}

function encodeTextRow(row: readonly (string | null)[]): Buffer {
  return encodeRowBytes(row.map((value) => (value === null ? null : Buffer.from(value, 'utf8'))));
}

export function encodeRowBytes(values: readonly (Uint8Array | null)[]): Buffer {
  const byteSize = 7 + values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), 0);
  const message = Buffer.allocUnsafe(byteSize);
  message.write('D', 0, 'latin1');
  message.writeInt32BE(byteSize - 1, 1);
  message.writeInt16BE(values.length, 5);
  let offset = 7;
  for (const value of values) {
    offset = message.writeInt32BE(value === null ? -1 : value.length, offset);
    if (value === null) continue;
    message.set(value, offset);
    offset += value.length;
  }
  return message;
}
