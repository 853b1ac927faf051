/** What ALTER TABLE may not do to a partitioned table, or to a partition. */
import type { TableDefinition } from '../../../catalog/table.ts';
import { SqlError } from '../../../errors/sql-error.ts';
import type { AlterCommand } from '../alter-command.ts';
import type { TableDraft } from '../table-draft.ts';
import { partitionsOf } from './partition-lookup.ts';

const withoutOnly = 'Do not specify the ONLY keyword.';

function refusal(message: string, hint?: string): SqlError {
  return new SqlError('invalid_table_definition', message, hint === undefined ? {} : { hint });
}

/** `isOnly`: the statement leaves partitions out. Errors: 42P16, 42809. */
export function refuseCommand(
  { context, before }: TableDraft,
  command: AlterCommand,
  isOnly: boolean,
): void {
  const table = before?.definition;
  if (table === undefined) return;
  if (table.partitionOf !== undefined) refuseOfPartition(context.session, table, command);
  if (table.partitionBy === undefined) return;
  refuseOfKey(table, command);
  const hasPartitions = partitionsOf(context.session, table).length > 0;
  if (isOnly && hasPartitions) refuseOnly(context.session, table, command);
  const constraint = command.def?.Constraint;
  if (command.subtype !== 'AT_AddConstraint' || constraint?.contype !== 'CONSTR_FOREIGN') return;
  const target = constraint.pktable?.relname ?? '';
  const what = `on partitioned table "${table.name}" referencing relation "${target}"`;
  if (isOnly) throw new SqlError('wrong_object_type', `cannot use ONLY for foreign key ${what}`);
  if (constraint.skip_validation !== true) return;
  throw new SqlError('wrong_object_type', `cannot add NOT VALID foreign key ${what}`, {
    detail: 'This feature is not yet supported on partitioned tables.',
  });
}

type Session = TableDraft['context']['session'];

function refuseOfPartition(
  session: Session,
  table: TableDefinition,
  { subtype, name = '' }: AlterCommand,
): void {
  switch (subtype) {
    case 'AT_AddColumn':
      throw new SqlError('wrong_object_type', 'cannot add column to a partition');
    case 'AT_DropColumn':
      if (!table.columns.some((column) => column.name === name)) return;
      throw refusal(`cannot drop inherited column "${name}"`);
    case 'AT_AlterColumnType':
      if (!table.columns.some((column) => column.name === name)) return;
      throw refusal(`cannot alter inherited column "${name}"`);
    case 'AT_DropNotNull': {
      const parent = parentOf(session, table);
      const isMarked = parent?.columns.some((column) => column.name === name && column.notNull);
      if (isMarked) throw refusal(`column "${name}" is marked NOT NULL in parent table`);
      return;
    }
    case 'AT_DropConstraint': {
      const found = table.constraints.find((each) => each.name === name);
      if (found === undefined || !isInherited(session, table, found)) return;
      throw refusal(`cannot drop inherited constraint "${name}" of relation "${table.name}"`);
    }
  }
}

export function parentOf(
  { environment, transaction }: Session,
  { partitionOf }: TableDefinition,
): TableDefinition | undefined {
  if (partitionOf === undefined) return undefined;
  const table = environment.store.tableByOid(partitionOf.parent, transaction.storeTransaction);
  return table?.definition;
}

function isInherited(
  session: Session,
  table: TableDefinition,
  constraint: TableDefinition['constraints'][number],
): boolean {
  if (constraint.isInherited === true) return true;
  const parent = parentOf(session, table);
  return (
    parent?.constraints.some(({ kind, name }) => {
      return kind === 'check' && constraint.kind === 'check' && name === constraint.name;
    }) === true
  );
}

/** Errors: 42P16 for columns of the partition key. */
function refuseOfKey({ name: table, partitionBy }: TableDefinition, command: AlterCommand): void {
  const { subtype, name = '' } = command;
  const words = { AT_DropColumn: 'drop', AT_AlterColumnType: 'alter' }[subtype ?? ''];
  if (words === undefined || partitionBy?.columns.includes(name) !== true) return;
  const why = `because it is part of the partition key of relation "${table}"`;
  throw refusal(`cannot ${words} column "${name}" ${why}`);
}

function refuseOnly(
  session: Session,
  table: TableDefinition,
  { subtype, name = '', def }: AlterCommand,
): void {
  const remaining = 'from only the partitioned table when partitions exist';
  switch (subtype) {
    case 'AT_AddColumn':
      throw refusal('column must be added to child tables too');
    case 'AT_DropColumn':
      throw refusal(`cannot drop column ${remaining}`, withoutOnly);
    case 'AT_AlterColumnType':
      throw refusal(`type of inherited column "${name}" must be changed in child tables too`);
    case 'AT_SetNotNull': {
      const open = partitionsOf(session, table).find(({ columns }) => {
        return columns.some((column) => column.name === name && !column.notNull);
      });
      if (open === undefined) return;
      throw new SqlError(
        'invalid_table_definition',
        'constraint must be added to child tables too',
        {
          detail: `Column "${name}" of relation "${open.name}" is not already NOT NULL.`,
          hint: withoutOnly,
        },
      );
    }
    case 'AT_DropNotNull':
    case 'AT_DropConstraint':
      throw refusal(`cannot remove constraint ${remaining}`, withoutOnly);
    case 'AT_AddConstraint':
      if (def?.Constraint?.contype !== 'CONSTR_CHECK') return;
      throw refusal('constraint must be added to child tables too');
  }
}
