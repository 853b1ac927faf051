/**
 * One moment of the database as the catalog's rows are made from it: users' tables and views with
 * the OIDs of everything that belongs to them. Made piece by piece, when a row is asked for.
 */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { qualifiedTypeName } from '../../types/user-type.ts';
import { typeNameOf } from '../type-records.ts';
import { sqlType, typeRecord } from '../../types/type-table.ts';
import { AccessRights } from '../access-rights.ts';
import type { CatalogState, SequenceFact } from '../catalog-state.ts';
import { printedExpression, printedView, withNames } from '../printed-texts.ts';
import type { IndexDefinition, TableDefinition } from '../table.ts';
import {
  arrayTypeOid,
  constraintOid,
  defaultOid,
  indexOid,
  rowTypeOid,
  schemaOid,
  toastIndexOid,
  toastOid,
} from './object-ids.ts';
import { systemIndexNamed } from './system-indexes.ts';
import { systemRelation, toastSchema } from './system-relations.ts';
import { hasToast } from './toast.ts';
import { typeFactByName, typeFactByOid, type TypeFact } from './type-facts.ts';
import { userTypeFacts, type UserTypeFact } from './user-type-facts.ts';

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
  readonly isPrimary: boolean;
  readonly method: string;
  readonly parts: readonly UserIndexPart[];
  readonly where: string | undefined;
  /** Columns that its expressions and its condition name. */
  readonly uses: readonly UserColumn[];
  readonly table: UserRelation;
  readonly comment: string | undefined;
}

export interface UserCheck {
  readonly oid: number;
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly UserColumn[];
  readonly table: UserRelation;
}

export interface UserRelation {
  readonly oid: number;
  readonly schema: string;
  readonly schemaOid: number;
  readonly name: string;
  readonly kind: 'r' | 'v' | 'S';
  readonly temporary: boolean;
  readonly owner: string;
  /** Sequences have no row type: 0, as is their array type. */
  readonly rowTypeOid: number;
  readonly arrayTypeOid: number;
  readonly columns: readonly UserColumn[];
  readonly indexes: readonly UserIndex[];
  readonly checks: readonly UserCheck[];
  readonly sequence?: SequenceFact;
  readonly rowCount: number;
  readonly byteSize: number;
  readonly comment: string | undefined;
  readonly viewSql: string | undefined;
  readonly viewDefinition?: string | undefined;
  /** Columns of other relations that a view names: OID and number. */
  readonly usedColumns?: readonly (readonly [oid: number, number: number])[];
}

export interface ToastRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 't' | 'i';
}

export interface SchemaFact {
  readonly oid: number;
  readonly name: string;
}

export class Moment {
  readonly state: CatalogState;
  #access: AccessRights | undefined;
  #relations: readonly UserRelation[] | undefined;
  #byOid: ReadonlyMap<number, UserRelation> | undefined;
  #byName: ReadonlyMap<string, UserRelation> | undefined;
  #indexes: ReadonlyMap<number, UserIndex> | undefined;
  #schemas: readonly SchemaFact[] | undefined;
  #types: readonly UserTypeFact[] | undefined;

  constructor(state: CatalogState) {
    this.state = state;
  }

  get access(): AccessRights {
    this.#access ??= new AccessRights(this.state.records, this.state.superuser);
    return this.#access;
  }

