/** `*`, `t.*` and `(composite).*`: the columns they stand for. */
import type { Node } from '@pgsql/types';
import type { Expr } from '../../../expr/expr.ts';
import { quoteIdentifier } from '../../../functions/text/quote.ts';
import { astAs, isStar, stringsOf, type Ast } from '../ast.ts';
import { findRelation, outward } from '../column-refs.ts';
import { bindExpr } from '../expressions.ts';
import { missingRelation } from '../calls/missing-names.ts';
import { fieldAt, fieldsOf } from '../rows.ts';
import type { Env, Relation } from '../scope.ts';
import { variableFields } from '../variables.ts';

export interface StarColumn {
  readonly name: string;
  readonly expr: Expr;
}

/** The expansion of a node that ends in `*`. */
export function expandStar(env: Env, node: Node): readonly StarColumn[] {
  const { context } = env;
  const indirection = astAs(node, 'A_Indirection');
  if (indirection !== undefined) return expandComposite(env, node);
  const reference = astAs(node, 'ColumnRef') ?? {};
  const names = stringsOf(reference.fields);
  const place = reference.location ?? -1;
  if (names.length === 0) {
    const items = env.level.namespace.filter(({ columnsVisible }) => columnsVisible);
    if (items.length === 0) {
      throw context.error('syntax_error', 'SELECT * with no tables specified is not valid', place);
    }
    const relations = items.map(({ relation }) => relation);
    tellReferences(env, reference, relations);
    return relations.flatMap((relation) => columnsOf(env, relation, node));
  }
  const relationName = names.at(-1) ?? '';
  const relation = findRelation(
    env,
    names.length > 1 ? names.at(-2) : undefined,
    relationName,
    place,
  );
  const fields = relation === undefined ? variableFields(env, names) : undefined;
  if (fields !== undefined) return fields;
  if (relation === undefined) throw missingRelation(env, relationName, place);
  tellReferences(env, reference, [relation]);
  return columnsOf(env, relation, node);
}

function tellReferences(
  { context, level }: Env,
  reference: Ast<'ColumnRef'>,
  relations: readonly Relation[],
): void {
  const found = relations.flatMap(({ columns }) =>
    columns.flatMap(({ name, column, hidden }) =>
      hidden === true ? [] : [{ level, id: column.id, name }],
    ),
  );
  context.record?.stars.set(reference, found);
  const columns = relations.flatMap(({ name, columns: all }) => {
    const qualifier = name === undefined ? '' : `${quoteIdentifier(name)}.`;
    const shown = all.filter(({ hidden }) => hidden !== true);
    return shown.map((column) => `${qualifier}${quoteIdentifier(column.name)}`);
  });
  context.references?.star(reference.location ?? -1, columns);
}

function columnsOf(env: Env, relation: Relation, origin: Node): readonly StarColumn[] {
  return relation.columns
    .filter(({ hidden }) => hidden !== true)
    .map((column) => ({
      name: column.name,
      expr: env.context.place(outward(env, column), origin),
    }));
}

function expandComposite(env: Env, node: Node): readonly StarColumn[] {
  const { context } = env;
  const indirection = astAs(node, 'A_Indirection') ?? {};
  const inner = (indirection.indirection ?? []).slice(0, -1);
  const source: Node | undefined =
    inner.length === 0
      ? indirection.arg
      : { A_Indirection: { ...(indirection.arg && { arg: indirection.arg }), indirection: inner } };
  const composite = bindExpr(env, source);
  const fields = fieldsOf(context, composite);
  if (fields === undefined) {
    const message = 'record type has not been registered';
    throw context.error('wrong_object_type', message, node);
  }
  return fields.map(({ name }, i) => ({ name, expr: fieldAt(context, composite, i) }));
}

export function endsInStar(node: Node | undefined): boolean {
  const fields = astAs(node, 'ColumnRef')?.fields ?? astAs(node, 'A_Indirection')?.indirection;
  return isStar(fields?.at(-1));
}
