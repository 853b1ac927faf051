/** Column and constraint definitions of CREATE TABLE and ALTER TABLE, into a table's draft. */
import { requireTypeUsage } from '../roles/type-access.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { ColumnDefinition } from '../../catalog/table.ts';
import { bindTypeName, typesOf } from '../../plan/binder/bind-statement.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type { Node, TypeName } from '@pgsql/types';
import { defaultText } from './default-text.ts';
import { addGenerated } from './generated-column.ts';
import { addKeyOfIndex } from './key-of-index.ts';
import { addForeignKey, type ForeignKeyNode } from './foreign-key.ts';
import { chooseName, relationNames } from './relation-names.ts';
import { refuseTwoSources } from './column-rules.ts';
import { sequenceOptions, type OptionNode, type SequenceShape } from './sequence-options.ts';
import type { DraftColumn, TableDraft } from './table-draft.ts';

export interface ColumnNode {
  readonly colname?: string;
  readonly typeName?: TypeName;
  readonly raw_default?: Node;
  readonly collClause?: unknown;
  readonly constraints?: readonly { readonly Constraint: ConstraintNode }[];
}

export interface ConstraintNode extends ForeignKeyNode {
  readonly contype?: string;
  readonly is_no_inherit?: boolean;
  readonly raw_expr?: Node;
  readonly keys?: readonly { readonly String?: { readonly sval?: string } }[];
  readonly generated_when?: string;
  readonly options?: readonly OptionNode[];
  readonly indexname?: string;
  readonly nulls_not_distinct?: boolean;
  readonly including?: readonly { readonly String?: { readonly sval?: string } }[];
  readonly location?: number;
}

const identifierBytesMax = 63;

const serials: Readonly<Record<string, SequenceShape['type']>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

/** Errors: 42704 with the type's place; 42601 and others of the constraints. */
export function addColumn(draft: TableDraft, node: ColumnNode): DraftColumn {
  const name = (node.colname ?? '').slice(0, identifierBytesMax);
  const constraints = (node.constraints ?? []).map((each) => each.Constraint);
  const serial = serialOf(node.typeName);
  const type = serial === undefined ? typeOf(draft, node) : sqlType(serial);
  const column = draft.addColumn({ name, type, notNull: serial !== undefined });
  if (serial !== undefined) ownSequence(draft, column, { base: serial, options: [] });
  checkNulls(draft, name, constraints);
  const of = `column "${name}" of table "${draft.target.name}"`;
  const isSerial = serial !== undefined;
  refuseTwoSources(constraints, { isSerial, of }, draft.context.statement.positionOf);
  for (const constraint of withAttributes(constraints)) addToColumn(draft, column, constraint);
  return column;
}

/** What a partition says of a column that it has of its parent. Errors: 42703 and as above. */
export function refineColumn(draft: TableDraft, node: ColumnNode): void {
  const column = draft.find(node.colname ?? '');
  if (column === undefined) {
    throw new SqlError('undefined_column', `column "${node.colname}" does not exist`);
  }
  const constraints = (node.constraints ?? []).map((each) => each.Constraint);
  if (constraints.some(({ contype }) => contype === 'CONSTR_IDENTITY')) {
    const message = 'identity columns are not supported on partitions';
    throw new SqlError('feature_not_supported', message);
  }
  checkNulls(draft, column.definition.name, constraints);
  for (const constraint of withAttributes(constraints)) addToColumn(draft, column, constraint);
}

function serialOf(typeName: TypeName | undefined): SequenceShape['type'] | undefined {
  const names = (typeName?.names ?? []) as readonly { readonly String?: { sval?: string } }[];
  if (names.length !== 1 || (typeName?.arrayBounds?.length ?? 0) > 0) return undefined;
  return serials[names[0]?.String?.sval ?? ''];
}

export function typeOf({ context }: TableDraft, { typeName }: ColumnNode): SqlType {
  const { positionOf } = context.statement;
  const type = bindTypeName(typeName ?? {}, {
    ...typesOf(context.session.catalog()),
    fail: (state, message, location) => {
      const isPlaced = location !== undefined && location >= 0;
      return new SqlError(state, message, isPlaced ? { position: positionOf(location) } : {});
    },
  });
  requireTypeUsage(context.session, type);
  return type;
}

/** Errors: 42601 for NULL beside NOT NULL. */
function checkNulls(draft: TableDraft, name: string, constraints: readonly ConstraintNode[]): void {
  const kinds = constraints.map(({ contype }) =>
    contype === 'CONSTR_IDENTITY' ? 'CONSTR_NOTNULL' : contype,
  );
  const second = Math.max(kinds.indexOf('CONSTR_NULL'), kinds.indexOf('CONSTR_NOTNULL'));
  if (!kinds.includes('CONSTR_NULL') || !kinds.includes('CONSTR_NOTNULL')) return;
  const words = `conflicting NULL/NOT NULL declarations for column "${name}"`;
  const location = constraints[second]?.location;
  const { positionOf } = draft.context.statement;
  const place = location === undefined ? {} : { position: positionOf(location) };
  throw new SqlError('syntax_error', `${words} of table "${draft.target.name}"`, place);
}