  /** Users' tables, then their views and sequences. */
  get relations(): readonly UserRelation[] {
    this.#relations ??= [
      ...tablesOf(this.state),
      ...viewsOf(this.state),
      ...sequencesOf(this.state),
    ];
    return this.#relations;
  }

  relationByOid(oid: number): UserRelation | undefined {
    this.#byOid ??= new Map(this.relations.map((relation) => [relation.oid, relation]));
    return this.#byOid.get(oid);
  }

  relationNamed(schema: string, name: string): UserRelation | undefined {
    this.#byName ??= new Map(
      this.relations.map((relation) => [`${relation.schema}.${relation.name}`, relation]),
    );
    return this.#byName.get(`${schema}.${name}`);
  }

  get indexes(): Iterable<UserIndex> {
    return this.#indexMap().values();
  }

  indexByOid(oid: number): UserIndex | undefined {
    return this.#indexMap().get(oid);
  }

  #indexMap(): ReadonlyMap<number, UserIndex> {
    this.#indexes ??= new Map(
      this.relations.flatMap(({ indexes }) => indexes).map((index) => [index.oid, index]),
    );
    return this.#indexes;
  }

  /** Toast tables of users' tables, and their indexes. */
  toastByOid(oid: number): ToastRelation | undefined {
    return this.#toasts().find((toast) => toast.oid === oid);
  }

  toastNamed(schema: string, name: string): ToastRelation | undefined {
    if (schema !== toastSchema) return undefined;
    return this.#toasts().find((toast) => toast.name === name);
  }

  #toasts(): readonly ToastRelation[] {
    return this.relations.filter(hasToast).flatMap(({ oid }): ToastRelation[] => {
      const name = `pg_toast_${oid}`;
      return [
        { oid: toastOid(oid), schema: toastSchema, name, kind: 't' },
        { oid: toastIndexOid(oid), schema: toastSchema, name: `${name}_index`, kind: 'i' },
      ];
    });
  }

  get types(): readonly UserTypeFact[] {
    this.#types ??= userTypeFacts(this.state);
    return this.#types;
  }

  /** A type of PostgreSQL's or a user's; row types are not among them. */
  typeByOid(oid: number): TypeFact | undefined {
    const known = typeFactByOid(oid);
    if (known !== undefined) return known;
    const made = this.types.find(({ type, array }) => type.oid === oid || array.oid === oid);
    return made?.type.oid === oid ? made.type : made?.array;
  }

  /** A user's type, or the array type over it, in that schema. */
  typeNamed(schema: string, name: string): TypeFact | undefined {
    const all = this.types.flatMap(({ type, array }) => [type, array]);
    return all.find((type) => type.schema === schema && type.name === name);
  }

  /** As displayName of relations. */
  displayType({ schema, name }: Pick<TypeFact, 'schema' | 'name'>): string {
    const quoted = quoteIdentifier(name);
    const isVisible = this.isTypeVisible(schema, name);
    return isVisible ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
  }

  isTypeVisible(schema: string, name: string): boolean {
    return this.visibleSchemas.find((each) => this.#hasType(each, name)) === schema;
  }

  #hasType(schema: string, name: string): boolean {
    if (schema === 'pg_catalog') return typeFactByName(name)?.schema === schema;
    return (
      this.typeNamed(schema, name) !== undefined || this.relationNamed(schema, name) !== undefined
    );
  }

  get checks(): readonly UserCheck[] {
    return this.relations.flatMap(({ checks }) => checks);
  }

  /** A stored expression as it is shown: sequences are named by OID in it. */
  expressionText(sql: string): string {
    return this.#shownTypes(sql).replaceAll(
      /nextval\('(\d+)'::regclass\)/g,
      (whole, oid: string) => {
        const sequence = this.relationByOid(Number(oid));
        if (sequence === undefined) return whole;
        const name = this.displayName(sequence.schema, sequence.name);
        return `nextval('${name.replaceAll("'", "''")}'::regclass)`;
      },
    );
  }

  /** Kept expressions name types with their schemas. */
  #shownTypes(sql: string): string {
    if (!sql.includes('::')) return sql;
    return this.types.reduce((text, { type, record }) => {
      const kept = `::${qualifiedTypeName(typeNameOf(record)) ?? ''}`;
      return text.replaceAll(kept, `::${this.displayType(type)}`);
    }, sql);
  }

  /** A stored expression without parentheses that it does not need. */
  prettyText(sql: string): string {
    const { printed } = this.state;
    return printed === undefined ? printedExpression(sql) : (printed.expressions.get(sql) ?? sql);
  }

  /** A view's text as pg_get_viewdef shows it, without its semicolon. */
  viewText({ viewSql = '', viewDefinition }: UserRelation, isPretty: boolean): string {
    const texts = viewDefinition === undefined ? undefined : this.#printedView(viewDefinition);
    if (texts === undefined) return ` ${viewSql.trim().replace(/;$/, '')}`;
    return withNames(texts[isPretty ? 1 : 0], (schema, name) => this.displayName(schema, name));
  }

  #printedView(definition: string): readonly [plain: string, pretty: string] | undefined {
    const { printed } = this.state;
    if (printed !== undefined) return printed.views.get(definition);
    return printedView(definition) ?? undefined;
  }

  /** The system's schemas and the users', temporary ones included. */
  get schemas(): readonly SchemaFact[] {
    this.#schemas ??= this.#allSchemas();
    return this.#schemas;
  }

  #allSchemas(): readonly SchemaFact[] {
    const { schemas, tables } = this.state;
    const system = ['pg_toast', 'pg_catalog', 'public', 'information_schema'];
    const temporary = tables
      .filter(({ definition }) => definition.temporary)
      .map(({ definition }) => definition.schema);
    const names = new Set([...system, ...schemas, ...temporary]);
    return [...names].map((name) => ({ oid: schemaOid(name), name }));
  }

  /** Schemas that names without one are looked for in, in order. */
  get visibleSchemas(): readonly string[] {
    const { searchPath, temporarySchema } = this.state;
    const own = temporarySchema === undefined ? [] : [temporarySchema];
    return [...own, 'pg_catalog', ...searchPath.filter((name) => name !== 'pg_catalog')];
  }

  /** `name`, or `schema.name` where the name alone would mean another relation or none. */
  displayName(schema: string, name: string): string {
    const quoted = quoteIdentifier(name);
    return this.isVisible(schema, name) ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
  }

  /** Whether the relation is what its name alone means. */
  isVisible(schema: string, name: string): boolean {
    return this.visibleSchemas.find((each) => this.#hasRelation(each, name)) === schema;
  }

  #hasRelation(schema: string, name: string): boolean {
    if (this.relationNamed(schema, name) !== undefined) return true;
    if (systemRelation(schema, name) !== undefined) return true;
    if (systemIndexNamed(schema, name) !== undefined) return true;
    return [...this.indexes].some((index) => index.table.schema === schema && index.name === name);
  }

  ownerOid(owner: string): number {
    return this.access.ownerOid(owner);
  }
}

