/** Users' tables, views and sequences with the OIDs of everything that belongs to them. */
import type { IndexDefinition } from '../index-definition.ts';
import { isCompositeRecord, userTypesOf } from '../type-records.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { parentIndexes } from '../partition-indexes.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import type { CatalogState, SequenceFact } from '../catalog-state.ts';
import {
  isKey,
  type ForeignReference,
  type RowSecurity,
  type TableDefinition,
  type ViewBase,
} from '../table.ts';
import {
  arrayTypeOid,
  constraintOid,
  defaultOid,
  indexOid,
  rowTypeOid,
  schemaOid,
} from './object-ids.ts';

export interface UserColumn {
  readonly number: number;
  readonly name: string;
  readonly type: SqlType;
  readonly typeOid: number;
  readonly notNull: boolean;
  readonly defaultSql: string | undefined;
  readonly defaultOid: number;
  readonly comment: string | undefined;
  readonly identity: 'always' | 'by default' | undefined;
  /** Columns that the expression of a generated one names. */
  readonly generated: readonly string[] | undefined;
  /** OIDs of sequences that go with the column. */
  readonly owns: readonly number[];
}

/** A part of an index: a column of the table or an expression. */
export interface UserIndexPart {
  readonly column: UserColumn | undefined;
  /** The quoted column, or the expression's text. */
  readonly sql: string;
  /** Name of the index's own column. */
  readonly name: string;
  readonly typeOid: number;
  /** As pg_index.indoption. */
  readonly option: number;
  /** Name of the operator class; '' for the type's own. */
  readonly operatorClass: string;
}

/** The constraint behind an index has the index's name. */
export interface UserIndex {
  readonly oid: number;
  /** 0: no constraint is behind it. */
  readonly constraintOid: number;
  readonly name: string;
  readonly isUnique: boolean;
  readonly nullsEqual: boolean;
  readonly isPrimary: boolean;
  readonly method: string;
  readonly parts: readonly UserIndexPart[];
  /** Of INCLUDE. */
  readonly included: readonly UserColumn[];
  readonly where: string | undefined;
  /** Columns that its expressions and its condition name. */
  readonly uses: readonly UserColumn[];
  readonly table: UserRelation;
  readonly comment: string | undefined;
  /** Of the constraint behind it. */
  readonly constraintComment?: string | undefined;
  /** Of a partition: the parent's that it is a part of. Known when all relations are. */
  parent?: UserIndex;
  /** Of a partitioned table: a partition has no part of it. */
  isIncomplete?: true;
}

export interface UserCheck {
  readonly oid: number;
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly UserColumn[];
  readonly isUnchecked: boolean;
  readonly noInherit: boolean;
  readonly isInherited: boolean;
  readonly table: UserRelation;
  readonly comment: string | undefined;
}

/** With the names of the table's columns; the referenced relation is looked up by who asks. */
export interface UserForeignKey {
  readonly oid: number;
  readonly name: string;
  readonly columns: readonly UserColumn[];
  readonly references: ForeignReference;
  readonly isInherited: boolean;
  readonly table: UserRelation;
  readonly comment: string | undefined;
}

export interface UserRelation {
  readonly oid: number;
  readonly schema: string;
  readonly schemaOid: number;
  readonly name: string;
  readonly kind: 'r' | 'p' | 'm' | 'v' | 'S' | 'c';
  readonly temporary: boolean;
  readonly isUnlogged?: boolean;
  readonly owner: string;
  /** Sequences have no row type: 0, as is their array type. */
  readonly rowTypeOid: number;
  readonly arrayTypeOid: number;
  readonly columns: readonly UserColumn[];
  readonly indexes: readonly UserIndex[];
  readonly checks: readonly UserCheck[];
  readonly foreignKeys?: readonly UserForeignKey[];
  readonly rowSecurity?: RowSecurity;
  readonly sequence?: SequenceFact;
  readonly rowCount: number;
  readonly byteSize: number;
  readonly comment: string | undefined;
  readonly viewSql: string | undefined;
  /** Of a materialized view; absent: yes. */
  readonly isPopulated?: boolean;
  readonly viewDefinition?: string | undefined;
  readonly viewBase?: ViewBase | undefined;
  /** As in pg_class.reloptions. */
  readonly options?: readonly string[] | undefined;
  /** Columns of other relations that a view names: OID and number. */
  readonly usedColumns?: readonly (readonly [oid: number, number: number])[];
  /** Of a partitioned table or a partition. */
  readonly definition?: TableDefinition;
}

