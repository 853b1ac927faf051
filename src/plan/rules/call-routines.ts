/**
 * Calls of users' functions become steps of a node below the expression that they stood in. The
 * last rule: before it they are volatile expressions, which others leave where they are.
 *
 *     project a, f(b) + 1                project a, c + 1
 *       filter a > 0 and g(b)    ──▶       routineCalls c' = g(b), filter c', c = f(b)
 *         scan t                             filter a > 0
 *                                              scan t
 *
 * So a row runs through all its calls before the next one does, as in PostgreSQL. Conjuncts without
 * calls come first there, too: they cost less.
 */
import { must } from '../../errors/assert.ts';
import { unsupported } from '../../errors/sql-error.ts';
import type { Expr } from '../../expr/expr.ts';
import type { LogicalColumn, LogicalJoin, LogicalNode, LogicalPlan } from '../logical.ts';
import type { JoinType } from '../physical.ts';
import { columnExpr, columnsOf, conjunctionOf, conjunctsOf, mapList } from './expr-tree.ts';
import {
  filterOf,
  idsOf,
  inputsOf,
  joinOf,
  mapKeys,
  mapNodeExprs,
  mapRoots,
  projectTo,
  someNode,
  transformNode,
} from './logical-tree.ts';
import { CallFinder, calledSets } from './call-finder.ts';
import { CallSteps } from './call-steps.ts';
import type { Rule, RuleContext } from './rule.ts';

export const callRoutines: Rule = {
  name: 'call_routines',
  apply: (plan, context) => {
    if (plan.called === undefined) return plan;
    const rewriter = new Rewriter(plan, context);
    return mapRoots(plan, (root) => transformNode(root, (node) => rewriter.rewrite(node)));
  },
};

type Node<K extends LogicalNode['kind']> = Extract<LogicalNode, { readonly kind: K }>;

class Rewriter {
  readonly #plan: LogicalPlan;
  readonly #context: RuleContext;
  readonly #finder: CallFinder;

  constructor(plan: LogicalPlan, context: RuleContext) {
    this.#plan = plan;
    this.#context = context;
    this.#finder = new CallFinder(plan);
  }