function tablesOf(state: CatalogState): readonly UserRelation[] {
  return state.tables.map((source) => {
    const { definition } = source;
    const { oid, schema, name, owner, temporary, comment } = definition;
    const columns = definition.columns.map((column, i): UserColumn => ({
      number: i + 1,
      name: column.name,
      type: column.type,
      typeOid: typeRecord(column.type.name).oid,
      notNull: column.notNull,
      defaultSql: column.defaultSql,
      defaultOid: defaultOid(oid, i + 1),
      comment: column.comment,
      identity: column.identity,
      owns: column.owns ?? [],
    }));
    const indexes: UserIndex[] = [];
    const checks: UserCheck[] = [];
    const relation: UserRelation = {
      oid,
      schema,
      schemaOid: schemaOid(schema),
      name,
      kind: 'r',
      temporary,
      owner,
      columns,
      rowTypeOid: rowTypeOid(oid),
      arrayTypeOid: arrayTypeOid(oid),
      indexes,
      checks,
      comment,
      viewSql: undefined,
      get rowCount() {
        return source.rowCount;
      },
      get byteSize() {
        return source.byteSize;
      },
    };
    indexes.push(...indexesOf(relation, definition));
    checks.push(...checksOf(relation, definition));
    return relation;
  });
}

/** Those behind keys, then the table's own. */
function indexesOf(
  table: UserRelation,
  { constraints, indexes = [] }: TableDefinition,
): readonly UserIndex[] {
  const keys = constraints.flatMap(({ kind, name, columns, comment }, position) => {
    if (kind === 'check') return [];
    const index: UserIndex = {
      oid: indexOid(table.oid, position),
      constraintOid: constraintOid(table.oid, position),
      name,
      isUnique: true,
      isPrimary: kind === 'primaryKey',
      method: 'btree',
      parts: partsOf(table, { columns }),
      where: undefined,
      uses: [],
      table,
      comment,
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
      isPrimary: false,
      method,
      parts: partsOf(table, index),
      where,
      uses: uses.flatMap((position) => table.columns[position] ?? []),
      table,
      comment,
    };
  });
  return [...keys, ...own];
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
    return [{ column, sql, name, typeOid: typeRecord(type.name).oid, ...own }];
  });
}

function checksOf(table: UserRelation, { constraints }: TableDefinition): readonly UserCheck[] {
  return constraints.flatMap(({ kind, name, columns, checkSql: sql = '' }, position) => {
    if (kind !== 'check') return [];
    const used = columns.flatMap((column) => table.columns[column] ?? []);
    return [{ oid: constraintOid(table.oid, position), name, sql, columns: used, table }];
  });
}

const sequenceColumns: readonly (readonly [name: string, type: SqlType])[] = [
  ['last_value', sqlType('int8')],
  ['log_cnt', sqlType('int8')],
  ['is_called', sqlType('bool')],
];

function sequencesOf(state: CatalogState): readonly UserRelation[] {
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

function plainColumn(name: string, type: SqlType, number: number): UserColumn {
  return {
    number,
    name,
    type,
    typeOid: typeRecord(type.name).oid,
    notNull: false,
    defaultSql: undefined,
    defaultOid: 0,
    comment: undefined,
    identity: undefined,
    owns: [],
  };
}

function viewsOf(state: CatalogState): readonly UserRelation[] {
  return state.views.map((view) => {
    const { oid, schema, name, owner, comment, sql, definition, usedColumns = [] } = view;
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
      get columns() {
        columns ??= viewColumns(state, view);
        return columns;
      },
    };
  });
}

function viewColumns(
  state: CatalogState,
  view: CatalogState['views'][number],
): readonly UserColumn[] {
  return state.viewColumns(view).map(({ name, type }, i) => plainColumn(name, type, i + 1));
}
