/**
 * One moment of the database as the catalog's rows are made from it: users' tables and views with
 * the OIDs of everything that belongs to them. Made piece by piece, when a row is asked for.
 */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { isDomainRecord, keptCast, userTypesOf, type StoredDomainCheck } from '../type-records.ts';
import { AccessRights } from '../access-rights.ts';
import type { CatalogState } from '../catalog-state.ts';
import type { FactRows } from '../../plan/planner.ts';
import { conditionsOf, policiesOf } from '../policy-records.ts';
import { printedCondition, printedExpression, printedView, withNames } from '../printed-texts.ts';
import { DefinitionFacts } from './definition-facts.ts';
import { rowsOf } from './fact-rows.ts';
import type { FactSource } from './rows/fact-table.ts';
import { schemaOid, toastIndexOid, toastOid } from './object-ids.ts';
import { systemIndexNamed } from './system-indexes.ts';
import { systemRelation, toastSchema, type SystemRelation } from './system-relations.ts';
import { qualifiedName } from '../../types/user-type.ts';
import { hasToast } from './toast.ts';
import {
  arrayTypeOf,
  rowTypeOf,
  typeFactByName,
  typeFactByOid,
  type TypeFact,
} from './type-facts.ts';
import {
  compositesOf,
  sequencesOf,
  tablesOf,
  viewsOf,
  type UserCheck,
  type UserForeignKey,
  type UserIndex,
  type UserRelation,
} from './user-relations.ts';
import { procByOid, procsNamed, type ProcFact } from './proc-facts.ts';
import { userProcs, type UserProc } from './user-procs.ts';
import { userTypeFacts, type UserTypeFact } from './user-type-facts.ts';

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
  readonly #known: DefinitionFacts;

  constructor(state: CatalogState) {
    this.state = state;
    this.#known = state.definitions ?? new DefinitionFacts();
  }

  /** Rows that a relation's source makes, or made when all that they show was the same. */
  rowsOf(relation: SystemRelation, { current, dependsOn }: FactSource): FactRows {
    if (current === undefined) return [];
    if (dependsOn === 'session') return rowsOf(relation, current(this));
    const version = dependsOn === 'sizes' ? this.#sizes() : '';
    const known = this.#known.rows.get(relation);
    if (known?.version === version) return known.rows;
    const rows = rowsOf(relation, current(this));
    this.#known.rows.set(relation, { version, rows });
    return rows;
  }

  #sizes(): string {
    return this.relations.map(({ rowCount }) => rowCount).join();
  }

  get access(): AccessRights {
    this.#known.access ??= AccessRights.of(this.state.records, this.state);
    return this.#known.access;
  }

  /** Comments that were given, by key of comment-records.ts; undefined: one was taken away. */
  get comments(): ReadonlyMap<string, string | undefined> {
    this.#known.comments ??= new Map(
      this.state.records.flatMap((record) =>
        record.kind === 'comment' ? [[record.key, record.text] as const] : [],
      ),
    );
    return this.#known.comments;
  }

  /** Users' tables, then their views and sequences. */
  get relations(): readonly UserRelation[] {
    this.#known.relations ??= [
      ...tablesOf(this.state),
      ...viewsOf(this.state),
      ...sequencesOf(this.state),
      ...compositesOf(this.state),
    ];
    return this.#known.relations;
  }

  relationByOid(oid: number): UserRelation | undefined {
    this.#known.relationsByOid ??= new Map(
      this.relations.map((relation) => [relation.oid, relation]),
    );
    return this.#known.relationsByOid.get(oid);
  }

  /** Partitions of a table, in no order. */
  childrenOf(oid: number): readonly UserRelation[] {
    this.#known.children ??= this.#childrenByParent();
    return this.#known.children.get(oid) ?? [];
  }

  #childrenByParent(): ReadonlyMap<number, readonly UserRelation[]> {
    const found = new Map<number, UserRelation[]>();
    for (const relation of this.relations) {
      const parent = relation.definition?.partitionOf?.parent;
      if (parent !== undefined) found.set(parent, [...(found.get(parent) ?? []), relation]);
    }
    return found;
  }

  relationNamed(schema: string, name: string): UserRelation | undefined {
    this.#known.relationsByName ??= new Map(
      this.relations.map((relation) => [`${relation.schema}.${relation.name}`, relation]),
    );
    return this.#known.relationsByName.get(`${schema}.${name}`);
  }

  get indexes(): Iterable<UserIndex> {
    return this.#indexMap().values();
  }

  indexByOid(oid: number): UserIndex | undefined {
    return this.#indexMap().get(oid);
  }

  #indexMap(): ReadonlyMap<number, UserIndex> {
    this.#known.indexes ??= new Map(
      this.relations.flatMap(({ indexes }) => indexes).map((index) => [index.oid, index]),
    );
    return this.#known.indexes;
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
    this.#known.types ??= userTypeFacts(this.state);
    return this.#known.types;
  }

  /** A type of PostgreSQL's or a user's, row types of users' relations among them. */
  typeByOid(oid: number): TypeFact | undefined {
    const known = typeFactByOid(oid);
    if (known !== undefined) return known;
    const made = this.types.find(({ type, array }) => type.oid === oid || array.oid === oid);
    if (made !== undefined) return made.type.oid === oid ? made.type : made.array;
    const row = this.relations.find(({ rowTypeOid, arrayTypeOid }) => {
      return oid !== 0 && (rowTypeOid === oid || arrayTypeOid === oid);
    });
    if (row === undefined) return undefined;
    const type = { ...rowTypeOf(row), schema: row.schema };
    return row.rowTypeOid === oid ? type : arrayTypeOf(type);
  }

  /** A user's type, or the array type over it, in that schema. */
  typeNamed(schema: string, name: string): TypeFact | undefined {
    const all = this.types.flatMap(({ type, array }) => [type, array]);
    return all.find((type) => type.schema === schema && type.name === name);
  }

  /** A condition of a user's domain. */
  domainCheck(oid: number): StoredDomainCheck | undefined {
    const checks = this.types.flatMap(({ record }) => {
      return isDomainRecord(record) ? record.checks : [];
    });
    return checks.find((each) => each.oid === oid);
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

  /** Users' functions and procedures. */
  get procs(): readonly UserProc[] {
    this.#known.procs ??= userProcs(this.state);
    return this.#known.procs;
  }

  userProc(oid: number): UserProc | undefined {
    return this.procs.find((proc) => proc.oid === oid);
  }

  procByOid(oid: number): ProcFact | undefined {
    return procByOid(oid) ?? this.userProc(oid);
  }

  /** Functions that the name means, those of earlier schemas of the search path first. */
  procsNamed(schema: string | undefined, name: string): readonly ProcFact[] {
    const schemas = schema === undefined ? this.visibleSchemas : [schema];
    const all = [...procsNamed(name), ...this.procs.filter((proc) => proc.name === name)];
    const found = schemas.flatMap((each) => all.filter((proc) => proc.schema === each));
    const isFirst = ({ args }: ProcFact, at: number): boolean =>
      found.findIndex((each) => each.args.join() === args.join()) === at;
    return found.filter(isFirst);
  }

  /** As displayName, of a function that is called with such arguments. */
  displayProc(proc: ProcFact): string {
    const quoted = quoteIdentifier(proc.name);
    const isVisible = this.procsNamed(undefined, proc.name).includes(proc);
    return isVisible ? quoted : `${quoteIdentifier(proc.schema)}.${quoted}`;
  }

  get foreignKeys(): readonly UserForeignKey[] {
    return this.relations.flatMap(({ foreignKeys = [] }) => foreignKeys);
  }

  /** The index that a foreign key goes by, the first over the columns that it references. */
  referencedIndex({ references }: UserForeignKey): UserIndex | undefined {
    const wanted = references.columns.toSorted().join('\0');
    const indexes = this.relationByOid(references.table)?.indexes ?? [];
    return indexes.find(({ isUnique, parts, where }) => {
      const names = parts.map(({ column }) => column?.name ?? '');
      return isUnique && where === undefined && names.toSorted().join('\0') === wanted;
    });
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
    const calls = this.#shownCalls(sql);
    if (!calls.includes('::"')) return calls;
    const shown = this.types.reduce((text, { type, record }) => {
      return text.replaceAll(keptCast(record), `::${this.displayType(type)}`);
    }, calls);
    const rows = this.relations.filter(({ rowTypeOid }) => rowTypeOid !== 0);
    return rows.reduce((text, { schema, name }) => {
      return text.replaceAll(keptCast({ schema, name }), `::${this.displayName(schema, name)}`);
    }, shown);
  }

  /** And functions. */
  #shownCalls(sql: string): string {
    if (!sql.includes('"(')) return sql;
    return this.procs.reduce((text, proc) => {
      const { schema, name } = proc;
      return text.replaceAll(`${qualifiedName(schema, name)}(`, `${this.displayProc(proc)}(`);
    }, sql);
  }

  /** A stored expression without parentheses that it does not need. */
  prettyText(sql: string): string {
    const { printed } = this.state;
    if (printed === undefined) return printedExpression(sql);
    return printed.expressions.get(sql) ?? this.#prettyPolicies().get(sql) ?? sql;
  }

  /** A policy's condition as it is shown, plain and pretty. */
  policyTexts(sql: string): readonly [plain: string, pretty: string] {
    const { printed } = this.state;
    const texts = printed === undefined ? printedCondition(sql) : printed.conditions.get(sql);
    const [plain = sql, pretty = sql] = texts ?? [];
    const shown = (text: string): string => {
      return withNames(this.#shownTypes(text), (schema, name) => this.displayName(schema, name));
    };
    return [shown(plain), shown(pretty)];
  }

  #prettyPolicies(): ReadonlyMap<string, string> {
    const conditions = policiesOf(this.state.records).flatMap(conditionsOf);
    return new Map(conditions.map(({ sql }) => this.policyTexts(sql)));
  }

  /** A view's text as pg_get_viewdef shows it, without its semicolon. */
  viewText({ viewSql = '', viewDefinition }: UserRelation, isPretty: boolean): string {
    const texts = viewDefinition === undefined ? undefined : this.#printedView(viewDefinition);
    if (texts === undefined) return ` ${viewSql.trim().replace(/;$/, '')}`;
    const text = this.#shownTypes(texts[isPretty ? 1 : 0]);
    return withNames(text, (schema, name) => this.displayName(schema, name));
  }

  #printedView(definition: string): readonly [plain: string, pretty: string] | undefined {
    const { printed } = this.state;
    if (printed !== undefined) return printed.views.get(definition);
    return printedView(definition) ?? undefined;
  }

  /** The system's schemas and the users', temporary ones included. */
  get schemas(): readonly SchemaFact[] {
    this.#known.schemas ??= this.#allSchemas();
    return this.#known.schemas;
  }

  #allSchemas(): readonly SchemaFact[] {
    const { schemas, tables, views, sequences, records, temporarySchema } = this.state;
    const ours = schemas.includes('public') ? ['public'] : [];
    const system = ['pg_toast', 'pg_catalog', ...ours, 'information_schema'];
    const temporary = tables
      .filter(({ definition }) => definition.temporary)
      .map(({ definition }) => definition.schema);
    const others = [...views, ...sequences.map(({ definition }) => definition)]
      .map(({ schema }) => schema)
      .filter((schema) => schema === temporarySchema);
    const ofTypes = userTypesOf(records).map(({ schema }) => schema);
    const names = new Set([...system, ...schemas, ...temporary, ...others, ...ofTypes]);
    return [...names].map((name) => ({ oid: schemaOid(name), name }));
  }

  /** Schemas that names without one are looked for in, in order. */
  get visibleSchemas(): readonly string[] {
    const { searchPath, relationPath = searchPath, temporarySchema } = this.state;
    const isFirst = relationPath[0] === temporarySchema;
    const named = relationPath.slice(isFirst ? 1 : 0).filter((name) => name !== 'pg_catalog');
    return [...(isFirst ? relationPath.slice(0, 1) : []), 'pg_catalog', ...named];
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
