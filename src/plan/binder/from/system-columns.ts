/** Names of system columns in a statement. */
import type { Node } from '@pgsql/types';
import { visitAst } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';

export const systemNames: ReadonlySet<string> = new Set([
  'tableoid',
  'ctid',
  'xmin',
  'xmax',
  'cmin',
  'cmax',
]);

/** Scans give them only in statements that mention them. */
export function noteSystemColumns(context: BindContext, statement: Node): void {
  visitAst(statement, 'sval', (content) => {
    if (typeof content === 'string' && systemNames.has(content)) context.systemColumns.add(content);
  });
}
