/** One row of values that the session has itself, in the formats that Bind asked for: CALL. */
import type { FactRows } from '../../plan/planner.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { encodeBinary } from '../../types/type-binary.ts';
import { formatText } from '../../types/type-text.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { SqlSession } from '../sql-session.ts';
import { encodeRowBytes } from './text-rows.ts';

interface RowShape {
  readonly fields: readonly { readonly type: SqlType }[];
  /** One code for each field. */
  readonly formats: readonly number[];
}

/** DataRow. */
export function encodeRow(
  session: SqlSession,
  row: FactRows[number],
  { fields, formats }: RowShape,
): Uint8Array {
  const settings = sessionFormats(session);
  const values = fields.map(({ type }, i) => {
    const value = row[i] ?? null;
    if (value === null) return null;
    if (formats[i] === 1) return encodeBinary(type, value);
    return Buffer.from(formatText(type, value, settings), 'utf8');
  });
  return encodeRowBytes(values);
}