/** DEFERRABLE and INITIALLY DEFERRED follow a column's constraint as constraints of their own. */
function withAttributes(constraints: readonly ConstraintNode[]): readonly ConstraintNode[] {
  const whole: ConstraintNode[] = [];
  for (const constraint of constraints) {
    const attribute = attributes[constraint.contype ?? ''];
    const before = whole.at(-1);
    if (attribute === undefined) whole.push(constraint);
    else if (before !== undefined) whole[whole.length - 1] = { ...before, ...attribute };
  }
  return whole;
}

const attributes: Readonly<Record<string, Partial<ConstraintNode>>> = {
  CONSTR_ATTR_DEFERRABLE: { deferrable: true },
  CONSTR_ATTR_NOT_DEFERRABLE: { deferrable: false },
  CONSTR_ATTR_DEFERRED: { deferrable: true, initdeferred: true },
  CONSTR_ATTR_IMMEDIATE: { initdeferred: false },
};

function addToColumn(draft: TableDraft, column: DraftColumn, constraint: ConstraintNode): void {
  const { contype = '', conname, raw_expr: expr } = constraint;
  refuseDetails(constraint);
  switch (contype) {
    case 'CONSTR_NULL':
      return;
    case 'CONSTR_NOTNULL':
      column.definition = { ...column.definition, notNull: true };
      return;
    case 'CONSTR_DEFAULT':
      if (expr !== undefined) setDefault(draft, column, expr);
      return;
    case 'CONSTR_CHECK':
      // Other columns may follow: checks wait until all are there.
      if (expr !== undefined) {
        draft.later.push(() => draft.addCheck(conname, expr, inheritance(constraint)));
      }
      return;
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      addKeyLater(draft, constraint, [column.definition.name]);
      return;
    case 'CONSTR_FOREIGN':
      draft.lastly.push(() => addForeignKey(draft, constraint, [column.definition.name]));
      return;
    case 'CONSTR_IDENTITY':
      addIdentity(draft, column, constraint);
      return;
    case 'CONSTR_GENERATED':
      addGenerated(draft, column, constraint);
      return;
    default:
      throw unsupported(notOffered[contype] ?? 'this constraint');
  }
}

/** Errors: 42704, 42804 and others of the expression. */
export function setDefault(draft: TableDraft, column: DraftColumn, node: Node): void {
  const { session, statement } = draft.context;
  const { name, type } = column.definition;
  const text = defaultText(node, { name, type }, session.plannerOptions(statement));
  const { defaultSql: _before, ...rest } = column.definition;
  column.definition = text === undefined ? rest : { ...rest, defaultSql: text };
}

const notOffered: Readonly<Record<string, string>> = {
  CONSTR_EXCLUSION: 'exclusion constraint',
};

function refuseDetails({ deferrable, skip_validation: skips, ...node }: ConstraintNode): void {
  if (node.contype === 'CONSTR_FOREIGN') return;
  if (deferrable === true) throw unsupported('deferrable constraint');
  if (skips === true && node.contype !== 'CONSTR_CHECK') throw unsupported('NOT VALID');
}

function inheritance({ is_no_inherit: isOwn }: ConstraintNode): { readonly noInherit?: true } {
  return isOwn === true ? { noInherit: true } : {};
}

/** A constraint of the table. Errors: 42703, 42P16, 42P07, 42710. */
export function addConstraint(draft: TableDraft, constraint: ConstraintNode): void {
  const { contype = '', conname, raw_expr: expr } = constraint;
  refuseDetails(constraint);
  if (contype === 'CONSTR_CHECK' && expr !== undefined) {
    // A new table has no rows that could be unchecked.
    const isUnchecked = constraint.skip_validation === true && draft.before !== undefined;
    const marks = {
      ...(isUnchecked ? { isUnchecked: true as const } : {}),
      ...inheritance(constraint),
    };
    draft.later.push(() => draft.addCheck(conname, expr, marks));
  } else if (contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_UNIQUE') {
    const names = (constraint.keys ?? []).map((key) => key.String?.sval ?? '');
    addKeyLater(draft, constraint, names);
  } else if (contype === 'CONSTR_FOREIGN') {
    draft.lastly.push(() => addForeignKey(draft, constraint));
  } else throw unsupported(notOffered[contype] ?? 'this constraint');
}

