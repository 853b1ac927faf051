/** Where a recursive query may name itself: once, in the right arm, and not below some clauses. */
import { astAs, type Ast } from '../ast.ts';
import type { BindContext } from '../bind-context.ts';

type Place =
  'allowed' | 'its non-recursive term' | 'a subquery' | 'an outer join' | 'INTERSECT' | 'EXCEPT';

/** Fields of SelectStmt in the order in which PostgreSQL looks at them. */
const selectFields = [
  'distinctClause',
  'targetList',
  'fromClause',
  'whereClause',
  'groupClause',
  'havingClause',
  'windowClause',
  'valuesLists',
  'sortClause',
  'limitOffset',
  'limitCount',
] as const;

/** Errors: 42P19. Both arms of the recursive UNION. */
export function checkRecursion(
  context: BindContext,
  name: string,
  { larg, rarg }: Pick<Ast<'SelectStmt'>, 'larg' | 'rarg'>,
): void {
  const search = new Search(context, name);
  search.select(larg, 'its non-recursive term');
  search.select(rarg, 'allowed');
}

/** How often the tree reads the relation, but for where an inner WITH means another by the name. */
export function references(tree: unknown, name: string): number {
  if (typeof tree !== 'object' || tree === null) return 0;
  if (Array.isArray(tree))
    return tree.reduce<number>((sum, each) => sum + references(each, name), 0);
  const { withClause, ...rest } = tree as Pick<Ast<'SelectStmt'>, 'withClause'>;
  if (withClause === undefined) {
    const { relname, schemaname } = rest as Ast<'RangeVar'>;
    const own = relname === name && schemaname === undefined ? 1 : 0;
    return own + references(Object.values(rest), name);
  }
  const ctes = withClause.ctes ?? [];
  const at = ctes.findIndex((item) => astAs(item, 'CommonTableExpr')?.ctename === name);
  if (at < 0) return references(ctes, name) + references(Object.values(rest), name);
  return withClause.recursive === true ? 0 : references(ctes.slice(0, at + 1), name);
}

class Search {
  readonly #context: BindContext;
  readonly #name: string;
  #found = 0;

  constructor(context: BindContext, name: string) {
    this.#context = context;
    this.#name = name;
  }

  select(select: Ast<'SelectStmt'> | undefined, place: Place): void {
    if (select === undefined || this.#hides(select)) return;
    for (const item of select.withClause?.ctes ?? []) this.#node(item, place);
    const { op, all } = select;
    if (op === undefined || op === 'SETOP_NONE') {
      for (const field of selectFields) this.#node(select[field], place);
      return;
    }
    const inner = place === 'allowed' ? setPlaces[op] : undefined;
    const left = all === true ? inner : undefined;
    this.select(select.larg, left ?? place);
    this.select(select.rarg, (op === 'SETOP_EXCEPT' ? inner : left) ?? place);
    for (const field of selectFields) this.#node(select[field], place);
  }

  /** An inner WITH may give the name another meaning. */
  #hides({ withClause }: Ast<'SelectStmt'>): boolean {
    return (withClause?.ctes ?? []).some(
      (item) => astAs(item, 'CommonTableExpr')?.ctename === this.#name,
    );
  }

  #node(node: unknown, place: Place): void {
    if (Array.isArray(node)) {
      for (const item of node) this.#node(item, place);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [kind, content] of Object.entries(node)) this.#content(kind, content, place);
  }

  #content(kind: string, content: unknown, place: Place): void {
    switch (kind) {
      case 'RangeVar':
        this.#reference(content as Ast<'RangeVar'>, place);
        return;
      case 'SelectStmt':
        this.select(content as Ast<'SelectStmt'>, place);
        return;
      case 'SubLink': {
        const { testexpr, subselect } = content as Ast<'SubLink'>;
        this.#node(testexpr, place);
        this.#node(subselect, innermost(place, 'a subquery'));
        return;
      }
      case 'JoinExpr':
        this.#join(content as Ast<'JoinExpr'>, place);
        return;
      default:
        this.#node(content, place);
    }
  }

  #join({ jointype, larg, rarg, quals }: Ast<'JoinExpr'>, place: Place): void {
    const nullLeft = jointype === 'JOIN_RIGHT' || jointype === 'JOIN_FULL';
    const nullRight = jointype === 'JOIN_LEFT' || jointype === 'JOIN_FULL';
    this.#node(larg, nullLeft ? innermost(place, 'an outer join') : place);
    this.#node(rarg, nullRight ? innermost(place, 'an outer join') : place);
    this.#node(quals, place);
  }

  #reference({ relname, schemaname, location }: Ast<'RangeVar'>, place: Place): void {
    if (relname !== this.#name || schemaname !== undefined) return;
    const reference = `recursive reference to query "${this.#name}" must not appear`;
    this.#found += 1;
    if (place !== 'allowed') {
      throw this.#context.error('invalid_recursion', `${reference} within ${place}`, location);
    }
    if (this.#found > 1) {
      throw this.#context.error('invalid_recursion', `${reference} more than once`, location);
    }
  }
}

const setPlaces: Readonly<Partial<Record<string, Place>>> = {
  SETOP_INTERSECT: 'INTERSECT',
  SETOP_EXCEPT: 'EXCEPT',
};

function innermost(place: Place, inner: Place): Place {
  return place === 'allowed' ? inner : place;
}
