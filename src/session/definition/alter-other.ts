/** ALTER VIEW, SEQUENCE and INDEX in the words of ALTER TABLE: of them only OWNER TO. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { UtilityBody } from '../utility/utility.ts';
import type { AlterCommand } from './alter-command.ts';
import { roleNamed } from './owner.ts';
import type { Relation } from './relation.ts';

/** Errors: 42809 for commands of tables, 0A000. */
export function alterIndexOrView(
  { session }: StatementContext,
  body: UtilityBody,
  relation: Relation,
): void {
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  const transaction = session.transaction.forWriting();
  for (const { AlterTableCmd: command } of nodes) {
    if (command?.subtype !== 'AT_ChangeOwner') throw refusal(body, relation);
    const owner = roleNamed(session, command.newowner);
    if (relation.kind === 'view') transaction.alterView({ ...relation.view, owner });
    if (relation.kind === 'sequence') {
      transaction.alterSequence({ ...relation.sequence.definition, owner });
    }
  }
}

function refusal(body: UtilityBody, relation: Relation): SqlError {
  const isOfTables = body['objtype'] === 'OBJECT_TABLE';
  if (!isOfTables) return unsupported(`this ALTER ${relation.kind.toUpperCase()}`);
  const names = {
    table: (): string => relation.schema,
    view: (): string => (relation.kind === 'view' ? relation.view.name : ''),
    sequence: (): string => (relation.kind === 'sequence' ? relation.sequence.definition.name : ''),
    index: (): string => (relation.kind === 'index' ? relation.index : ''),
  };
  const message = `ALTER action cannot be performed on relation "${names[relation.kind]()}"`;
  const plural = relation.kind === 'index' ? 'indexes' : `${relation.kind}s`;
  const detail = `This operation is not supported for ${plural}.`;
  return new SqlError('wrong_object_type', message, { detail });
}
