/** PARTITION BY of CREATE TABLE. */
import type { Node } from '@pgsql/types';
import { requireHash } from '../../../catalog/partition-hash.ts';
import type { PartitionKey } from '../../../catalog/partitions.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import { systemNames } from '../../../plan/binder/from/system-columns.ts';
import { hasOrder } from '../../../types/type-orders.ts';
import { sqlNameOf } from '../../../plan/binder/literals.ts';
import type { TableDraft } from '../table-draft.ts';

export interface PartitionSpec {
  readonly strategy?: string;
  readonly partParams?: readonly { readonly PartitionElem?: KeyElement }[];
}

interface KeyElement {
  readonly name?: string;
  readonly expr?: Node;
  readonly opclass?: readonly unknown[];
  readonly collation?: readonly unknown[];
  readonly location?: number;
}

const keyColumnsMax = 32;

const strategies: Readonly<Record<string, PartitionKey['strategy']>> = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
};

/** The columns of the draft must be there. Errors: 42703, 42704, 42P17, 54011, 0A000. */
export function partitionKeyOf(draft: TableDraft, spec: PartitionSpec): PartitionKey {
  const strategy = strategies[spec.strategy ?? ''] ?? 'range';
  const elements = (spec.partParams ?? []).map(({ PartitionElem: element = {} }) => element);
  if (elements.length > keyColumnsMax) {
    const message = `cannot partition using more than ${keyColumnsMax} columns`;
    throw new SqlError('too_many_columns', message);
  }
  if (strategy === 'list' && elements.length > 1) {
    const message = 'cannot use "list" partition strategy with more than one column';
    throw new SqlError('invalid_object_definition', message);
  }
  const columns = elements.map((element) => keyColumn(draft, element, strategy));
  return { strategy, columns };
}

function keyColumn(
  draft: TableDraft,
  { name, opclass, collation, location }: KeyElement,
  strategy: PartitionKey['strategy'],
): string {
  const { positionOf } = draft.context.statement;
  const place = location === undefined ? {} : { position: positionOf(location) };
  if (name === undefined) throw unsupported('an expression in a partition key');
  if (opclass !== undefined) throw unsupported('an operator class in a partition key');
  if (collation !== undefined) throw unsupported('COLLATE in a partition key');
  if (systemNames.has(name)) {
    const message = `cannot use system column "${name}" in partition key`;
    throw new SqlError('invalid_object_definition', message, place);
  }
  const column = draft.find(name)?.definition;
  if (column === undefined) {
    const message = `column "${name}" named in partition key does not exist`;
    throw new SqlError('undefined_column', message, place);
  }
  if (column.generated !== undefined) {
    const message = 'cannot use generated column in partition key';
    const detail = `Column "${name}" is a generated column.`;
    throw new SqlError('invalid_object_definition', message, { ...place, detail });
  }
  if (strategy === 'hash') requireHash(column.type.name);
  else if (!hasOrder(column.type.name)) {
    const type = sqlNameOf(column.type);
    const message = `data type ${type} has no default operator class for access method "btree"`;
    const hint =
      'You must specify a btree operator class or define a default btree operator class for the data type.';
    throw new SqlError('undefined_object', message, { hint });
  } else if (unkept.has(column.type.name)) {
    throw unsupported(`a partition key of type ${sqlNameOf(column.type)}`);
  }
  return name;
}

/** Types with values that are not kept as plain data in bounds, or that text does not give back. */
const unkept = new Set<string>([
  'float4',
  'float8',
  'bpchar',
  'jsonb',
  'record',
  'timetz',
  'interval',
]);

/** A key of a partitioned table is one of each partition. Errors: 0A000. */
export function requireKeyColumns(
  { name, columns }: { readonly name: string; readonly columns: readonly string[] },
  kind: 'primaryKey' | 'unique',
  key: PartitionKey | undefined,
): void {
  const missing = key?.columns.find((column) => !columns.includes(column));
  if (missing === undefined) return;
  const message = 'unique constraint on partitioned table must include all partitioning columns';
  const words = kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE';
  const lacks = `lacks column "${missing}" which is part of the partition key`;
  throw new SqlError('feature_not_supported', message, {
    detail: `${words} constraint on table "${name}" ${lacks}.`,
  });
}
