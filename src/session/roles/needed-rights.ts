/**
 * Which relations a statement reads and writes, as its tree names them: PostgreSQL's range table
 * with its required permissions. Names of WITH queries hide relations where they are in scope.
 */
import type { Node } from '@pgsql/types';
import type { RangeVar } from '../definition/relation.ts';

export interface NeededRight {
  readonly relation: RangeVar;
  /** Letters of access lists. */
  readonly letters: string;
  /** Columns that are written, by letter: their names, or how many of the first ones. */
  readonly written?: WrittenColumns;
}

export type WrittenColumns = Readonly<
  Record<string, readonly string[] | { readonly count: number } | undefined>
>;

type Tree = Readonly<Record<string, unknown>>;
type Scope = ReadonlySet<string>;

interface WithClause {
  readonly recursive?: boolean;
  readonly ctes?: readonly {
    readonly CommonTableExpr?: { readonly ctename?: string; readonly ctequery?: unknown };
  }[];
}

export function neededRights(node: Node): readonly NeededRight[] {
  const walk = new Walk();
  walk.visit(node, new Set());
  return walk.found;
}

class Walk {
  readonly found: NeededRight[] = [];

  visit(value: unknown, scope: Scope): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) this.visit(each, scope);
      return;
    }
    const tree = value as Tree;
    const inner = this.#withQueries(tree['withClause'] as WithClause | undefined, scope);
    this.#lockedTables(tree, inner);
    for (const [key, child] of Object.entries(tree)) {
      if (key === 'withClause' || key === 'intoClause' || key === 'lockingClause') continue;
      if (key === 'RangeVar') {
        this.#add({ relation: child as RangeVar, letters: 'r' }, inner);
      } else if (key in writeLetters) this.#write(key, child as Tree, inner);
      else this.visit(child, inner);
    }
  }

  #add(need: NeededRight, scope: Scope): void {
    const { schemaname, relname = '' } = need.relation;
    if (schemaname !== undefined || !scope.has(relname)) this.found.push(need);
  }

  /** A query of a plain WITH sees those before it, one of WITH RECURSIVE all. */
  #withQueries(clause: WithClause | undefined, outer: Scope): Scope {
    if (clause === undefined) return outer;
    const queries = (clause.ctes ?? []).map(({ CommonTableExpr: query = {} }) => query);
    const all = new Set([...outer, ...queries.map(({ ctename = '' }) => ctename)]);
    let known: Scope = clause.recursive === true ? all : outer;
    for (const { ctename = '', ctequery } of queries) {
      this.visit(ctequery, known);
      known = new Set([...known, ctename]);
    }
    return all;
  }

  /** SELECT … FOR UPDATE and its like need UPDATE as well. */
  #lockedTables(tree: Tree, scope: Scope): void {
    if (tree['lockingClause'] === undefined) return;
    const from = new Walk();
    from.visit(tree['fromClause'], scope);
    for (const { relation } of from.found) {
      this.#add({ relation, letters: 'w', written: { w: [] } }, scope);
    }
  }

  #write(kind: string, body: Tree, outer: Scope): void {
    const { relation, withClause, ...rest } = body;
    const scope = this.#withQueries(withClause as WithClause | undefined, outer);
    const target = relation as RangeVar;
    const letters = writeLetters[kind]?.(body) ?? '';
    const reads = readsColumns(rest) || namesKey(rest['onConflictClause']) ? 'r' : '';
    // The target is never a WITH query.
    const written = writtenColumns[kind]?.(body) ?? {};
    this.#add({ relation: target, letters: letters + reads, written }, new Set());
    this.visit(rest, scope);
  }
}

const writeLetters: Readonly<Record<string, (body: Tree) => string>> = {
  InsertStmt: ({ onConflictClause }) => (updatesOnConflict(onConflictClause) ? 'aw' : 'a'),
  UpdateStmt: () => 'w',
  DeleteStmt: () => 'd',
  MergeStmt: ({ mergeWhenClauses }) => mergeLetters(mergeWhenClauses),
};

const writtenColumns: Readonly<Record<string, (body: Tree) => WrittenColumns>> = {
  InsertStmt: ({ cols, selectStmt, onConflictClause }) => {
    const clause = onConflictClause as { readonly targetList?: unknown } | undefined;
    const w = targetNames(clause?.targetList);
    return { a: cols === undefined ? { count: widthOf(selectStmt) } : targetNames(cols), w };
  },
  UpdateStmt: ({ targetList }) => ({ w: targetNames(targetList) }),
};

function targetNames(targets: unknown): readonly string[] {
  const list = (targets ?? []) as readonly { readonly ResTarget?: { readonly name?: string } }[];
  return list.map(({ ResTarget: target }) => target?.name ?? '');
}

/** How many columns the rows of INSERT have; no limit where only binding tells. */
function widthOf(select: unknown): number {
  if (select === undefined) return 0;
  const { valuesLists, targetList } =
    (select as { readonly SelectStmt?: Tree }).SelectStmt ?? ({} as Tree);
  const lists = (valuesLists ?? []) as readonly {
    readonly List?: { readonly items?: readonly unknown[] };
  }[];
  if (lists.length > 0) return lists[0]?.List?.items?.length ?? 0;
  const targets = Array.isArray(targetList) ? targetList : [];
  const isKnown = targets.length > 0 && !JSON.stringify(targets).includes('A_Star');
  return isKnown ? targets.length : Infinity;
}

/** ON CONFLICT reads the columns of the key that it names. */
function namesKey(clause: unknown): boolean {
  return (clause as { readonly infer?: unknown } | undefined)?.infer !== undefined;
}

function updatesOnConflict(clause: unknown): boolean {
  return (clause as { readonly action?: string } | undefined)?.action === 'ONCONFLICT_UPDATE';
}

const mergeCommands: Readonly<Record<string, string>> = {
  CMD_INSERT: 'a',
  CMD_UPDATE: 'w',
  CMD_DELETE: 'd',
};

function mergeLetters(clauses: unknown): string {
  const list = (clauses ?? []) as readonly {
    readonly MergeWhenClause?: { readonly commandType?: string };
  }[];
  return list
    .map(({ MergeWhenClause: clause }) => mergeCommands[clause?.commandType ?? ''] ?? '')
    .join('');
}

/** Whether the statement's own clauses name a column: WHERE, SET, RETURNING, ON CONFLICT. */
function readsColumns({
  whereClause,
  returningList,
  targetList,
  onConflictClause,
  ...rest
}: Tree): boolean {
  const { joinCondition, mergeWhenClauses, returningClause } = rest;
  const own = [whereClause, returningList, returningClause, onConflictClause];
  const values = Array.isArray(targetList) ? targetList : [];
  return [...own, joinCondition, mergeWhenClauses, ...values].some((each) => hasColumn(each));
}

function hasColumn(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => hasColumn(each));
  return Object.entries(value).some(
    ([key, child]) => key === 'ColumnRef' || (key !== 'SelectStmt' && hasColumn(child)),
  );
}
