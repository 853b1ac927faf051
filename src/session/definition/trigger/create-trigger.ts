/** CREATE [OR REPLACE] TRIGGER. */
import type { Node } from '@pgsql/types';
import type { RoutineRecord } from '../../../catalog/routine-records.ts';
import type { TableDefinition } from '../../../catalog/table.ts';
import {
  triggerOid,
  type TriggerEvent,
  type TriggerRecord,
} from '../../../catalog/trigger-records.ts';
import { SqlError, unsupported } from '../../../errors/sql-error.ts';
import type { SqlSession } from '../../sql-session.ts';
import type { StatementContext } from '../../statement/statement-context.ts';
import type { Utility, UtilityBody } from '../../utility/utility.ts';
import {
  displayName,
  findRelation,
  missingRelation,
  nameOf,
  qualifiedName,
  type RangeVar,
} from '../relation.ts';
import { routineSchemas, userRoutines } from '../routine/routine-lookup.ts';
import { transitionNames } from './transition-names.ts';
import { tableTriggers } from './table-triggers.ts';
import { triggerCondition } from './trigger-condition.ts';

const beforeBit = 2;
const truncateBit = 32;
const insteadBit = 64;
const eventBits: readonly (readonly [TriggerEvent, number])[] = [
  ['insert', 4],
  ['delete', 8],
  ['update', 16],
];

export const createTrigger: Utility = {
  kind: 'CreateTrigStmt',
  writes: () => 'CREATE TRIGGER',
  locks: (body) => [
    { name: nameOf(body['relation'] as RangeVar | undefined), mode: 'share row exclusive' },
  ],
  run(body, context) {
    const { session, out } = context;
    const name = String(body['trigname']);
    const table = triggerTable(context, body);
    const draft = draftOf(context, body, table);
    const known = tableTriggers(session, table.oid).find((each) => each.name === name);
    if (known !== undefined && body['replace'] !== true) {
      const message = `trigger "${name}" for relation "${table.name}" already exists`;
      throw new SqlError('duplicate_object', message);
    }
    const transaction = session.transaction.forWriting();
    const oid = known?.oid ?? transaction.takeOid();
    transaction.putRecord({
      ...{ kind: 'trigger', key: String(oid), oid, table: table.oid, name },
      ...{ ...draft, enabled: known?.enabled ?? 'O' },
    });
    out.commandComplete('CREATE TRIGGER');
    return 0;
  },
};

/** Errors: 42P01, 42809, 42501, 0A000. */
function triggerTable(context: StatementContext, body: UtilityBody): TableDefinition {
  const { session } = context;
  const name = nameOf(body['relation'] as RangeVar | undefined);
  const type = Number(body['timing'] ?? 0);
  const found = findRelation(session, name);
  if (found === undefined) throw missingRelation(context, name);
  if (found.kind === 'view') {
    if ((type & insteadBit) !== 0) throw unsupported('an INSTEAD OF trigger');
    if (body['row'] !== true) throw unsupported('a trigger of a view');
    throw new SqlError('wrong_object_type', `"${name.name}" is a view`, {
      detail: 'Views cannot have row-level BEFORE or AFTER triggers.',
    });
  }
  if (found.kind !== 'table') {
    throw new SqlError('wrong_object_type', `relation "${name.name}" cannot have triggers`, {
      detail: 'This operation is not supported for materialized views.',
    });
  }
  const { partitionBy, partitionOf } = found.table.definition;
  if (body['row'] === true && (partitionBy ?? partitionOf) !== undefined) {
    throw unsupported('a trigger for each row of a partitioned table or a partition');
  }
  const { definition } = found.table;
  if ((type & insteadBit) !== 0) {
    throw new SqlError('wrong_object_type', `"${definition.name}" is a table`, {
      detail: 'Tables cannot have INSTEAD OF triggers.',
    });
  }
  const { roles } = session;
  if (!roles.may(roles.table({ ...definition, noun: 'table' }), 't')) {
    throw new SqlError('insufficient_privilege', `permission denied for table ${definition.name}`);
  }
  return definition;
}

type Draft = Omit<TriggerRecord, 'kind' | 'key' | 'oid' | 'table' | 'name' | 'enabled'>;

/** Errors: 0A000, 42703, 42701, 42883, 42P17. */
function draftOf(context: StatementContext, body: UtilityBody, table: TableDefinition): Draft {
  if (body['isconstraint'] === true) throw unsupported('CREATE CONSTRAINT TRIGGER');
  const named = transitionNames(body, table);
  const bits = Number(body['events'] ?? 0);
  if ((bits & truncateBit) !== 0) throw unsupported('a trigger of TRUNCATE');
  const trigger = {
    timing: (Number(body['timing'] ?? 0) & beforeBit) === 0 ? 'after' : 'before',
    level: body['row'] === true ? 'row' : 'statement',
    events: eventBits.filter(([, bit]) => (bits & bit) !== 0).map(([event]) => event),
  } as const;
  const columns = namesOf(body['columns']);
  for (const [i, column] of columns.entries()) {
    if (!table.columns.some(({ name }) => name === column)) {
      const message = `column "${column}" of relation "${table.name}" does not exist`;
      throw new SqlError('undefined_column', message);
    }
    if (columns.indexOf(column) < i) {
      throw new SqlError('duplicate_column', `column "${column}" specified more than once`);
    }
  }
  const node = body['whenClause'] as Node | undefined;
  const when = node && triggerCondition(context, node, { table, trigger });
  const routine = triggerRoutine(context.session, body);
  return {
    ...{ ...trigger, columns, routine: routine.oid, args: namesOf(body['args']) },
    ...(when === undefined ? {} : { when }),
    ...named,
  };
}

function namesOf(nodes: unknown): readonly string[] {
  const all = (nodes ?? []) as readonly { readonly String?: { readonly sval?: string } }[];
  return all.map((node) => node.String?.sval ?? '');
}

/** A function without parameters that returns trigger. Errors: 42883, 42P17, 42501. */
function triggerRoutine(session: SqlSession, body: UtilityBody): RoutineRecord {
  const { schema, name } = qualifiedName(body['funcname'] ?? []);
  const schemas = routineSchemas(session, schema);
  const all = userRoutines(session).filter((each) => {
    return each.name === name && each.parameters.length === 0 && !each.isProcedure;
  });
  const found = schemas.flatMap((each) => all.find((routine) => routine.schema === each) ?? [])[0];
  if (found === undefined) {
    const shown = displayName({ schema, name });
    throw new SqlError('undefined_function', `function ${shown}() does not exist`);
  }
  if (found.result !== triggerOid) {
    const message = `function ${name} must return type trigger`;
    throw new SqlError('invalid_object_definition', message);
  }
  const { roles } = session;
  if (!roles.may(roles.routine(found), 'X')) {
    throw new SqlError('insufficient_privilege', `permission denied for function ${name}`);
  }
  return found;
}
