/** CREATE [OR REPLACE] VIEW: the text of the SELECT is kept and bound wherever the view is used. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import type { StatementContext } from '../statement-context.ts';
import { creationSchema, relationExists, type RangeVar } from './relation.ts';
import type { Utility } from './utility.ts';

export const createView: Utility = {
  kind: 'ViewStmt',
  writes: () => 'CREATE VIEW',
  run(body, context) {
    const { session, statement, out } = context;
    const relation = (body['view'] ?? {}) as RangeVar;
    const schema = creationSchema(session, relation, statement);
    const name = relation.relname ?? '';
    const node = body['query'] as Node;
    const { planned } = session.planNode({ ...statement, node }, []);
    if (planned.kind !== 'query') throw unsupported('a view over a writing statement');
    const transaction = session.transaction.forWriting();
    const { store } = session.environment;
    const views = store.views(transaction);
    const existing = views.find((view) => view.schema === schema && view.name === name);
    if (body['replace'] === true && store.findTable(schema, name, transaction) !== undefined) {
      throw new SqlError('wrong_object_type', `"${name}" is not a view`);
    }
    if (body['replace'] !== true && relationExists(session, schema, name)) {
      throw new SqlError('duplicate_table', `relation "${name}" already exists`);
    }
    if (existing !== undefined) {
      transaction.dropView(existing.oid);
    }
    const aliases = body['aliases'] as readonly AliasNode[] | undefined;
    transaction.createView({
      schema,
      name,
      sql: viewText(context, aliases),
      owner: session.roles.currentUser,
    });
    out.commandComplete('CREATE VIEW');
    return 0;
  },
};

interface AliasNode {
  readonly String?: { readonly sval?: string };
}

/** The SELECT behind AS, under the view's own column names when it gives some. */
function viewText(context: StatementContext, aliases: readonly AliasNode[] | undefined): string {
  const { text } = context.statement;
  const match = /\bas\b\s*(?=(?:\(|select\b|with\b|values\b|table\b))/i.exec(text);
  if (match === null) throw unsupported('this form of CREATE VIEW');
  const select = text
    .slice(match.index + match[0].length)
    .replace(/\bwith\s+(?:local\s+|cascaded\s+)?check\s+option\s*$/i, '');
  if (aliases === undefined) return select;
  const names = aliases.map(({ String: name }) => `"${(name?.sval ?? '').replaceAll('"', '""')}"`);
  return `SELECT * FROM (${select}) AS v(${names.join(', ')})`;
}
