/** CREATE and ALTER SEQUENCE. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { makeNotice, type StatementContext } from '../statement/statement-context.ts';
import type { Utility } from '../utility/utility.ts';
import {
  creationSchema,
  findRelation,
  findStored,
  missingRelation,
  nameOf,
  relationExists,
  type RangeVar,
} from './relation.ts';
import { sequenceOptions, type OptionNode } from './sequence-options.ts';

export const createSequence: Utility = {
  kind: 'CreateSeqStmt',
  writes: () => 'CREATE SEQUENCE',
  run(body, context) {
    const { session, out } = context;
    const relation = (body['sequence'] ?? {}) as RangeVar;
    const schema = creationSchema(context, relation);
    const name = relation.relname ?? '';
    if (relationExists(session, schema, name)) {
      const message = `relation "${name}" already exists`;
      if (body['if_not_exists'] !== true) throw new SqlError('duplicate_table', message);
      out.notice(makeNotice('NOTICE', '42P07', `${message}, skipping`));
    } else {
      const nodes = (body['options'] ?? []) as readonly OptionNode[];
      const { shape, ownedBy } = sequenceOptions(nodes, context.statement);
      const { oid } = session.transaction.forWriting().createSequence({
        schema,
        name,
        ...shape,
        owner: session.roles.currentUser,
        temporary: schema === session.temporarySchema,
      });
      if (ownedBy !== undefined) setOwner(context, oid, ownedBy);
    }
    out.commandComplete('CREATE SEQUENCE');
    return 0;
  },
};

export const alterSequence: Utility = {
  kind: 'AlterSeqStmt',
  writes: () => 'ALTER SEQUENCE',
  run(body, context) {
    const { session, out } = context;
    const relation = (body['sequence'] ?? {}) as RangeVar;
    const found = findRelation(session, nameOf(relation));
    if (found === undefined) {
      const missing = missingRelation(context, nameOf(relation));
      if (body['missing_ok'] !== true) throw missing;
      out.notice(makeNotice('NOTICE', '00000', `${missing.message}, skipping`));
    } else {
      if (found.kind !== 'sequence') {
        throw new SqlError('wrong_object_type', `"${relation.relname}" is not a sequence`);
      }
      const { definition, value } = found.sequence;
      const nodes = (body['options'] ?? []) as readonly OptionNode[];
      const { shape, restart, ownedBy } = sequenceOptions(nodes, {
        ...context.statement,
        before: definition,
      });
      const next = restart === undefined ? undefined : { last: restart, isCalled: false };
      if (next === undefined) checkValue(value.last, shape);
      session.transaction.forWriting().alterSequence({ ...definition, ...shape }, next);
      if (ownedBy !== undefined) setOwner(context, definition.oid, ownedBy);
    }
    out.commandComplete('ALTER SEQUENCE');
    return 0;
  },
};

/** New bounds must hold the last value. Errors: 22023. */
function checkValue(last: bigint, { min, max }: { readonly min: bigint; readonly max: bigint }) {
  const side = last < min ? `less than MINVALUE (${min})` : `greater than MAXVALUE (${max})`;
  if (last >= min && last <= max) return;
  throw new SqlError('invalid_parameter_value', `RESTART value (${last}) cannot be ${side}`);
}

/** OWNED BY: the sequence goes with the column. Errors: 42P01, 42703, 55000. */
function setOwner(context: StatementContext, oid: number, names: readonly string[]): void {
  const { session } = context;
  const transaction = session.transaction.forWriting();
  const tables = session.environment.store.tables(transaction);
  for (const { definition } of tables) {
    const owner = definition.columns.find(({ owns }) => owns?.includes(oid) === true);
    if (owner?.identity !== undefined) {
      const message = 'cannot change ownership of identity sequence';
      throw new SqlError('feature_not_supported', message);
    }
    if (owner !== undefined) transaction.alterTable(withoutOwner(definition, oid));
  }
  if (names.length === 0) return;
  const column = names.at(-1) ?? '';
  const name = { schema: names.at(-3), name: names.at(-2) ?? '' };
  if (names.length < 2) throw unsupported('this form of OWNED BY');
  const { definition } = findStored(context, name);
  if (definition.materialized !== undefined) {
    const message = `sequence cannot be owned by relation "${name.name}"`;
    const detail = 'This operation is not supported for materialized views.';
    throw new SqlError('wrong_object_type', message, { detail });
  }
  const sequence = transaction.sequence(oid)?.definition;
  if (sequence?.schema !== definition.schema) {
    const message = 'sequence must be in same schema as table it is linked to';
    throw new SqlError('object_not_in_prerequisite_state', message);
  }
  if (!definition.columns.some((each) => each.name === column)) {
    const message = `column "${column}" of relation "${definition.name}" does not exist`;
    throw new SqlError('undefined_column', message);
  }
  const columns = definition.columns.map((each) =>
    each.name === column ? { ...each, owns: [...(each.owns ?? []), oid] } : each,
  );
  transaction.alterTable({ ...definition, columns });
}

function withoutOwner(definition: TableDefinition, oid: number): TableDefinition {
  const columns = definition.columns.map(({ owns, ...rest }) => {
    const left = owns?.filter((each) => each !== oid) ?? [];
    return left.length === 0 ? rest : { ...rest, owns: left };
  });
  return { ...definition, columns };
}
