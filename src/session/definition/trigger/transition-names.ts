/** REFERENCING of CREATE TRIGGER: names of the tables that its function sees. */
import type { TableDefinition } from '../../../catalog/table.ts';
import type { TriggerRecord } from '../../../catalog/trigger-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { UtilityBody } from '../../utility/utility.ts';

const bits = { insert: 4, delete: 8, update: 16, truncate: 32 } as const;
const afterTiming = 0;

interface TransitionNode {
  readonly TriggerTransition?: {
    readonly name?: string;
    readonly isNew?: boolean;
    readonly isTable?: boolean;
  };
}

/** Errors: 0A000, 42P17. */
export function transitionNames(
  body: UtilityBody,
  table: TableDefinition,
): Pick<TriggerRecord, 'oldTable' | 'newTable'> {
  const nodes = (body['transitionRels'] ?? []) as readonly TransitionNode[];
  const names: { oldTable?: string; newTable?: string } = {};
  for (const { TriggerTransition: node = {} } of nodes) {
    const { name = '', isNew = false, isTable = false } = node;
    if (!isTable) {
      const message = 'ROW variable naming in the REFERENCING clause is not supported';
      const hint = 'Use OLD TABLE or NEW TABLE for naming transition tables.';
      throw new SqlError('feature_not_supported', message, { hint });
    }
    refuseStatement(body, table);
    const key = isNew ? 'newTable' : 'oldTable';
    refuseEvent(body, isNew);
    const word = isNew ? 'NEW' : 'OLD';
    if (names[key] !== undefined) throw invalid(`${word} TABLE cannot be specified multiple times`);
    names[key] = name;
  }
  const { oldTable, newTable } = names;
  if (oldTable !== undefined && oldTable === newTable) {
    throw invalid('OLD TABLE name and NEW TABLE name cannot be the same');
  }
  return names;
}

function refuseStatement(body: UtilityBody, { partitionOf, partitionBy }: TableDefinition): void {
  if (body['row'] === true && partitionOf !== undefined) {
    const message = 'ROW triggers with transition tables are not supported on partitions';
    throw new SqlError('feature_not_supported', message);
  }
  if (Number(body['timing'] ?? afterTiming) !== afterTiming) {
    throw invalid('transition table name can only be specified for an AFTER trigger');
  }
  const events = Number(body['events'] ?? 0);
  if ((events & bits.truncate) !== 0) {
    const message = 'TRUNCATE triggers with transition tables are not supported';
    throw new SqlError('feature_not_supported', message);
  }
  const several = 'transition tables cannot be specified for triggers with';
  if ((events & (events - 1)) !== 0) {
    throw new SqlError('feature_not_supported', `${several} more than one event`);
  }
  if (((body['columns'] ?? []) as readonly unknown[]).length > 0) {
    throw new SqlError('feature_not_supported', `${several} column lists`);
  }
  if (partitionBy !== undefined) throw unsupported('REFERENCING of a partitioned table');
}

function refuseEvent(body: UtilityBody, isNew: boolean): void {
  const [bit, word, event] = isNew
    ? ([bits.insert, 'NEW', 'an INSERT'] as const)
    : ([bits.delete, 'OLD', 'a DELETE'] as const);
  if ((Number(body['events'] ?? 0) & (bit | bits.update)) !== 0) return;
  throw invalid(`${word} TABLE can only be specified for ${event} or UPDATE trigger`);
}

function invalid(message: string): SqlError {
  return new SqlError('invalid_object_definition', message);
}
