/**
 * Rows of a cursor in other formats than those it was declared with: FETCH over the extended
 * protocol gives its result formats anew each time.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Field } from '../../plan/physical.ts';
import { decodeBinary, encodeBinary } from '../../types/type-binary.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import { changedRows } from '../statement/data-rows.ts';
import { expandFormats } from '../statement/fields.ts';
import type { Portal } from './portal.ts';
import type { RowSink } from './portal-rows.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { isRecordName } from '../../types/user-type.ts';

/** The writer itself where the formats agree. */
export function transcoding(portal: Portal, { session, out, formats }: StatementContext): RowSink {
  const fields = portal.prepared.fields ?? [];
  const from = expandFormats(portal.formats, fields.length);
  const to = expandFormats(fetchedFormats(portal, formats), fields.length);
  if (to.every((format, index) => format === from[index])) return out;
  const settings = sessionFormats(session);
  const columns = fields.map((field, index) => {
    return { field, from: from[index] ?? 0, to: to[index] ?? 0, settings };
  });
  const changes = columns.map((column) => (value: Buffer) => transcode(value, column));
  return {
    rows: (bytes) => out.rows(Buffer.concat([...changedRows(Buffer.from(bytes), changes)])),
  };
}

/** The simple protocol names no formats: rows are texts unless the cursor is BINARY. */
export function fetchedFormats({ cursor }: Portal, named: readonly number[]): readonly number[] {
  if (named.length > 0) return named;
  return [cursor?.isBinary === true ? 1 : 0];
}

interface TranscodedColumn {
  readonly field: Field;
  readonly from: number;
  readonly to: number;
  readonly settings: FormatSettings;
}

function transcode(bytes: Buffer, { field, from, to, settings }: TranscodedColumn): Buffer {
  if (from === to) return bytes;
  const type = field.type.name === 'unknown' ? ({ name: 'text', typmod: -1 } as const) : field.type;
  if (to === 0) return Buffer.from(formatText(type, decodeBinary(type, bytes), settings), 'utf8');
  if (isRecordName(type.name)) {
    throw new SqlError('feature_not_supported', 'binary FETCH of a row value is not supported');
  }
  return Buffer.from(encodeBinary(type, parseText(type, bytes.toString('utf8'), settings)));
}
