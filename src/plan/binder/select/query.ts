/** Queries: WITH around SELECT, VALUES or a set operation, then ORDER BY and LIMIT. */
import type { BindContext } from '../bind-context.ts';
import type { Ast } from '../ast.ts';
import { bindSelect } from './select.ts';
import { bindSetOperation } from './set-operations.ts';
import { bindInnerLocks } from '../from/inner-locks.ts';
import { resolveOutputs } from './outputs.ts';
import type { BoundQuery, Env } from '../scope.ts';
import { bindValues } from './values.ts';
import { withEnv } from '../from/with-clause.ts';

/** A query; `parent` is where it stands, undefined for a statement or a view. */
export function bindQuery(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parent: Env | undefined,
): BoundQuery {
  return resolveOutputs(context, bindAny(context, select, { parent, keepsUnknown: false }));
}

/** As bindQuery; literals and parameters of unknown type stay so: INSERT and UNION type them. */
export function bindQueryKeepingUnknown(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  parent: Env | undefined,
): BoundQuery {
  return bindAny(context, select, { parent, keepsUnknown: true });
}

interface Place {
  readonly parent: Env | undefined;
  readonly keepsUnknown: boolean;
}

function bindAny(
  context: BindContext,
  select: Ast<'SelectStmt'>,
  { parent, keepsUnknown }: Place,
): BoundQuery {
  if ((select.lockingClause?.length ?? 0) > 0) return bindInnerLocks(context, select, parent);
  if (select.intoClause !== undefined) {
    throw context.error(
      'syntax_error',
      'SELECT ... INTO is not allowed here',
      select.intoClause.rel?.location,
    );
  }
  const env = select.withClause === undefined ? parent : withEnv(context, select, parent);
  if ((select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') return bindSetOperation(context, select, env);
  if (select.valuesLists !== undefined) return bindValues(context, select, env);
  return bindSelect(context, select, { parent: env, keepsUnknown });
}
