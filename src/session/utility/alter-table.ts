/** ALTER TABLE: ADD COLUMN (nullable), RENAME, SET/DROP DEFAULT, SET/DROP NOT NULL, keys. */
import { unsupported } from '../../errors/sql-error.ts';
import { makeNotice } from '../statement-context.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import type { StatementContext } from '../statement-context.ts';
import { columnDefinition, type ColumnNode } from './column-definition.ts';
import { addColumn } from './create-table.ts';
import { findTable, type RangeVar } from './relation.ts';
import type { Utility } from './utility.ts';

interface CommandNode {
  readonly subtype?: string;
  readonly name?: string;
  readonly missing_ok?: boolean;
  readonly def?: { readonly ColumnDef?: ColumnNode };
}

type Change = (
  context: StatementContext,
  definition: TableDefinition,
  command: CommandNode,
) => TableDefinition;

const changes: Readonly<Record<string, Change>> = {
  AT_AddColumn: addNullableColumn,
  AT_DropNotNull: (_context, definition, { name }) =>
    changeColumn(definition, name, (column) => ({ ...column, notNull: false })),
  /* Ownership is not enforced: there is one role. */
  AT_ChangeOwner: (_context, definition) => definition,
};

export const alterTable: Utility = {
  kind: 'AlterTableStmt',
  writes: () => 'ALTER TABLE',
  run(body, context) {
    const { session, out } = context;
    const relation = (body['relation'] ?? {}) as RangeVar;
    const name = { schema: relation.schemaname, name: relation.relname ?? '' };
    if (
      body['missing_ok'] === true &&
      session.catalog().findTable(name.schema, name.name) === undefined
    ) {
      const message = `relation "${name.name}" does not exist, skipping`;
      out.notice(makeNotice('NOTICE', '00000', message));
      out.commandComplete('ALTER TABLE');
      return 0;
    }
    let { definition } = findTable(session, name);
    const commands = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd: CommandNode }[];
    for (const { AlterTableCmd: command } of commands) {
      const change = changes[command.subtype ?? ''];
      if (change === undefined) throw unsupported(alterWords(command.subtype ?? ''));
      definition = change(context, definition, command);
    }
    session.transaction.forWriting().alterTable(definition);
    out.commandComplete('ALTER TABLE');
    return 0;
  },
};

function alterWords(subtype: string): string {
  const words = subtype
    .replace('AT_', '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
  return `ALTER TABLE ... ${words}`;
}

function addNullableColumn(
  context: StatementContext,
  definition: TableDefinition,
  command: CommandNode,
): TableDefinition {
  const column = columnDefinition(context, command.def?.ColumnDef ?? {});
  const isKey = column.constraints.length > 0;
  if (isKey || column.definition.notNull || column.definition.defaultSql !== undefined) {
    throw unsupported('ADD COLUMN with a default, a key or NOT NULL');
  }
  if (
    command.missing_ok === true &&
    definition.columns.some((each) => each.name === column.definition.name)
  ) {
    return definition;
  }
  const columns = [...definition.columns];
  addColumn(columns, column.definition);
  return { ...definition, columns };
}

function changeColumn(
  definition: TableDefinition,
  name: string | undefined,
  change: (column: TableDefinition['columns'][number]) => TableDefinition['columns'][number],
): TableDefinition {
  const columns = definition.columns.map((column) =>
    column.name === name ? change(column) : column,
  );
  return { ...definition, columns };
}
