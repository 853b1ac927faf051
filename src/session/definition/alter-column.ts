/** ALTER TABLE's commands about columns. */
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindExpression, bindNewRows } from '../../plan/binder/bind-statement.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { Node } from '@pgsql/types';
import { makeNotice } from '../statement/statement-context.ts';
import type { AlterCommand, Change } from './alter-command.ts';
import { addColumn, addIdentity, identityType, setDefault, typeOf } from './column-definition.ts';
import { triggersOverColumn } from './trigger/table-triggers.ts';
import { policiesAs } from './policy/policy-objects.ts';
import { policiesOverColumn } from './policy/table-policies.ts';
import { dependentsOf, describe, dropDependents, type Dependent } from './dependents.ts';
import { dependentViews } from './view/dependent-views.ts';
import { foreignKeysTo } from '../write/references/foreign-key.ts';
import { displayRelation } from './relation-names.ts';
import { generatedFrom } from './generated-column.ts';
import { sequenceOptions, type OptionNode, type SequenceShape } from './sequence-options.ts';
import type { DraftColumn, TableDraft } from './table-draft.ts';

export const columnChanges: Readonly<Record<string, Change>> = {
  AT_DropColumn: { pass: 0, apply: dropColumn },
  AT_AlterColumnType: { pass: 1, apply: alterType },
  AT_AddColumn: { pass: 3, apply: addNewColumn },
  AT_ColumnDefault: { pass: 4, apply: changeDefault },
  AT_DropDefault: { pass: 0, apply: changeDefault },
  AT_SetNotNull: { pass: 4, apply: setNotNull },
  AT_DropNotNull: { pass: 0, apply: dropNotNull },
  AT_AddIdentity: { pass: 4, apply: makeIdentity },
  AT_SetIdentity: { pass: 4, apply: changeIdentity },
  AT_DropIdentity: { pass: 0, apply: dropIdentity },
  AT_DropExpression: { pass: 0, apply: dropExpression },
};

function skip(draft: TableDraft, message: string, code = '00000'): void {
  draft.context.out.notice(makeNotice('NOTICE', code, `${message}, skipping`));
}

/** Errors: 42703, 2BP01 while views show the column. */
async function dropColumn(
  draft: TableDraft,
  { name = '', missing_ok: isMissingOk, behavior }: AlterCommand,
): Promise<void> {
  if (isMissingOk === true && draft.find(name) === undefined) {
    skip(draft, `column "${name}" of relation "${draft.target.name}" does not exist`);
    return;
  }
  const column = draft.column(name);
  const { context, before } = draft;
  const table = displayRelation(context.session, draft.target);
  const subject = `column ${name} of table ${table}`;
  const computed = generatedFrom(draft, column);
  draft.dropColumn(column);
  const views = before === undefined ? [] : dependentViews(draft, column);
  const dependents = views.flatMap((view): Dependent[] => {
    const object = { kind: 'view', view } as const;
    const others = dependentsOf(context.session, [object]);
    return [...others.toReversed(), { object, on: subject }];
  });
  const { oid } = before?.definition ?? { oid: 0 };
  const keys = foreignKeysTo(context.session, oid).filter(
    ({ references, table }) => references.columns.includes(name) && table.oid !== oid,
  );
  for (const { table: other, name: constraint } of keys.toReversed()) {
    const object = { kind: 'constraint', table: other, name: constraint } as const;
    dependents.push({ object, on: subject });
  }
  const triggers = before === undefined ? [] : triggersOverColumn(context.session, oid, name);
  for (const trigger of triggers.toReversed()) {
    const own = must(before, 'the table').definition;
    dependents.push({ object: { kind: 'trigger', trigger, table: own }, on: subject });
  }
  const policies = policiesOverColumn(context.session, oid, name);
  const ofPolicies = policiesAs(context.session, policies).map((object) => ({
    object,
    on: subject,
  }));
  dependents.unshift(...ofPolicies.toReversed());
  for (const { definition } of computed.toReversed()) {
    const own = must(before, 'the table').definition;
    dependents.push({
      object: { kind: 'column', table: own, column: definition.name },
      on: subject,
    });
  }
  const cascades = behavior === 'DROP_CASCADE';
  const isOwn = ({ object }: Dependent): boolean => object.kind === 'column';
  await dropDependents(context, {
    ...{ subject, dependents: dependents.toReversed(), cascades },
    leaves: isOwn,
  });
  for (const each of computed) draft.dropColumn(each);
}

