/** Rows of a part that runs before the rest of its statement, as a relation. */
import type { LogicalNode } from '../../logical.ts';
import type { Field } from '../../physical.ts';
import type { EarlierRows } from '../../planner.ts';
import type { BindContext } from '../bind-context.ts';

export interface EarlierRelation {
  readonly name: string;
  readonly rows: EarlierRows;
  readonly fields: readonly Pick<Field, 'name' | 'type'>[];
}

export function earlierScan(
  context: BindContext,
  { name, rows, fields }: EarlierRelation,
): LogicalNode {
  const facts = { oid: 0, schema: '', name, columns: fields, rowCount: () => 1, rows };
  const columns = fields.map((field) => context.newColumn(field.name, field.type));
  return { kind: 'factScan', facts, columns, positions: columns.map((_, i) => i) };
}
