/** GENERATED ALWAYS AS (…) STORED: the expression of a column, and what hangs on it. */
import type { Node } from '@pgsql/types';
import { SqlError } from '../../errors/sql-error.ts';
import { exprColumns } from '../../expr/walk.ts';
import { visitAst, type Ast, stringsOf } from '../../plan/binder/ast.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { exceedsVolatility, registryFacts } from '../../plan/rules/function-facts.ts';
import type { ConstraintNode } from './column-definition.ts';
import { storedGeneration, withColumn } from './stored-expression.ts';
import type { DraftColumn, TableDraft } from './table-draft.ts';

/** Errors: 42601 beside a default or an identity. */
export function addGenerated(
  draft: TableDraft,
  column: DraftColumn,
  { raw_expr: node, location }: ConstraintNode,
): void {
  const { name, defaultSql, identity } = column.definition;
  if (defaultSql !== undefined) {
    const what = identity === undefined ? 'default' : 'identity';
    const words = `both ${what} and generation expression specified for column "${name}"`;
    const { positionOf } = draft.context.statement;
    const place = location === undefined ? {} : { position: positionOf(location) };
    throw new SqlError('syntax_error', `${words} of table "${draft.target.name}"`, place);
  }
  if (node === undefined) return;
  // Other columns may follow, and none may be named that is generated, too.
  column.definition = { ...column.definition, defaultSql: 'NULL', generated: [] };
  draft.generating.push(() => setExpression(draft, column, node));
}

/** Errors: 42P17, and those of binding it to the column's type. */
function setExpression(draft: TableDraft, column: DraftColumn, node: Node): void {
  const { session, statement } = draft.context;
  const isNew = draft.before === undefined;
  const options = session.plannerOptions(isNew ? statement : { positionOf: () => 0 });
  refuseGenerated(draft, node);
  const columns = draft.columns.map(({ definition }) => definition);
  const row = { name: draft.target.name, columns };
  const { sql, expr } = storedGeneration(node, options, { row, column: column.definition });
  if (exceedsVolatility(registryFacts, expr, 'immutable')) {
    const message = 'generation expression is not immutable';
    throw new SqlError('invalid_object_definition', message);
  }
  const generated = exprColumns(expr).map((position) => columns[position]?.name ?? '');
  column.definition = { ...column.definition, defaultSql: sql, generated };
}

function refuseGenerated(draft: TableDraft, node: Node): void {
  visitAst(node, 'ColumnRef', (content) => {
    const { fields, location } = content as Ast<'ColumnRef'>;
    const name = stringsOf(fields).at(-1) ?? '';
    if (draft.find(name)?.definition.generated === undefined) return;
    const { positionOf } = draft.context.statement;
    const message = `cannot use generated column "${name}" in column generation expression`;
    throw new SqlError('invalid_object_definition', message, {
      detail: 'A generated column cannot reference another generated column.',
      ...(location === undefined || draft.before !== undefined
        ? {}
        : { position: positionOf(location) }),
    });
  });
}

/** Generated columns whose expression names the column. */
export function generatedFrom(draft: TableDraft, { definition }: DraftColumn): DraftColumn[] {
  return draft.columns.filter((each) => each.definition.generated?.includes(definition.name));
}

/** After a column was renamed. */
export function renameInGenerated(draft: TableDraft, before: string, after: string): void {
  const { session } = draft.context;
  const options = session.plannerOptions({ positionOf: () => 0 });
  const columns = draft.columns.map(({ definition }) => definition);
  for (const column of draft.columns) {
    const { generated, defaultSql } = column.definition;
    if (generated?.includes(before) !== true || defaultSql === undefined) continue;
    const node = withColumn(expressionOf(defaultSql), before, after);
    const row = { name: draft.target.name, columns };
    const { sql } = storedGeneration(node, options, { row, column: column.definition });
    const names = generated.map((name) => (name === before ? after : name));
    column.definition = { ...column.definition, defaultSql: sql, generated: names };
  }
}
