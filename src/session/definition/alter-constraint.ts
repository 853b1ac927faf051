/** ALTER TABLE's commands about constraints. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { makeNotice } from '../statement/statement-context.ts';
import { lastPass, type AlterCommand, type Change } from './alter-command.ts';
import { addConstraint } from './column-definition.ts';
import { isKey } from '../../catalog/table.ts';
import { foreignKeysTo } from '../write/references/foreign-key.ts';
import { dependentsOf, dropDependents } from './dependents.ts';
import { deferralOf, sameNames } from './foreign-key.ts';
import { displayRelation } from './relation-names.ts';
import type { DraftConstraint, TableDraft } from './table-draft.ts';

export const constraintChanges: Readonly<Record<string, Change>> = {
  AT_DropConstraint: { pass: 0, apply: dropConstraint },
  AT_AddConstraint: { pass: 5, apply: addNewConstraint },
  AT_AlterConstraint: { pass: lastPass, apply: alterDeferral },
  AT_ValidateConstraint: { pass: lastPass, apply: validateConstraint },
};

function addNewConstraint(draft: TableDraft, { def }: AlterCommand): void {
  addConstraint(draft, def?.Constraint ?? {});
}

function missing(draft: TableDraft, name: string): SqlError {
  const message = `constraint "${name}" of relation "${draft.target.name}" does not exist`;
  return new SqlError('undefined_object', message);
}

/** Errors: 42704. */
async function dropConstraint(
  draft: TableDraft,
  { name = '', missing_ok: isMissingOk, behavior }: AlterCommand,
): Promise<void> {
  const isIt = ({ definition }: TableDraft['constraints'][number]) => definition.name === name;
  const found = draft.constraints.find(isIt);
  if (found !== undefined) {
    await dropReferences(draft, found, behavior === 'DROP_CASCADE');
    draft.constraints = draft.constraints.filter((constraint) => !isIt(constraint));
    return;
  }
  const error = missing(draft, name);
  if (isMissingOk !== true) throw error;
  draft.context.out.notice(makeNotice('NOTICE', '00000', `${error.message}, skipping`));
}

/** Foreign keys that reference the key go with it, and views that group by it. Errors: 2BP01. */
async function dropReferences(
  draft: TableDraft,
  { definition, columns }: DraftConstraint,
  cascades: boolean,
): Promise<void> {
  const { before, context } = draft;
  if (!isKey(definition) || before === undefined) return;
  const names = columns.map((column) => column?.definition.name ?? '');
  const isOther = (each: DraftConstraint): boolean =>
    each.definition !== definition &&
    isKey(each.definition) &&
    sameNames(
      each.columns.map((column) => column?.definition.name ?? ''),
      names,
    );
  if (draft.constraints.some(isOther)) return;
  const { session } = context;
  const keys = foreignKeysTo(session, before.definition.oid).filter(({ references }) =>
    sameNames(references.columns, names),
  );
  const { name: constraint } = definition;
  const dependents = [
    ...keys.map(({ table, name }) => {
      return { object: { kind: 'constraint', table, name } as const, on: `index ${constraint}` };
    }),
    ...dependentsOf(session, [{ kind: 'constraint', table: before.definition, name: constraint }]),
  ];
  const subject = `constraint ${definition.name} on table ${displayRelation(session, draft.target)}`;
  await dropDependents(context, { subject, dependents, cascades });
  draft.forget(keys.filter(({ table }) => table.oid === before.definition.oid));
}

/** Errors: 42704, 42809. */
function validateConstraint(draft: TableDraft, { name = '' }: AlterCommand): void {
  const found = draft.constraints.find(({ definition }) => definition.name === name);
  if (found === undefined) throw missing(draft, name);
  const { references, kind } = found.definition;
  if (kind !== 'foreignKey' && kind !== 'check') {
    const words = 'is not a foreign key or check constraint';
    const message = `constraint "${name}" of relation "${draft.target.name}" ${words}`;
    throw new SqlError('wrong_object_type', message);
  }
  if (found.definition.isUnchecked === true) {
    const { isUnchecked: _open, ...valid } = found.definition;
    found.definition = valid;
    found.isNew = true;
  }
  if (references?.isUnchecked !== true) return;
  const { isUnchecked: _checked, ...rest } = references;
  found.definition = { ...found.definition, references: rest };
  found.isNew = true;
}

/** ALTER CONSTRAINT … DEFERRABLE. Errors: 42704, 42809, 0A000. */
function alterDeferral(draft: TableDraft, { def }: AlterCommand): void {
  const node = def?.ATAlterConstraint ?? {};
  const { conname: name = '', alterEnforceability, alterInheritability } = node;
  if (alterEnforceability === true || alterInheritability === true) {
    throw unsupported('ALTER CONSTRAINT of anything but DEFERRABLE');
  }
  const found = draft.constraints.find(({ definition }) => definition.name === name);
  if (found === undefined) throw missing(draft, name);
  const { references } = found.definition;
  if (references === undefined) {
    const words = 'is not a foreign key constraint';
    const message = `constraint "${name}" of relation "${draft.target.name}" ${words}`;
    throw new SqlError('wrong_object_type', message);
  }
  found.definition = {
    ...found.definition,
    references: { ...references, deferral: deferralOf(node) },
  };
}
