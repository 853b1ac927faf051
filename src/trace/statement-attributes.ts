/** What spans and lines may say of a statement's text: its template and fingerprint. */
import { fingerprintSql, normalizeSql } from '../sql/fingerprint.ts';
import type { Attributes } from './span-data.ts';

/** Characters that are looked at; a longer text is told apart by its beginning. */
const scannedMax = 1024 * 1024;

export function statementAttributes(sql: string | undefined): Attributes {
  if (sql === undefined || sql === '') return {};
  const scanned = sql.slice(0, scannedMax);
  return { 'db.query.text': normalizeSql(scanned), 'query.fingerprint': fingerprintSql(scanned) };
}
