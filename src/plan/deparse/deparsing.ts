/**
 * What rewriting one statement's tree shares: what binding found out, the names that relations are
 * shown by, and whether something has no text.
 *
 * Names are unique from the outermost query inwards (ruleutils' set_rtable_names): a relation
 * whose name an enclosing query or an earlier relation has gets `_1`, `_2` and so on.
 */
import type { Node } from '@pgsql/types';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { astAs, stringsOf, type Ast } from '../../sql/ast.ts';
import type { BindingRecord, FoundColumn } from '../binder/recording.ts';
import type { QueryLevel, Relation } from '../binder/scope.ts';
import { deparseSelect, type ResultNames } from './deparse-select.ts';
import { nullNode } from './literal-nodes.ts';

/** PostgreSQL notes no use of what it cannot do without. */
const firstUserOid = 16_384;

export class Deparsing {
  readonly record: BindingRecord;
  readonly formats: FormatSettings;
  isRefused = false;
  readonly #names = new Map<QueryLevel, ReadonlyMap<string, string>>();
  /** Names of the queries around. */
  #taken: ReadonlySet<string> = new Set(['old', 'new']);
  /** Whose columns are named alone but in queries within. */
  bare: QueryLevel | undefined;
  #depth = 0;
  readonly #used = new Map<string, readonly [oid: number, number: number]>();

  constructor(record: BindingRecord, formats: FormatSettings) {
    this.record = record;
    this.formats = formats;
  }

  /** Columns of stored relations that the statement names; 0 for one of which it names none. */
  get usedColumns(): readonly (readonly [oid: number, number: number])[] {
    const used = [...this.#used.values()];
    const named = new Set(used.flatMap(([oid, number]) => (number === 0 ? [] : [oid])));
    return used.filter(([oid, number]) => number !== 0 || !named.has(oid));
  }

  use(oid: number, number: number): void {
    if (oid >= firstUserOid) this.#used.set(`${oid}.${number}`, [oid, number]);
  }

  refuse(node: Node | undefined): Node {
    this.isRefused = true;
    return node ?? nullNode;
  }

  typeOf(node: Node | undefined): SqlType | undefined {
    return node === undefined ? undefined : this.record.exprs.get(node)?.type;
  }

  /** Gives the level's relations names, and keeps them while `rewrite` runs. */
  within<T>(level: QueryLevel, relations: readonly string[], rewrite: () => T): T {
    const around = this.#taken;
    const taken = new Set(around);
    const names = new Map<string, string>();
    for (const relation of relations) {
      let name = relation;
      for (let count = 1; taken.has(name); count++) name = `${relation}_${count}`;
      taken.add(name);
      names.set(relation, name);
    }
    this.#names.set(level, names);
    this.#taken = taken;
    this.#depth += 1;
    const result = rewrite();
    this.#depth -= 1;
    this.#taken = around;
    return result;
  }

  /** The level's relations are shown by their own names. */
  show(level: QueryLevel, relations: readonly string[]): void {
    this.#names.set(level, new Map(relations.map((name) => [name, name])));
  }

  /** The name that a relation of the level is shown by. */
  nameOf(level: QueryLevel, relation: string): string {
    return this.#names.get(level)?.get(relation) ?? relation;
  }

  column(reference: Ast<'ColumnRef'>): Node {
    const found = this.record.columns.get(reference);
    if (found !== undefined) return this.columnNode(found);
    const row = this.record.rows.get(reference);
    if (row === undefined) return this.refuse({ ColumnRef: reference });
    const sval = this.nameOf(row.level, row.relation);
    const whole: Node = { ColumnRef: { fields: [{ String: { sval } }, { A_Star: {} }] } };
    const called = this.record.attributes.get(reference);
    if (called === undefined) return whole;
    const path = called.schema === undefined ? [called.name] : [called.schema, called.name];
    const funcname = path.map((name) => ({ String: { sval: name } }));
    return { FuncCall: { funcname, args: [whole], funcformat: 'COERCE_EXPLICIT_CALL' } };
  }

  /** `(t).a` is the column itself. */
  fieldOfRow({ arg, indirection = [] }: Ast<'A_Indirection'>): Node | undefined {
    const reference = astAs(arg, 'ColumnRef');
    const row = reference && this.record.rows.get(reference);
    const [name, ...more] = stringsOf(indirection);
    if (row === undefined || name === undefined || indirection.length !== 1 || more.length > 0) {
      return undefined;
    }
    const relation = row.level.relations.find((each) => each.name === row.relation);
    const found = relation?.columns.find((each) => each.name === name);
    return found && this.columnNode({ level: row.level, id: found.column.id, name });
  }

  columnNode({ level, id, name }: FoundColumn): Node {
    const relation = relationOf(level, id);
    const same = relation?.columns.filter(({ column }) => column.id === id) ?? [];
    const column = same.find((each) => each.name === name) ?? same[0];
    const { tableOid, columnNumber } = column?.column ?? {};
    if (tableOid !== undefined && columnNumber !== undefined) this.use(tableOid, columnNumber);
    const shown = column?.name ?? name;
    const isBare = level === this.bare && this.#depth === 1;
    const prefix =
      relation?.name === undefined || isBare || !this.#names.has(level)
        ? []
        : [this.nameOf(level, relation.name)];
    return {
      ColumnRef: { fields: [...prefix, shown].map((sval) => ({ String: { sval } })) },
    };
  }

  /** A query in FROM, or with `hidden` one in an expression, whose column nobody names. */
  subquery(select: Ast<'SelectStmt'>, result: ResultNames = {}): Ast<'SelectStmt'> {
    return deparseSelect(this, select, result);
  }
}

/**
 * The relation that a column is shown with: the last one, since a join with a name hides its
 * sides. A column that only a join without a name has is shown alone.
 */
function relationOf(level: QueryLevel, id: number): Relation | undefined {
  return level.relations.findLast(
    ({ name, columns }) => name !== undefined && columns.some(({ column }) => column.id === id),
  );
}
