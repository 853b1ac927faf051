/** COMMENT ON TABLE and COLUMN. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../../catalog/table.ts';
import { findTable, qualifiedName } from './relation.ts';
import type { Utility } from './utility.ts';

export const comment: Utility = {
  kind: 'CommentStmt',
  writes: () => 'COMMENT',
  run(body, { session, out }) {
    const kind = String(body['objtype']);
    if (kind !== 'OBJECT_TABLE' && kind !== 'OBJECT_COLUMN') {
      throw unsupported(`COMMENT ON ${kind.replace('OBJECT_', '')}`);
    }
    const items =
      (body['object'] as { readonly List?: { readonly items?: readonly unknown[] } }).List?.items ??
      [];
    const text = body['comment'] === undefined ? undefined : String(body['comment']);
    const isColumn = kind === 'OBJECT_COLUMN';
    const tableName = qualifiedName(isColumn ? items.slice(0, -1) : items);
    const { definition } = findTable(session, tableName);
    const changed = isColumn
      ? commentColumn(definition, qualifiedName(items).name, text)
      : withComment(definition, text);
    session.transaction.forWriting().alterTable(changed);
    out.commandComplete('COMMENT');
    return 0;
  },
};

function withComment<T extends TableDefinition | ColumnDefinition>(
  object: T,
  text: string | undefined,
): T {
  const { comment: _dropped, ...rest } = object;
  return (text === undefined ? rest : { ...rest, comment: text }) as T;
}

function commentColumn(
  definition: TableDefinition,
  name: string,
  text: string | undefined,
): TableDefinition {
  if (!definition.columns.some((column) => column.name === name)) {
    const message = `column "${name}" of relation "${definition.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }
  const columns = definition.columns.map((column) =>
    column.name === name ? withComment(column, text) : column,
  );
  return { ...definition, columns };
}
