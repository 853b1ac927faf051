/**
 * What ALTER TABLE does to a partitioned table, done to a partition: the draft of the one, compared
 * with what it was, changes the draft of the other.
 */
import { parentIndexes } from '../../../catalog/partition-indexes.ts';
import { isKey, type ColumnDefinition } from '../../../catalog/table.ts';
import { must } from '../../../errors/assert.ts';
import type { DraftColumn, DraftConstraint, TableDraft } from '../table-draft.ts';
import { inheritedColumn, inheritKey } from './create-partition.ts';

export function inheritChanges(parent: TableDraft, child: TableDraft): void {
  const before = must(parent.before, 'the parent').definition;
  const parts = parentIndexes(before, must(child.before, 'the partition').definition);
  dropColumns(parent, child);
  for (const column of parent.columns) {
    if (column.position === undefined) child.addColumn(inheritedColumn(column.definition));
    else changeColumn(column, must(before.columns[column.position], 'column'), child);
  }
  const kept = new Set(parent.constraints.map(({ definition }) => definition.name));
  for (const { name, kind } of before.constraints) {
    if (!kept.has(name)) dropConstraint(child, { name, kind }, parts);
  }
  for (const constraint of parent.constraints) inheritConstraint(constraint, child);
}

function dropColumns(parent: TableDraft, child: TableDraft): void {
  const kept = new Set(parent.columns.map(({ position }) => position));
  const before = must(parent.before, 'the parent').definition.columns;
  for (const [position, { name }] of before.entries()) {
    const column = child.find(name);
    if (!kept.has(position) && column !== undefined) child.dropColumn(column);
  }
}

function changeColumn(
  { definition, isRetyped, using }: DraftColumn,
  before: ColumnDefinition,
  child: TableDraft,
): void {
  const column = child.column(definition.name);
  if (isRetyped) {
    child.rebindChecks(column, { ...column.definition, type: definition.type });
    column.isRetyped = true;
    column.using = using;
  }
  if (definition.notNull !== before.notNull) {
    column.definition = { ...column.definition, notNull: definition.notNull };
  }
  const isOfSequence = (definition.identity ?? before.identity) !== undefined;
  const isSame = definition.defaultSql === before.defaultSql;
  if (isOfSequence || (isSame && definition.generated === before.generated)) return;
  const { defaultSql: _old, generated: _expression, ...rest } = column.definition;
  const { defaultSql, generated } = inheritedColumn(definition);
  column.definition = {
    ...rest,
    ...(defaultSql === undefined ? {} : { defaultSql }),
    ...(generated === undefined ? {} : { generated }),
  };
}

function dropConstraint(
  child: TableDraft,
  { name, kind }: Pick<DraftConstraint['definition'], 'name' | 'kind'>,
  parts: ReadonlyMap<string, string>,
): void {
  child.constraints = child.constraints.filter(({ definition }) => {
    if (isKey({ kind })) return parts.get(definition.name) !== name;
    return definition.name !== name || definition.isInherited !== true;
  });
}

/** New ones, and what ALTER and VALIDATE CONSTRAINT changed. */
function inheritConstraint(
  { definition, columns, isNew }: DraftConstraint,
  child: TableDraft,
): void {
  const own = columns.map((column) => child.column(column.definition.name));
  const known = child.constraints.find((each) => {
    return each.definition.name === definition.name && each.definition.kind === definition.kind;
  });
  if (isKey(definition)) {
    if (isNew) inheritKey(child, definition, own);
    return;
  }
  const { comment: _own, ...inherited } = definition;
  if (known === undefined) {
    if (!isNew) return;
    const whole = { ...inherited, isInherited: true as const };
    child.constraints.push({ definition: whole, columns: own, isNew });
    return;
  }
  if (known.definition.isInherited !== true) return;
  known.definition = { ...inherited, isInherited: true };
  known.isNew = isNew;
}