/** Errors: 42703, 42804, 0A000 while views show the column. */
function alterType(draft: TableDraft, { name = '', def }: AlterCommand): void {
  const column = draft.column(name);
  refuseReferenced(draft, column);
  const [generated] = generatedFrom(draft, column);
  if (generated !== undefined) {
    const message = 'cannot alter type of a column used by a generated column';
    const by = `is used by generated column "${generated.definition.name}"`;
    throw new SqlError('feature_not_supported', message, { detail: `Column "${name}" ${by}.` });
  }
  refusePolicies(draft, name);
  const node = def?.ColumnDef ?? {};
  const type = typeOf(draft, node);
  checkCast(draft, column, { type, using: node.raw_default });
  const { defaultSql, identity, generated: uses } = column.definition;
  if (uses !== undefined) throw unsupported('changing the type of a generated column');
  if (identity !== undefined) retypeSequences(draft, column, type);
  else if (defaultSql !== undefined) checkDefault(draft, column, type);
  draft.rebindChecks(column, { ...column.definition, type });
  column.isRetyped = true;
  column.using = node.raw_default;
}

/** Errors: 0A000. */
function refusePolicies({ context: { session }, before }: TableDraft, name: string): void {
  const policies = policiesOverColumn(session, before?.definition.oid ?? 0, name);
  const [object] = policiesAs(session, policies);
  if (object === undefined) return;
  const message = 'cannot alter type of a column used in a policy definition';
  const detail = `${describe(session, object)} depends on column "${name}"`;
  throw new SqlError('feature_not_supported', message, { detail });
}

/** The sequence of an identity column takes its type. Errors: 22023. */
function retypeSequences(draft: TableDraft, column: DraftColumn, type: SqlType): void {
  const newType = identityType(type);
  alterSequences(draft, column, [], newType);
}

/** Errors: 0A000 for columns of foreign keys, on either side. */
function refuseReferenced({ context, before, constraints }: TableDraft, column: DraftColumn): void {
  const isOwn = constraints.some(
    ({ definition, columns }) => definition.kind === 'foreignKey' && columns.includes(column),
  );
  const keys = foreignKeysTo(context.session, before?.definition.oid ?? 0);
  const { name } = column.definition;
  if (isOwn) throw unsupported('changing the type of a column of a foreign key');
  if (keys.some(({ references }) => references.columns.includes(name))) {
    throw unsupported('changing the type of a column that a foreign key references');
  }
}

/** Errors: 42804 when the column's type does not go over to the new one. */
function checkCast(
  draft: TableDraft,
  { definition, position }: DraftColumn,
  { type, using }: { readonly type: SqlType; readonly using: Node | undefined },
): void {
  const { session, statement } = draft.context;
  if (draft.before === undefined) return;
  const column = { definition: { ...definition, type }, position, using };
  bindNewRows(draft.before, [column], session.plannerOptions(statement));
}

function checkDefault(draft: TableDraft, column: DraftColumn, type: SqlType): void {
  const { name, defaultSql = 'NULL' } = column.definition;
  const { session, statement } = draft.context;
  const options = session.plannerOptions(statement);
  const words = `default for column "${name}" cannot be cast automatically to type`;
  bindExpression(expressionOf(defaultSql), options, type, {
    mismatch: () => new SqlError('datatype_mismatch', `${words} ${sqlNameOf(type)}`),
  });
}

/** Errors: 42701 and those of the column. */
function addNewColumn(draft: TableDraft, { def, missing_ok: isMissingOk }: AlterCommand): void {
  const node = def?.ColumnDef ?? {};
  const name = node.colname ?? '';
  if (isMissingOk === true && draft.find(name) !== undefined) {
    const message = `column "${name}" of relation "${draft.target.name}" already exists`;
    skip(draft, message, '42701');
    return;
  }
  const column = addColumn(draft, node);
  column.added = column.definition;
}

/** Errors: 42703, 42601 for identity columns. */
function changeDefault(draft: TableDraft, { name = '', def }: AlterCommand): void {
  const column = draft.column(name);
  if (column.definition.identity !== undefined) {
    const message = `column "${name}" of relation "${draft.target.name}" is an identity column`;
    const hint = 'Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.';
    throw new SqlError('syntax_error', message, def === undefined ? { hint } : {});
  }
  if (column.definition.generated !== undefined) {
    const message = `column "${name}" of relation "${draft.target.name}" is a generated column`;
    const hint = 'Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.';
    throw new SqlError('syntax_error', message, def === undefined ? { hint } : {});
  }
  if (def !== undefined) {
    setDefault(draft, column, def as Node);
    return;
  }
  const { defaultSql: _gone, ...rest } = column.definition;
  column.definition = rest;
}