/** Errors: 42P16 with the second primary key's place. */
function addKeyLater(
  draft: TableDraft,
  { contype, conname, location, nulls_not_distinct: nulls, ...node }: ConstraintNode,
  names: readonly string[],
): void {
  const kind = contype === 'CONSTR_PRIMARY' ? 'primaryKey' : 'unique';
  const { positionOf } = draft.context.statement;
  const place = location === undefined ? {} : { position: positionOf(location) };
  if (kind === 'primaryKey') {
    const isSecond = draft.hasPrimaryKey || draft.wantsPrimaryKey;
    draft.wantsPrimaryKey = true;
    if (isSecond) {
      const message = `multiple primary keys for table "${draft.target.name}" are not allowed`;
      throw new SqlError('invalid_table_definition', message, draft.before ? {} : place);
    }
  }
  const { indexname: index, including } = node;
  if (index !== undefined) {
    if (draft.before === undefined) {
      const message = 'cannot use an existing index in CREATE TABLE';
      throw new SqlError('feature_not_supported', message, place);
    }
    draft.later.push(() => addKeyOfIndex(draft, { kind, name: conname, index, place }));
    return;
  }
  const shape = { columns: names, including, nullsEqual: nulls === true };
  const key = draft.askKey(kind, conname, JSON.stringify(shape));
  if (key === undefined) return;
  draft.later.push(() => {
    const seen = new Set<string>();
    const columns = names.map((name) => {
      const column = draft.find(name);
      const at = draft.before === undefined ? place : {};
      // A primary key's columns are first to be found by their SET NOT NULL.
      if (column === undefined && draft.before !== undefined && kind === 'primaryKey') {
        return draft.column(name);
      }
      if (column === undefined) {
        const message = `column "${name}" named in key does not exist`;
        throw new SqlError('undefined_column', message, at);
      }
      if (seen.has(name)) {
        const what = kind === 'primaryKey' ? 'primary key' : 'unique';
        const message = `column "${name}" appears twice in ${what} constraint`;
        throw new SqlError('duplicate_column', message, at);
      }
      seen.add(name);
      return column;
    });
    const include = including?.map((each) => each.String?.sval ?? '');
    for (const name of include ?? []) {
      if (draft.find(name) !== undefined) continue;
      const message = `column "${name}" named in key does not exist`;
      throw new SqlError('undefined_column', message, draft.before === undefined ? place : {});
    }
    draft.addKey(key.kind, key.name, columns, {
      ...(nulls === true ? { nullsEqual: true } : {}),
      ...(include === undefined ? {} : { include }),
    });
  });
}

/** The type of the sequence behind an identity column. Errors: 22023. */
export function identityType({ name, domain }: SqlType): SequenceShape['type'] {
  const isInteger = name === 'int2' || name === 'int4' || name === 'int8';
  if (isInteger && domain === undefined) return name;
  const message = 'identity column type must be smallint, integer, or bigint';
  throw new SqlError('invalid_parameter_value', message);
}

/** GENERATED … AS IDENTITY. Errors: 22023 for a type that is no integer, 42601. */
export function addIdentity(
  draft: TableDraft,
  column: DraftColumn,
  { generated_when: when, options = [] }: ConstraintNode,
): void {
  const { name } = column.definition;
  const relation = draft.target.name;
  const base = identityType(column.definition.type);
  if (column.definition.defaultSql !== undefined) {
    const words = `both default and identity specified for column "${name}" of table "${relation}"`;
    throw new SqlError('syntax_error', words);
  }
  ownSequence(draft, column, { base, options });
  const identity = when === 'a' ? 'always' : 'by default';
  column.definition = { ...column.definition, notNull: true, identity };
}

interface OwnSequence {
  readonly base: SequenceShape['type'];
  readonly options: readonly OptionNode[];
}

/** Makes the sequence of a serial or identity column. */
function ownSequence(draft: TableDraft, column: DraftColumn, { base, options }: OwnSequence): void {
  const { session } = draft.context;
  const { schema, name } = draft.target;
  const taken = relationNames(session, schema).add(name);
  const { shape } = sequenceOptions(options, { ...draft.context.statement, base });
  const own = chooseName([name, column.definition.name], 'seq', (each) => taken.has(each));
  const serial = `serial column "${name}.${column.definition.name}"`;
  draft.noteImplicit(`will create implicit sequence "${own}" for ${serial}`);
  const sequence = session.transaction.forWriting().createSequence({
    schema,
    name: own,
    ...shape,
    owner: session.roles.currentUser,
    temporary: schema === session.temporarySchema,
  });
  column.definition = withSequence(column.definition, sequence.oid);
}

function withSequence(definition: ColumnDefinition, oid: number): ColumnDefinition {
  const owns = [...(definition.owns ?? []), oid];
  return { ...definition, owns, defaultSql: nextValueSql(oid) };
}

/** Sequences in defaults are named by OID: they may be renamed and moved. */
export function nextValueSql(oid: number): string {
  return `nextval('${oid}'::regclass)`;
}
