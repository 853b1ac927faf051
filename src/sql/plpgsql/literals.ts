/** Strings of SQL: their value. */
import { must } from '../../errors/assert.ts';
import { astAs } from '../ast.ts';
import { parseSql } from '../parse.ts';
import type { PlToken } from './tokens.ts';

/** `'it''s'` is it's. Errors: 42601. */
export function stringValue({ text }: PlToken): string {
  const [statement] = parseSql(`SELECT ${text}`);
  const target = astAs(statement?.node, 'SelectStmt')?.targetList?.[0];
  const constant = astAs(astAs(target, 'ResTarget')?.val, 'A_Const');
  return must(constant?.sval, 'a string').sval ?? '';
}