function setNotNull(draft: TableDraft, { name = '' }: AlterCommand): void {
  const column = draft.column(name);
  if (column.definition.notNull) return;
  column.definition = { ...column.definition, notNull: true };
}

/** Errors: 42P16 for columns of the primary key, 42601 for identity columns. */
function dropNotNull(draft: TableDraft, { name = '' }: AlterCommand): void {
  const column = draft.column(name);
  if (column.definition.identity !== undefined) {
    const message = `column "${name}" of relation "${draft.target.name}" is an identity column`;
    throw new SqlError('syntax_error', message);
  }
  const isKey = draft.constraints.some(
    ({ definition, columns }) => definition.kind === 'primaryKey' && columns.includes(column),
  );
  if (isKey) {
    throw new SqlError('invalid_table_definition', `column "${name}" is in a primary key`);
  }
  column.definition = { ...column.definition, notNull: false };
}

/** Errors: 55000 when it is one already, has a default, or may be NULL. */
function makeIdentity(draft: TableDraft, { name = '', def }: AlterCommand): void {
  const column = draft.column(name);
  identityType(column.definition.type);
  const relation = `column "${name}" of relation "${draft.target.name}"`;
  const refuse = (words: string): SqlError =>
    new SqlError('object_not_in_prerequisite_state', `${relation} ${words}`);
  if (!column.definition.notNull) {
    throw refuse('must be declared NOT NULL before identity can be added');
  }
  if (column.definition.identity !== undefined) throw refuse('is already an identity column');
  if (column.definition.defaultSql !== undefined) throw refuse('already has a default value');
  addIdentity(draft, column, def?.Constraint ?? {});
}

function notIdentity(draft: TableDraft, name: string): SqlError {
  const message = `column "${name}" of relation "${draft.target.name}" is not an identity column`;
  return new SqlError('object_not_in_prerequisite_state', message);
}

/** SET GENERATED, SET of sequence options, RESTART. Errors: 55000. */
function changeIdentity(draft: TableDraft, { name = '', def }: AlterCommand): void {
  const column = draft.column(name);
  if (column.definition.identity === undefined) throw notIdentity(draft, name);
  const options = def?.List?.items ?? [];
  const isGenerated = (node: (typeof options)[number]) => node.DefElem?.defname === 'generated';
  const when = options.find(isGenerated)?.DefElem?.arg?.Integer?.ival;
  if (when !== undefined) {
    const identity = when === 'a'.charCodeAt(0) ? 'always' : 'by default';
    column.definition = { ...column.definition, identity };
  }
  const others = options.filter((node) => !isGenerated(node));
  if (others.length === 0) return;
  alterSequences(draft, column, others);
}

/** The sequences that the column owns. Errors: 22023. */
function alterSequences(
  draft: TableDraft,
  column: DraftColumn,
  options: readonly OptionNode[],
  newType?: SequenceShape['type'],
): void {
  const transaction = draft.context.session.transaction.forWriting();
  for (const oid of column.definition.owns ?? []) {
    const before = transaction.sequence(oid)?.definition;
    if (before === undefined) continue;
    const { positionOf } = draft.context.statement;
    const retyped = newType === undefined ? {} : { newType };
    const { shape, restart } = sequenceOptions(options, { positionOf, before, ...retyped });
    const value = restart === undefined ? undefined : { last: restart, isCalled: false };
    transaction.alterSequence({ ...before, ...shape }, value);
  }
}

/** The sequence goes with it. Errors: 55000. */
function dropIdentity(draft: TableDraft, { name = '', missing_ok: isMissingOk }: AlterCommand) {
  const column = draft.column(name);
  const { identity, defaultSql: _sql, owns = [], ...rest } = column.definition;
  if (identity === undefined) {
    const error = notIdentity(draft, name);
    if (isMissingOk !== true) throw error;
    skip(draft, error.message);
    return;
  }
  draft.orphans.push(...owns);
  column.definition = rest;
}

/** The values stay. Errors: 55000. */
function dropExpression(draft: TableDraft, { name = '', missing_ok: isMissingOk }: AlterCommand) {
  const column = draft.column(name);
  const { generated, defaultSql: _sql, ...rest } = column.definition;
  if (generated === undefined) {
    const words = 'is not a stored generated column';
    const message = `column "${name}" of relation "${draft.target.name}" ${words}`;
    if (isMissingOk !== true) throw new SqlError('object_not_in_prerequisite_state', message);
    skip(draft, message);
    return;
  }
  column.definition = rest;
}