export function tablesOf(state: CatalogState): readonly UserRelation[] {
  const relations = state.tables.map((source): UserRelation => {
    const { definition } = source;
    const { oid, schema, name, owner, temporary, comment, materialized } = definition;
    const { partitionBy, partitionOf } = definition;
    const kind = partitionBy === undefined ? 'r' : 'p';
    const isInTree = (partitionBy ?? partitionOf) !== undefined;
    const columns = definition.columns.map((column, i): UserColumn => ({
      number: i + 1,
      name: column.name,
      type: column.type,
      typeOid: typeOidOf(column.type),
      notNull: column.notNull,
      defaultSql: column.defaultSql,
      defaultOid: defaultOid(oid, i + 1),
      comment: column.comment,
      identity: column.identity,
      generated: column.generated,
      owns: column.owns ?? [],
    }));
    const indexes: UserIndex[] = [];
    const checks: UserCheck[] = [];
    const foreignKeys: UserForeignKey[] = [];
    const relation: UserRelation = {
      oid,
      schema,
      schemaOid: schemaOid(schema),
      name,
      kind: materialized === undefined ? kind : 'm',
      ...(isInTree ? { definition } : {}),
      temporary,
      isUnlogged: definition.isUnlogged === true,
      owner,
      columns,
      rowTypeOid: rowTypeOid(oid),
      arrayTypeOid: arrayTypeOid(oid),
      indexes,
      checks,
      foreignKeys,
      ...(definition.rowSecurity && { rowSecurity: definition.rowSecurity }),
      comment,
      viewSql: materialized?.sql,
      viewDefinition: materialized?.definition,
      usedColumns: materialized?.usedColumns ?? [],
      options: materialized?.options,
      isPopulated: materialized?.isPopulated !== false,
      get rowCount() {
        return source.rowCount;
      },
      get byteSize() {
        return source.byteSize;
      },
    };
    indexes.push(...indexesOf(relation, definition));
    checks.push(...checksOf(relation, definition));
    foreignKeys.push(...foreignKeysOf(relation, definition));
    return relation;
  });
  const byOid = new Map(relations.map((relation) => [relation.oid, relation]));
  for (const relation of relations) {
    const parent = byOid.get(relation.definition?.partitionOf?.parent ?? 0);
    if (parent !== undefined) joinIndexes(parent, relation);
  }
  return relations;
}

function joinIndexes(parent: UserRelation, child: UserRelation): void {
  if (parent.definition === undefined || child.definition === undefined) return;
  const names = parentIndexes(parent.definition, child.definition);
  const parts = new Set(names.values());
  for (const index of child.indexes) {
    const whole = parent.indexes.find(({ name }) => name === names.get(index.name));
    if (whole !== undefined) index.parent = whole;
  }
  for (const index of parent.indexes) if (!parts.has(index.name)) index.isIncomplete = true;
}

/** Those behind keys, then the table's own. */
function indexesOf(
  table: UserRelation,
  { constraints, indexes = [] }: TableDefinition,
): readonly UserIndex[] {
  const keys = constraints.flatMap((constraint, position) => {
    const { name, columns, nullsEqual } = constraint;
    if (!isKey(constraint)) return [];
    const index: UserIndex = {
      oid: indexOid(table.oid, position),
      constraintOid: constraintOid(table.oid, position),
      name,
      isUnique: true,
      nullsEqual: nullsEqual === true,
      isPrimary: constraint.kind === 'primaryKey',
      method: 'btree',
      parts: partsOf(table, { columns }),
      included: columnsNamed(table, constraint.include),
      where: undefined,
      uses: [],
      table,
      comment: constraint.indexComment,
      constraintComment: constraint.comment,
    };
    return [index];
  });
  const own = indexes.map((index, i): UserIndex => {
    const { name, isUnique, method = 'btree', where, uses = [], comment } = index;
    return {
      oid: indexOid(table.oid, constraints.length + i),
      constraintOid: 0,
      name,
      isUnique,
      nullsEqual: index.nullsEqual === true,
      isPrimary: false,
      method,
      parts: partsOf(table, index),
      included: columnsNamed(table, index.include),
      where,
      uses: uses.flatMap((position) => table.columns[position] ?? []),
      table,
      comment,
    };
  });
  return [...keys, ...own];
}

