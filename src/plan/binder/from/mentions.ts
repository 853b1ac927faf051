/** Stars and their like; FOR UPDATE reads ids of rows. */
const meaningAny = new Set(['A_Star', 'isNatural', 'colnames', 'lockingClause']);

/**
 * Names that a text mentions: relations in it need no other columns.
 *
 *     select c.relname from pg_class c where c.oid = 1        relname, oid
 *
 * `*`, NATURAL JOIN and a list of column aliases stand for columns that have no name in the text;
 * the name of a relation alone stands for all of its own, and so does `t.f`, where f is no column:
 * it may be a function of rows of t.
 */
import type { Node } from '@pgsql/types';
import { findFunctions } from '../../../functions/registry.ts';
import { astAs, kindOf, stringsOf, type Ast } from '../ast.ts';
import { columnNameOf } from '../column-names.ts';
import { systemNames } from './system-columns.ts';

export class Mentions {
  readonly #names = new Set<string>();
  /** What stands behind the names of relations. */
  readonly #qualified = new Map<string, Set<string>>();
  /** Names of joins, whose rows are those of their sides. */
  readonly #joins: string[] = [];
  /** Some column may be meant that has no name in the text. */
  #meansAny = false;

  constructor(tree: unknown) {
    this.#visit(tree);
  }

  /** The columns that the text may mean, by position; undefined: all. */
  positionsOf(relation: string, columns: readonly string[]): readonly number[] | undefined {
    if (this.#meansAny || this.#names.has(relation)) return undefined;
    if (this.#joins.some((name) => this.#names.has(name) || this.#qualified.has(name))) {
      return undefined;
    }
    for (const name of this.#qualified.get(relation) ?? []) {
      if (!columns.includes(name) && !systemNames.has(name)) return undefined;
    }
    const positions = [...columns.keys()].filter((at) => this.#names.has(columns[at] as string));
    return positions.length === columns.length ? undefined : positions;
  }

  #qualify(relation: string, name: string): void {
    const known = this.#qualified.get(relation);
    if (known === undefined) this.#qualified.set(relation, new Set([name]));
    else known.add(name);
  }

  #visit(tree: unknown): void {
    if (Array.isArray(tree)) {
      for (const item of tree) this.#visit(item);
      return;
    }
    if (typeof tree !== 'object' || tree === null) return;
    const record = tree as Readonly<Record<string, unknown>>;
    for (const key in record) {
      const content = record[key];
      if (typeof content === 'object') this.#visit(content);
      this.#note(key, content);
    }
  }

  #note(key: string, content: unknown): void {
    if (key === 'ColumnRef') {
      const names = stringsOf((content as Ast<'ColumnRef'>).fields);
      const [relation, name] = [names.at(-2), names.at(-1)];
      if (name !== undefined) this.#names.add(name);
      if (relation !== undefined && name !== undefined) this.#qualify(relation, name);
    } else if (key === 'usingClause') {
      for (const name of stringsOf(content as Node[])) this.#names.add(name);
    } else if (key === 'JoinExpr') {
      const { alias } = content as Ast<'JoinExpr'>;
      if (alias?.aliasname !== undefined) this.#joins.push(alias.aliasname);
    } else if (meaningAny.has(key)) this.#meansAny = true;
  }
}

/** A view's query without outputs that nobody mentions. */
export interface NarrowSelect {
  readonly select: Ast<'SelectStmt'>;
  /** The kept outputs among all. */
  readonly positions: readonly number[];
}

/** A view's query and what may be left out of it. */
export class ViewQuery {
  readonly select: Ast<'SelectStmt'>;
  readonly mentions: Mentions;
  /** Names of the outputs; empty when none may be left out. */
  readonly names: readonly string[];

  constructor(select: Ast<'SelectStmt'>) {
    this.select = select;
    this.mentions = new Mentions(select);
    this.names = isPlain(select) ? targetsOf(select).map(nameOf) : [];
  }

  /** The query with the outputs, known by `names`, that `mentions` may mean of the relation. */
  narrowed(
    relation: string,
    mentions: Mentions | undefined,
    names = this.names,
  ): NarrowSelect | undefined {
    if (mentions === undefined || this.names.length === 0) return undefined;
    const positions = mentions.positionsOf(relation, names);
    if (positions === undefined) return undefined;
    const targets = this.select.targetList ?? [];
    const targetList = positions.map((at) => targets[at] as Node);
    return { select: { ...this.select, targetList }, positions };
  }
}

function targetsOf(select: Ast<'SelectStmt'>): readonly Ast<'ResTarget'>[] {
  return (select.targetList ?? []).map((item) => astAs(item, 'ResTarget') ?? {});
}

function nameOf({ name, val }: Ast<'ResTarget'>): string {
  return name ?? columnNameOf(val);
}

const clauses = [
  'distinctClause',
  'groupClause',
  'havingClause',
  'windowClause',
  'sortClause',
  'valuesLists',
  'lockingClause',
] as const;

/** Whether each row's outputs are computed one by one, so that others do not miss one. */
function isPlain(select: Ast<'SelectStmt'>): boolean {
  if ((select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') return false;
  if (clauses.some((clause) => select[clause] !== undefined)) return false;
  return targetsOf(select).every(({ val }) => isScalar(val));
}

/** Calls nothing that makes rows, folds them, or does more than compute a value. */
function isScalar(tree: unknown): boolean {
  if (Array.isArray(tree)) return tree.every(isScalar);
  if (typeof tree !== 'object' || tree === null) return true;
  const kind = kindOf(tree as Node);
  if (kind === 'A_Star') return false;
  if (kind === 'FuncCall' && !callsScalar(astAs(tree as Node, 'FuncCall') ?? {})) return false;
  return Object.values(tree).every(isScalar);
}

function callsScalar({ funcname, over }: Ast<'FuncCall'>): boolean {
  const found = findFunctions(stringsOf(funcname).at(-1) ?? '');
  return (
    over === undefined &&
    found.length > 0 &&
    found.every(({ overload }) => overload.kind === 'scalar' && overload.volatility !== 'volatile')
  );
}
