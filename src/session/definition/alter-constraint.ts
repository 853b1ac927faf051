/** ALTER TABLE's commands about constraints. */
import { SqlError } from '../../errors/sql-error.ts';
import { makeNotice } from '../statement/statement-context.ts';
import type { AlterCommand, Change } from './alter-command.ts';
import { addConstraint } from './column-definition.ts';
import type { TableDraft } from './table-draft.ts';

export const constraintChanges: Readonly<Record<string, Change>> = {
  AT_DropConstraint: { pass: 0, apply: dropConstraint },
  AT_AddConstraint: { pass: 5, apply: addNewConstraint },
  /* Constraints are checked when they are added. */
  AT_ValidateConstraint: { pass: 5, apply: validateConstraint },
};

function addNewConstraint(draft: TableDraft, { def }: AlterCommand): void {
  addConstraint(draft, def?.Constraint ?? {});
}

function missing(draft: TableDraft, name: string): SqlError {
  const message = `constraint "${name}" of relation "${draft.target.name}" does not exist`;
  return new SqlError('undefined_object', message);
}

/** Errors: 42704. */
function dropConstraint(
  draft: TableDraft,
  { name = '', missing_ok: isMissingOk }: AlterCommand,
): void {
  const isIt = ({ definition }: TableDraft['constraints'][number]) => definition.name === name;
  if (draft.constraints.some(isIt)) {
    draft.constraints = draft.constraints.filter((constraint) => !isIt(constraint));
    return;
  }
  const error = missing(draft, name);
  if (isMissingOk !== true) throw error;
  draft.context.out.notice(makeNotice('NOTICE', '00000', `${error.message}, skipping`));
}

function validateConstraint(draft: TableDraft, { name = '' }: AlterCommand): void {
  if (draft.constraints.some(({ definition }) => definition.name === name)) return;
  throw missing(draft, name);
}
