/** Names that lead into another database: refused as by PostgreSQL, before they are looked for. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import type { SqlSession } from '../sql-session.ts';

/** Two dots, each before what may begin a name: a text without them has none of three parts. */
const twoDots = /\.\s*[^\s\d.,;()'][^]*\.\s*[^\s\d.,;()']/;

interface Named {
  readonly catalogname?: string;
  readonly schemaname?: string;
  readonly relname?: string;
}

/** Errors: 0A000. */
export function refuseOtherDatabases(
  { start }: SqlSession,
  { node, text }: Pick<ParsedStatement, 'node' | 'text'>,
): void {
  if (!twoDots.test(text)) return;
  const other = findOther(node, start.database);
  if (other === undefined) return;
  const name = `${other.catalogname}.${other.schemaname}.${other.relname}`;
  const message = `cross-database references are not implemented: "${name}"`;
  throw new SqlError('feature_not_supported', message);
}

function findOther(tree: Node | Named | readonly Node[], database: string): Named | undefined {
  const { catalogname } = tree as Named;
  if (catalogname !== undefined && catalogname !== database) return tree as Named;
  for (const child of Object.values(tree) as readonly unknown[]) {
    if (typeof child !== 'object' || child === null) continue;
    const found = findOther(child as Node, database);
    if (found !== undefined) return found;
  }
  return undefined;
}