  /** The node, its inputs rewritten, with the same columns. Errors: 0A000. */
  rewrite(node: LogicalNode): LogicalNode {
    if (node.kind === 'recursive') return this.#recursive(node);
    if (!this.#finder.isIn(node)) return node;
    switch (node.kind) {
      case 'filter':
        return this.#filter(node);
      case 'join':
        return this.#join(node);
      case 'values':
        return this.#values(node);
      case 'tableFunction':
        return this.#tableFunction(node);
      case 'projectSet':
        return this.#projectSet(node);
      case 'aggregate':
        return this.#aggregate(node);
      case 'limit':
        throw unsupported('calling a function that is no query in LIMIT and OFFSET');
      default: {
        const [input] = inputsOf(node);
        return this.#overSteps(node, must(input, 'an input'));
      }
    }
  }

  #stepsOver(input: LogicalNode): CallSteps {
    const { called = [] } = this.#plan;
    const { newColumn } = this.#context;
    return new CallSteps(input, { called, newColumn, finder: this.#finder });
  }

  /** A node of one input, whose expressions are computed for each of its rows. */
  #overSteps(node: LogicalNode, input: LogicalNode): LogicalNode {
    const steps = this.#stepsOver(input);
    const mapped = mapNodeExprs(node, (expr) => steps.extract(expr));
    const below = steps.node();
    if (!('input' in mapped)) return mapped;
    if (mapped.kind === 'project' || mapped.kind === 'projectSet') {
      return { ...mapped, input: below };
    }
    if (mapped.kind === 'window') {
      const own = mapped.columns.slice(mapped.columns.length - mapped.calls.length);
      const window = { ...mapped, input: below, columns: [...below.columns, ...own] };
      return projectTo(window, node.columns);
    }
    return projectTo(
      { ...mapped, input: below, columns: below.columns } as LogicalNode,
      node.columns,
    );
  }

  #filter(node: Node<'filter'>): LogicalNode {
    const aside = this.#intoSides(node);
    if (aside !== undefined) return aside;
    const conjuncts = conjunctsOf(node.predicate);
    const plain = conjuncts.filter((expr) => !this.#finder.has(expr));
    const steps = this.#stepsOver(filterOf(node.input, conjunctionOf(plain)));
    for (const conjunct of this.#byCost(conjuncts.filter((expr) => this.#finder.has(expr)))) {
      steps.filter(steps.extract(conjunct));
    }
    return projectTo(steps.node(), node.columns);
  }

  /** Conditions over one side of a join are asked of the side's own rows, as scans do. */
  #intoSides({ input, predicate, columns }: Node<'filter'>): LogicalNode | undefined {
    if (input.kind !== 'join' || input.lateral) return undefined;
    const sides = { left: input.left, right: input.right };
    const rest: Expr[] = [];
    for (const conjunct of conjunctsOf(predicate)) {
      const used = [...columnsOf(conjunct)];
      const side = keptSides[input.joinType]?.find((each) => {
        const ids = idsOf(sides[each]);
        return this.#finder.has(conjunct) && used.some((id) => ids.has(id));
      });
      const other = side === 'left' ? input.right : input.left;
      const isOver = side !== undefined && !used.some((id) => idsOf(other).has(id));
      if (isOver) sides[side] = filterOf(sides[side], conjunct);
      else rest.push(conjunct);
    }
    if (sides.left === input.left && sides.right === input.right) return undefined;
    const join = joinOf(input, this.#filtered(sides.left), this.#filtered(sides.right));
    return projectTo(this.#filtered(filterOf(join, conjunctionOf(rest))), columns);
  }

  #filtered(node: LogicalNode): LogicalNode {
    return node.kind === 'filter' && this.#finder.isIn(node) ? this.#filter(node) : node;
  }

  /** Cheaper ones first, else in their order: PostgreSQL's order_qual_clauses. */
  #byCost(conjuncts: readonly Expr[]): readonly Expr[] {
    return conjuncts.toSorted((a, b) => this.#finder.cost(a) - this.#finder.cost(b));
  }

  /** A call over one side is made for each row of it; over both for each pair of an inner join. */
  #join(node: LogicalJoin): LogicalNode {
    const sides = { left: this.#stepsOver(node.left), right: this.#stepsOver(node.right) };
    const ids = { left: idsOf(node.left), right: idsOf(node.right) };
    const both: Expr[] = [];
    const conjuncts = conjunctsOf(node.condition).flatMap((conjunct) => {
      if (!this.#finder.has(conjunct)) return [conjunct];
      const aside = this.#finder.aside(conjunct, ids, (side, expr) => sides[side].extract(expr));
      if (aside === undefined) both.push(conjunct);
      return aside === undefined ? [] : [aside];
    });
    if (both.length > 0 && node.joinType !== 'inner') {
      throw unsupported('calling a function that is no query over both sides of an outer join');
    }
    const condition = conjunctionOf(conjuncts);
    const join = joinOf({ ...node, condition }, sides.left.node(), sides.right.node());
    return projectTo(this.#filtered(filterOf(join, conjunctionOf(both))), node.columns);
  }

  /** Rows one after the other. */
  #values(node: Node<'values'>): LogicalNode {
    const rows = node.rows.map((row): LogicalNode => {
      const columns = node.columns.map((column) => this.#copyOf(column));
      const project: LogicalNode = { kind: 'project', input: oneRow, exprs: row, columns };
      return this.#finder.isIn(project) ? this.#overSteps(project, oneRow) : project;
    });
    return projectAs(this.#unionOf(rows), node.columns);
  }

  #unionOf(rows: readonly LogicalNode[]): LogicalNode {
    const [first] = rows;
    if (first !== undefined && rows.length === 1) return first;
    const middle = rows.length >> 1;
    const left = this.#unionOf(rows.slice(0, middle));
    const right = this.#unionOf(rows.slice(middle));
    const columns = left.columns.map((column) => this.#copyOf(column));
    return { kind: 'setOperation', operation: 'union', all: true, left, right, columns };
  }

  #copyOf({ name, type }: LogicalColumn): LogicalColumn {
    return { ...this.#context.newColumn(name, type, true), type };
  }

  /** Rounds are read one after the other; what else reads the work table is refused. */
  #recursive(node: Node<'recursive'>): LogicalNode {
    const { subqueries } = this.#plan;
    if (!someNode(node.recursive, ({ kind }) => kind === 'routineCalls')) return node;
    const isRead = subqueries.some((root) => someNode(root, ({ kind }) => kind === 'workTable'));
    if (!node.distinct && !isRead) return node;
    throw unsupported('calling a function that is no query in this recursive term');
  }

  #tableFunction(node: Node<'tableFunction'>): LogicalNode {
    const steps = this.#stepsOver(oneRow);
    const [own] = calledSets(node);
    if (own !== undefined) {
      if (node.calls.length > 1 || node.ordinality) throw refusedBeside();
      steps.set(own, node.columns);
      return projectTo(steps.node(), node.columns);
    }
    const right = mapNodeExprs(node, (expr) => steps.extract(expr));
    const left = steps.node();
    const join: LogicalJoin = {
      ...{ kind: 'join', joinType: 'inner', left, right, condition: undefined },
      ...{ nullAware: false, nullsEqual: false, lateral: true },
      columns: [...left.columns, ...right.columns],
    };
    return projectTo(join, node.columns);
  }

  #projectSet(node: Node<'projectSet'>): LogicalNode {
    const [own] = calledSets(node);
    if (own === undefined) return this.#overSteps(node, node.input);
    const at = node.items.findIndex((item) => item === own);
    if (node.items.some((item, i) => item.kind === 'set' && i !== at)) throw refusedBeside();
    const column = must(node.columns[at], 'its column');
    const steps = this.#stepsOver(node.input);
    steps.set(own, [column]);
    const exprs = node.items.map((item) =>
      item.kind === 'expr' ? steps.extract(item.expr) : columnExpr(column),
    );
    return { kind: 'project', input: steps.node(), exprs, columns: node.columns };
  }

  /** Arguments of an aggregate with FILTER are computed where it is true. */
  #aggregate(node: Node<'aggregate'>): LogicalNode {
    const steps = this.#stepsOver(node.input);
    const groupBy = mapList(node.groupBy, (expr) => steps.extract(expr));
    const aggregates = mapList(node.aggregates, (call) => {
      const filter = call.filter && steps.guardOf(call.filter, [...call.args]);
      const extract = (expr: Expr): Expr => steps.extract(expr, filter);
      return {
        ...call,
        args: mapList(call.args, extract),
        orderBy: mapKeys(call.orderBy, extract),
        ...(filter === undefined ? {} : { filter }),
      };
    });
    return { ...node, input: steps.node(), groupBy, aggregates };
  }
}

function refusedBeside(): Error {
  return unsupported('a set of a function that is no query beside another set');
}

/** Sides none of whose rows a join adds. */
const keptSides: Readonly<Partial<Record<JoinType, readonly ('left' | 'right')[]>>> = {
  inner: ['left', 'right'],
  left: ['left'],
  right: ['right'],
};

const oneRow: LogicalNode = { kind: 'oneRow', columns: [] };

/** The columns under other ids. */
function projectAs(node: LogicalNode, columns: readonly LogicalColumn[]): LogicalNode {
  return { kind: 'project', input: node, exprs: node.columns.map(columnExpr), columns };
}