function columnsNamed(
  { columns }: UserRelation,
  names: readonly string[] = [],
): readonly UserColumn[] {
  return names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

function partsOf(
  table: UserRelation,
  index: Pick<IndexDefinition, 'columns' | 'expressions' | 'options' | 'classes'>,
): readonly UserIndexPart[] {
  const { columns, expressions = [], options = [], classes = [] } = index;
  const rest = expressions.values();
  return columns.flatMap((position, i): readonly UserIndexPart[] => {
    const own = { option: options[i] ?? 0, operatorClass: classes[i] ?? '' };
    const column = table.columns[position];
    if (column !== undefined) {
      const { name, typeOid } = column;
      return [{ column, sql: quoteIdentifier(name), name, typeOid, ...own }];
    }
    const expression = rest.next().value;
    if (expression === undefined) return [];
    const { sql, name, type } = expression;
    return [{ column, sql, name, typeOid: typeOidOf(type), ...own }];
  });
}

function foreignKeysOf(
  table: UserRelation,
  { constraints }: TableDefinition,
): readonly UserForeignKey[] {
  return constraints.flatMap(({ name, columns, references, comment }, position) => {
    if (references === undefined) return [];
    const used = columns.flatMap((column) => table.columns[column] ?? []);
    const oid = constraintOid(table.oid, position);
    const isInherited = constraints[position]?.isInherited === true;
    return [{ oid, name, columns: used, references, isInherited, table, comment }];
  });
}

function checksOf(table: UserRelation, { constraints }: TableDefinition): readonly UserCheck[] {
  return constraints.flatMap((constraint, position) => {
    const { kind, name, columns, checkSql: sql = '', comment } = constraint;
    if (kind !== 'check') return [];
    const used = columns.flatMap((column) => table.columns[column] ?? []);
    const oid = constraintOid(table.oid, position);
    const isUnchecked = constraint.isUnchecked === true;
    const noInherit = constraint.noInherit === true;
    const isInherited = constraint.isInherited === true;
    return [{ oid, name, sql, columns: used, isUnchecked, noInherit, isInherited, table, comment }];
  });
}

const sequenceColumns: readonly (readonly [name: string, type: SqlType])[] = [
  ['last_value', sqlType('int8')],
  ['log_cnt', sqlType('int8')],
  ['is_called', sqlType('bool')],
];

export function sequencesOf(state: CatalogState): readonly UserRelation[] {
  return state.sequences.map((sequence) => {
    const { oid, schema, name, owner, comment, temporary } = sequence.definition;
    return {
      oid,
      schema,
      schemaOid: schemaOid(schema),
      name,
      kind: 'S',
      temporary,
      owner,
      comment,
      rowTypeOid: 0,
      arrayTypeOid: 0,
      columns: sequenceColumns.map(([column, type], i) => ({
        ...plainColumn(column, type, i + 1),
        notNull: true,
      })),
      indexes: [],
      checks: [],
      sequence,
      rowCount: 1,
      byteSize: 8192,
      viewSql: undefined,
    };
  });
}

/** pg_attribute.atttypid. */
function typeOidOf({ name, domain }: SqlType): number {
  return domain ?? typeRecord(name).oid;
}

function plainColumn(name: string, type: SqlType, number: number): UserColumn {
  return {
    number,
    name,
    type,
    typeOid: typeOidOf(type),
    notNull: false,
    defaultSql: undefined,
    defaultOid: 0,
    comment: undefined,
    identity: undefined,
    generated: undefined,
    owns: [],
  };
}

export function viewsOf(state: CatalogState): readonly UserRelation[] {
  return state.views.map((view) => {
    const { oid, schema, name, owner, comment, sql, definition, usedColumns = [] } = view;
    const { base: viewBase, options } = view;
    let columns: readonly UserColumn[] | undefined;
    return {
      oid,
      schema,
      schemaOid: schemaOid(schema),
      name,
      kind: 'v',
      temporary: schema.startsWith('pg_temp_'),
      owner,
      comment,
      rowTypeOid: rowTypeOid(oid),
      arrayTypeOid: arrayTypeOid(oid),
      indexes: [],
      checks: [],
      rowCount: -1,
      byteSize: 0,
      viewSql: sql,
      viewDefinition: definition,
      usedColumns,
      viewBase,
      options,
      get columns() {
        columns ??= viewColumns(state, view);
        return columns;
      },
    };
  });
}

/** Composite types: relations without rows. */
export function compositesOf(state: CatalogState): readonly UserRelation[] {
  return userTypesOf(state.records)
    .filter(isCompositeRecord)
    .map((record): UserRelation => ({
      oid: record.relationOid,
      schema: record.schema,
      schemaOid: schemaOid(record.schema),
      name: record.name,
      kind: 'c',
      temporary: false,
      owner: record.owner,
      comment: undefined,
      rowTypeOid: record.oid,
      arrayTypeOid: record.arrayOid,
      columns: record.attributes.map(({ name, type, comment }, i) => {
        return { ...plainColumn(name, type, i + 1), comment };
      }),
      indexes: [],
      checks: [],
      rowCount: -1,
      byteSize: 0,
      viewSql: undefined,
    }));
}

function viewColumns(
  state: CatalogState,
  view: CatalogState['views'][number],
): readonly UserColumn[] {
  return state.viewColumns(view).map(({ name, type }, i) => plainColumn(name, type, i + 1));
}
