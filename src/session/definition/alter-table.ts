/**
 * ALTER TABLE: its commands change a draft, in PostgreSQL's order; then the rows are written anew
 * where they must be, and what is new is checked against them.
 *
 *     drop ─▶ type ─▶ add column ─▶ defaults, NOT NULL ─▶ add constraint ─▶ other ─▶ rows ─▶ checks
 */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { must } from '../../errors/assert.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { RelationLock, Utility, UtilityBody } from '../utility/utility.ts';
import { columnChanges } from './alter-column.ts';
import { alterComposite } from './type/composite-type.ts';
import { loggedChanges } from './logged.ts';
import { constraintChanges } from './alter-constraint.ts';
import { lastPass, tableActions, type AlterCommand, type Change } from './alter-command.ts';
import { refuseBrokenViews, viewShapes } from './view/dependent-views.ts';
import { checkNewRules, fillOldRows, newRows } from './new-rows.ts';
import { changeOwner } from './owner.ts';
import { lockRelation } from '../transaction/locks.ts';
import {
  attachIndex,
  attachPartition,
  detachPartition,
  type PartitionCommand,
} from './partition/attach-partition.ts';
import { inheritChanges } from './partition/inherit-changes.ts';
import { partitionsOf } from './partition/partition-lookup.ts';
import { refuseCommand } from './partition/partition-rules.ts';
import { findRelation, missingRelation, nameOf, type RangeVar } from './relation.ts';
import { referencedLock } from './referenced-lock.ts';
import { alterRowType } from './type/row-type-uses.ts';
import { alterIndexOrView } from './alter-other.ts';
import { disableAllTriggers, setTrigger, setTriggers } from './trigger/table-triggers.ts';
import { setRowSecurity } from './policy/table-policies.ts';
import { TableDraft } from './table-draft.ts';

const changes: Readonly<Record<string, Change>> = {
  ...columnChanges,
  ...constraintChanges,
  ...loggedChanges,
  AT_ChangeOwner: { pass: lastPass, apply: (draft, { newowner }) => changeOwner(draft, newowner) },
  AT_SetRelOptions: { pass: lastPass, apply: () => undefined },
  AT_ResetRelOptions: { pass: lastPass, apply: () => undefined },
  AT_SetStatistics: { pass: lastPass, apply: (draft, { name = '' }) => void draft.column(name) },
  AT_SetStorage: { pass: lastPass, apply: (draft, { name = '' }) => void draft.column(name) },
  AT_ClusterOn: { pass: lastPass, apply: () => undefined },
  AT_DropCluster: { pass: lastPass, apply: () => undefined },
  AT_EnableTrigAll: { pass: lastPass, apply: setTriggers('O') },
  AT_EnableTrigUser: { pass: lastPass, apply: setTriggers('O') },
  AT_DisableTrigUser: { pass: lastPass, apply: setTriggers('D') },
  AT_DisableTrigAll: { pass: lastPass, apply: disableAllTriggers },
  AT_EnableTrig: { pass: lastPass, apply: setTrigger('O') },
  AT_EnableAlwaysTrig: { pass: lastPass, apply: setTrigger('A') },
  AT_EnableReplicaTrig: { pass: lastPass, apply: setTrigger('R') },
  AT_EnableRowSecurity: { pass: lastPass, apply: setRowSecurity({ isEnabled: true }) },
  AT_DisableRowSecurity: { pass: lastPass, apply: setRowSecurity({ isEnabled: false }) },
  AT_ForceRowSecurity: { pass: lastPass, apply: setRowSecurity({ isForced: true }) },
  AT_NoForceRowSecurity: { pass: lastPass, apply: setRowSecurity({ isForced: false }) },
  AT_DisableTrig: { pass: lastPass, apply: setTrigger('D') },
};

export const alterTable: Utility = {
  kind: 'AlterTableStmt',
  writes: (body) => `ALTER ${kindWords(body)}`,
  locks: (body) => lockRelationOf(body).map((lock) => ({ ...lock, command: 'ALTER TABLE' })),
  async run(body, context) {
    const { session, out } = context;
    if (body['objtype'] === 'OBJECT_TYPE') {
      await alterComposite(context, body);
      out.commandComplete('ALTER TYPE');
      return 0;
    }
    const relation = (body['relation'] ?? {}) as RangeVar;
    const name = nameOf(relation);
    const found = findRelation(session, name);
    if (found === undefined) {
      const missing = missingRelation(context, name);
      if (body['missing_ok'] !== true) throw missing;
      const message = `relation "${name.name}" does not exist, skipping`;
      out.notice(makeNotice('NOTICE', '00000', message));
    } else if (found.kind === 'table') await alterPlain(context, body, found.table);
    else if (found.kind === 'materialized view') {
      refuseOfTables(body, found.table.definition.name);
      await alter(context, body, found.table);
    } else if (found.kind === 'index' && partitionCommand(body) !== undefined) {
      attachIndex(context, found, partitionCommand(body)?.partition ?? {});
    } else alterIndexOrView(context, body, found);
    out.commandComplete(`ALTER ${kindWords(body)}`);
    return 0;
  },
};

