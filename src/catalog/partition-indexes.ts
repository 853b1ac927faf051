/**
 * Indexes of a partitioned table and of its partitions: one that is made alike is its part in the
 * partition, as PostgreSQL finds it when a partition is attached.
 */
import type { IndexDefinition } from './index-definition.ts';
import { isKey, type ConstraintDefinition, type TableDefinition } from './table.ts';

type Index = Partial<Omit<IndexDefinition, 'comment'>> &
  Pick<IndexDefinition, 'columns'> &
  Partial<Pick<ConstraintDefinition, 'kind'>>;

/** Whether two indexes are alike but for their names; their tables' columns are in one order. */
export function sameIndex(one: Index, other: Index): boolean {
  return shapeOf(one) === shapeOf(other);
}

function shapeOf(index: Index): string {
  const { columns, method = 'btree', expressions = [], where = '', kind = 'index' } = index;
  const { options = [], classes = [], include = [] } = index;
  const texts = expressions.map(({ sql }) => sql);
  const bits = columns.map((_column, at) => options[at] ?? 0);
  const named = columns.map((_column, at) => classes[at] ?? '');
  const isUnique = kind !== 'index' || index.isUnique === true;
  const nulls = index.nullsEqual === true;
  return JSON.stringify([
    columns,
    method,
    texts,
    where,
    kind,
    bits,
    named,
    isUnique,
    nulls,
    include,
  ]);
}

/** Those behind keys, then the table's own. */
export function indexesOf({ constraints, indexes = [] }: TableDefinition): readonly Named[] {
  return [...constraints.filter(isKey), ...indexes];
}

type Named = Index & { readonly name: string };

/** For each index of the child the name of the parent's that it is a part of. */
export function parentIndexes(
  parent: TableDefinition,
  child: TableDefinition,
): ReadonlyMap<string, string> {
  const own = [...indexesOf(child)];
  const found = new Map<string, string>();
  for (const index of indexesOf(parent)) {
    const at = own.findIndex((each) => sameIndex(index, each));
    const [part] = at < 0 ? [] : own.splice(at, 1);
    if (part !== undefined) found.set(part.name, index.name);
  }
  return found;
}
