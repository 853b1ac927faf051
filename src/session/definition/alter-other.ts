/** ALTER VIEW, SEQUENCE and INDEX in the words of ALTER TABLE: OWNER TO, options of views. */
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { parseSql } from '../../sql/parse.ts';
import type { SequenceDefinition } from '../../catalog/table.ts';
import type { SqlSession } from '../sql-session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import type { UtilityBody } from '../utility/utility.ts';
import { tableActions, type AlterCommand } from './alter-command.ts';
import { giveTo, newOwner } from './owner.ts';
import type { Relation } from './relation.ts';
import { changedOptions, refuseCheckOption, updatabilityOf } from './view/view-updatability.ts';

/** Errors: 42809 for commands of tables, 0A000. */
export function alterIndexOrView(
  { session }: StatementContext,
  body: UtilityBody,
  relation: Exclude<Relation, { readonly kind: 'table' | 'materialized view' }>,
): void {
  const nodes = (body['cmds'] ?? []) as readonly { readonly AlterTableCmd?: AlterCommand }[];
  const transaction = session.transaction.forWriting();
  for (const { AlterTableCmd: command } of nodes) {
    if (relation.kind === 'view' && optionChanges.has(command?.subtype ?? '')) {
      changeOptions(session, relation, command);
      continue;
    }
    if (command?.subtype !== 'AT_ChangeOwner') throw refusal(body, relation, command?.subtype);
    const to = newOwner(session, command.newowner);
    const { roles } = session;
    if (relation.kind === 'view') {
      const { view } = relation;
      const given = { access: roles.table(view), shown: `view ${view.name}` };
      giveTo(session, { ...given, schema: view.schema }, to);
      transaction.alterView({ ...view, owner: to.name });
    }
    if (relation.kind === 'sequence') {
      const { definition } = relation.sequence;
      refuseLinked(session, definition);
      const access = roles.table({ ...definition, noun: 'sequence' });
      const given = { access, shown: `sequence ${definition.name}` };
      giveTo(session, { ...given, schema: definition.schema }, to);
      transaction.alterSequence({ ...definition, owner: to.name });
    }
  }
}

/** A column's sequence belongs to whoever has the table. Errors: 0A000. */
function refuseLinked(session: SqlSession, { oid, name }: SequenceDefinition): void {
  const tables = session.environment.store.tables(session.transaction.storeTransaction);
  const linked = tables.find(({ definition }) => {
    return definition.columns.some(({ owns }) => owns?.includes(oid) === true);
  });
  if (linked === undefined) return;
  const message = `cannot change owner of sequence "${name}"`;
  const detail = `Sequence "${name}" is linked to table "${linked.definition.name}".`;
  throw new SqlError('feature_not_supported', message, { detail });
}

const optionChanges = new Set(['AT_SetRelOptions', 'AT_ResetRelOptions']);

/** Errors: 22023, 0A000. */
function changeOptions(
  session: SqlSession,
  { view }: Relation & { readonly kind: 'view' },
  command: AlterCommand | undefined,
): void {
  const nodes = command?.def?.List?.items ?? [];
  const options = changedOptions(view, nodes, command?.subtype === 'AT_ResetRelOptions');
  const query = must(parseSql(view.sql)[0], 'the query of the view').node;
  refuseCheckOption(options, updatabilityOf(session, query));
  const { options: _before, ...kept } = view;
  const own = options.length === 0 ? {} : { options };
  session.transaction.forWriting().alterView({ ...kept, ...own });
}

function refusal(
  body: UtilityBody,
  relation: Parameters<typeof alterIndexOrView>[2],
  subtype = '',
): SqlError {
  const isOfTables = body['objtype'] === 'OBJECT_TABLE';
  if (!isOfTables) return unsupported(`this ALTER ${relation.kind.toUpperCase()}`);
  const names = {
    view: (): string => (relation.kind === 'view' ? relation.view.name : ''),
    sequence: (): string => (relation.kind === 'sequence' ? relation.sequence.definition.name : ''),
    index: (): string => (relation.kind === 'index' ? relation.index : ''),
  };
  const words = tableActions[subtype];
  const action = words === undefined ? '' : ` ${words}`;
  const message = `ALTER action${action} cannot be performed on relation "${names[relation.kind]()}"`;
  const plural = relation.kind === 'index' ? 'indexes' : `${relation.kind}s`;
  const detail = `This operation is not supported for ${plural}.`;
  return new SqlError('wrong_object_type', message, { detail });
}