/** Nobody reads or writes the table while its definition changes. */
function lockRelationOf(body: UtilityBody): readonly RelationLock[] {
  const own = nameOf(body['relation'] as RangeVar | undefined);
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  const constraints = nodes.flatMap(({ AlterTableCmd: command }) => [
    ...(command?.def?.Constraint === undefined ? [] : [command.def.Constraint]),
    ...(command?.def?.ColumnDef?.constraints ?? []).map((each) => each.Constraint),
  ]);
  return [{ name: own, mode: 'access exclusive' }, ...constraints.flatMap(referencedLock)];
}

function kindWords(body: UtilityBody): string {
  const words = String(body['objtype'] ?? 'OBJECT_TABLE').replace('OBJECT_', '');
  return words === 'MATVIEW' ? 'MATERIALIZED VIEW' : words;
}

/** What a materialized view does not have. Errors: 42809. */
function refuseOfTables(body: UtilityBody, name: string): void {
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  for (const { AlterTableCmd: command } of nodes) {
    const action = tableActions[command?.subtype ?? ''];
    if (action === undefined) continue;
    const message = `ALTER action ${action} cannot be performed on relation "${name}"`;
    throw new SqlError('wrong_object_type', message, {
      detail: 'This operation is not supported for materialized views.',
    });
  }
}

type Table = TableDraft['before'];

/** ATTACH or DETACH PARTITION, which stands alone. */
function partitionCommand(
  body: UtilityBody,
): { readonly subtype: string; readonly partition: PartitionCommand } | undefined {
  const [node] = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  const { subtype = '', def } = node?.AlterTableCmd ?? {};
  const isOne = subtype === 'AT_AttachPartition' || subtype === 'AT_DetachPartition';
  return isOne ? { subtype, partition: def?.PartitionCmd ?? {} } : undefined;
}

/** Errors: 42P17, and those of the commands. */
async function alterPlain(
  context: StatementContext,
  body: UtilityBody,
  table: NonNullable<Table>,
): Promise<void> {
  const found = partitionCommand(body);
  const { definition } = table;
  if (found === undefined) return alter(context, body, table);
  if (definition.partitionBy === undefined) {
    const message = `table "${definition.name}" is not partitioned`;
    throw new SqlError('invalid_object_definition', message);
  }
  if (found.subtype === 'AT_AttachPartition')
    await attachPartition(context, definition, found.partition);
  else await detachPartition(context, definition, found.partition);
}

async function alter(
  context: StatementContext,
  body: UtilityBody,
  table: NonNullable<Table>,
): Promise<void> {
  const { session } = context;
  const draft = new TableDraft(context, table.definition, table);
  const isOnly = (body['relation'] as RangeVar | undefined)?.inh !== true;
  const shapes = viewShapes(session, [table.definition.oid]);
  for (const { command, change } of inPasses(body)) {
    refuseCommand(draft, command, isOnly);
    if (change.pass === lastPass) draft.addWaiting();
    draft.askedKeys.clear();
    await change.apply(draft, command);
  }
  draft.addWaiting();
  await putChanges(draft, shapes, isOnly);
}

/** The draft's table, its rows, and without ONLY its partitions. */
async function putChanges(
  draft: TableDraft,
  shapes: ReturnType<typeof viewShapes>,
  isOnly: boolean,
): Promise<void> {
  const { context } = draft;
  const { session } = context;
  const before = must(draft.before, 'the table').definition;
  fillOldRows(draft);
  const transaction = session.transaction.forWriting();
  for (const oid of draft.orphans) transaction.dropSequence(oid);
  const altered = { ...before, ...draft.owner, ...draft.finish() };
  await alterRowType(draft, before, altered);
  if (draft.needsNewRows) await newRows(draft, altered);
  else transaction.alterTable(altered);
  refuseBrokenViews(context, shapes, draft);
  if (before.partitionBy === undefined) await checkNewRules(draft);
  else if (!isOnly) await changePartitions(draft);
}

async function changePartitions(parent: TableDraft): Promise<void> {
  const { context, before } = parent;
  const { session } = context;
  for (const { oid } of partitionsOf(session, must(before, 'the table').definition)) {
    await lockRelation(session, oid, 'access exclusive');
    const { store } = session.environment;
    const table = store.tableByOid(oid, session.transaction.storeTransaction);
    if (table === undefined) continue;
    const draft = new TableDraft(context, table.definition, table);
    const shapes = viewShapes(session, [oid]);
    inheritChanges(parent, draft);
    await putChanges(draft, shapes, false);
  }
}

interface Planned {
  readonly command: AlterCommand;
  readonly change: Change;
}

/** Errors: 0A000 for commands that are not offered. */
function inPasses(body: UtilityBody): readonly Planned[] {
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  const planned = nodes.map(({ AlterTableCmd: command = {} }): Planned => {
    const isDrop = command.subtype === 'AT_ColumnDefault' && command.def === undefined;
    const change = changes[isDrop ? 'AT_DropDefault' : (command.subtype ?? '')];
    if (change === undefined) throw unsupported(alterWords(command.subtype ?? ''));
    return { command, change };
  });
  return planned.toSorted((left, right) => left.change.pass - right.change.pass);
}

function alterWords(subtype: string): string {
  const words = must(subtype, 'a command')
    .replace('AT_', '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase();
  return `ALTER TABLE ... ${words}`;
}
