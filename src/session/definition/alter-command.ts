/** One command of ALTER TABLE, as libpg-query gives it and as it is applied. */
import type { ColumnNode, ConstraintNode } from './column-definition.ts';
import type { PartitionCommand } from './partition/attach-partition.ts';
import type { OptionNode } from './sequence-options.ts';
import type { TableDraft } from './table-draft.ts';

export interface AlterCommand {
  readonly subtype?: string;
  readonly name?: string;
  readonly missing_ok?: boolean;
  readonly behavior?: string;
  readonly newowner?: RoleNode;
  readonly def?: {
    readonly ColumnDef?: ColumnNode;
    readonly Constraint?: ConstraintNode;
    readonly ATAlterConstraint?: {
      readonly conname?: string;
      readonly deferrable?: boolean;
      readonly initdeferred?: boolean;
      readonly alterEnforceability?: boolean;
      readonly alterInheritability?: boolean;
    };
    readonly PartitionCmd?: PartitionCommand;
    readonly List?: { readonly items?: readonly OptionNode[] };
  };
}

export interface RoleNode {
  readonly roletype?: string;
  readonly rolename?: string;
}

/** Of what may speak of the constraints that the same statement adds. */
export const lastPass = 6;

export interface Change {
  /** Commands of lower passes come first, whatever their order in the text. */
  readonly pass: number;
  readonly apply: (draft: TableDraft, command: AlterCommand) => void | Promise<void>;
}

/** Words of errors about what other relations do not have. */
export const tableActions: Readonly<Record<string, string>> = {
  AT_AddColumn: 'ADD COLUMN',
  AT_AddConstraint: 'ADD CONSTRAINT',
  AT_AlterColumnType: 'ALTER COLUMN ... SET DATA TYPE',
  AT_ColumnDefault: 'ALTER COLUMN ... SET DEFAULT',
  AT_DropColumn: 'DROP COLUMN',
  AT_DropConstraint: 'DROP CONSTRAINT',
  AT_DropNotNull: 'ALTER COLUMN ... DROP NOT NULL',
  AT_SetNotNull: 'ALTER COLUMN ... SET NOT NULL',
  AT_EnableRowSecurity: 'ENABLE ROW SECURITY',
  AT_DisableRowSecurity: 'DISABLE ROW SECURITY',
  AT_ForceRowSecurity: 'FORCE ROW SECURITY',
  AT_NoForceRowSecurity: 'NO FORCE ROW SECURITY',
};
