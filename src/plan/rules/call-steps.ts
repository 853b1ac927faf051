/**
 * Steps over one input, as expressions give up their calls.
 *
 *     case when a then f(b) else g(b) end
 *       ──▶  c0 = a,  c1 = f(b) if c0,  c2 = g(b) if c0 is not true
 *            case when c0 then c1 else c2 end
 *
 * What decides whether a call is reached is a step of its own before it, so it is computed once.
 */
import { must } from '../../errors/assert.ts';
import { unsupported } from '../../errors/sql-error.ts';
import { mapChildren } from '../../expr/walk.ts';
import type {
  CallExpr,
  CaseExpr,
  CoalesceExpr,
  Expr,
  LogicExpr,
  SubplanExpr,
} from '../../expr/expr.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { findTypeRecord, sqlType } from '../../types/type-table.ts';
import { calledIndex } from '../../expr/called-function.ts';
import type { CalledRoutine } from '../called-routine.ts';
import type { LogicalColumn, LogicalNode, RoutineStep } from '../logical.ts';
import { boolType, columnExpr, conjunctionOf, hasSubplan, isTrueConstant } from './expr-tree.ts';
import { filterOf } from './logical-tree.ts';
import type { CallFinder, SetCall } from './call-finder.ts';
import type { RuleContext } from './rule.ts';

interface Facts {
  readonly called: readonly CalledRoutine[];
  readonly newColumn: RuleContext['newColumn'];
  readonly finder: CallFinder;
}

type Guard = Expr | undefined;

export class CallSteps {
  readonly #facts: Facts;
  #input: LogicalNode;
  #steps: RoutineStep[] = [];
  #columns: LogicalColumn[] = [];
  /** Calls in the CASE at hand: one expression that is in it several times is computed once. */
  #known: Map<Expr, Expr> | undefined;

  /** Steps that the input ends in are gone on with. */
  constructor(input: LogicalNode, facts: Facts) {
    const before = stepsBelow(input);
    this.#facts = facts;
    this.#input = before?.input ?? input;
    if (before === undefined) return;
    this.#steps.push(...before.steps);
    this.#columns.push(...before.columns.slice(before.input.columns.length));
  }

  /** The input with the steps; itself where there are none. */
  node(): LogicalNode {
    const input = this.#input;
    if (this.#steps.length === 0) return input;
    const columns = [...input.columns, ...this.#columns];
    return { kind: 'routineCalls', input, steps: this.#steps, columns };
  }

  filter(predicate: Expr): void {
    if (hasSubplan(predicate)) this.#beginAnew(filterOf(this.node(), predicate));
    else this.#steps.push({ kind: 'filter', predicate });
  }

  /** The row goes on once for each row of the set, whose columns these are. */
  set({ functionId, args }: SetCall, columns: readonly LogicalColumn[]): void {
    const call = must(this.#facts.called[calledIndex(functionId) ?? -1], 'the call');
    const values = args.map((arg) => this.#withoutSubplans(this.extract(arg), undefined));
    this.#steps.push({ kind: 'set', call, args: values });
    this.#columns.push(...columns);
  }

  #beginAnew(input: LogicalNode): void {
    this.#input = input;
    this.#steps = [];
    this.#columns = [];
  }

  /** The expression over the steps' columns. Errors: 0A000. */
  extract(expr: Expr, guard?: Guard): Expr {
    if (!this.#facts.finder.has(expr)) return expr;
    switch (expr.kind) {
      case 'case':
        return this.#case(expr, guard);
      case 'coalesce':
        return this.#coalesce(expr, guard);
      case 'and':
      case 'or':
        return this.#logic(expr, guard);
      case 'subplan': {
        const { finder } = this.#facts;
        const inner = mapChildren(expr, (part) => this.extract(part, guard));
        if (!finder.isCall(expr) || inner.kind !== 'subplan') return inner;
        return this.#subquery(inner, guard);
      }
      case 'call': {
        const known = this.#known?.get(expr);
        if (known !== undefined) return known;
        const args = expr.args.map((arg) => this.extract(arg, guard));
        const index = calledIndex(expr.functionId);
        if (index === undefined) return { ...expr, args };
        const call = must(this.#facts.called[index], 'the call');
        const value = this.#call(expr, { call, args, guard });
        this.#known?.set(expr, value);
        return value;
      }
      default:
        return mapChildren(expr, (part) => this.extract(part, guard));
    }
  }

  /** A comparison with a subquery's rows is one with an array of them. Errors: 0A000. */
  #subquery(expr: SubplanExpr, guard: Guard): Expr {
    const { form, left, functionId, planIndex } = expr;
    if (form !== 'any' && form !== 'all') return this.#value(expr, guard);
    const element = this.#facts.finder.typeOf(planIndex);
    const name = `_${element?.name}` as TypeName;
    if (left === undefined || functionId === undefined || findTypeRecord(name) === undefined) {
      throw unsupported('calling a function that is no query in such a subquery of IN, ANY or ALL');
    }
    const { left: _left, functionId: _id, ...rest } = expr;
    const rows: SubplanExpr = { ...rest, form: 'array', type: sqlType(name) };
    const array = this.#value(rows, guard);
    const kind = form === 'any' ? 'anyArray' : 'allArray';
    return { kind, left, array, functionId, type: boolType };
  }

  #call(
    expr: CallExpr,
    { call, args, guard }: { call: CalledRoutine; args: readonly Expr[]; guard: Guard },
  ): Expr {
    const values = args.map((arg) => this.#withoutSubplans(arg, guard));
    return this.#push({ kind: 'call', call, args: values, ...asGuard(guard) }, expr);
  }

  /** A step's expressions have no subqueries: those that call are steps, others stand below. */
  #withoutSubplans(expr: Expr, guard: Guard): Expr {
    if (expr.kind !== 'subplan') {
      return mapChildren(expr, (part) => this.#withoutSubplans(part, guard));
    }
    return this.#value(
      mapChildren(expr, (part) => this.#withoutSubplans(part, guard)),
      guard,
    );
  }

  /** A step that computes the expression. Errors: 0A000. */
  #value(expr: Expr, guard: Guard): Expr {
    if (expr.kind === 'column' || expr.kind === 'constant') return expr;
    const isCalling = expr.kind === 'subplan' && this.#facts.finder.isCall(expr);
    if (!isCalling && hasSubplan(expr)) return this.#below(expr, guard);
    return this.#push({ kind: 'value', expr, ...asGuard(guard) }, expr);
  }

  /** A projection computes the expression; the steps so far are its input. */
  #below(expr: Expr, guard: Guard): Expr {
    const { type } = expr;
    const column = { ...this.#facts.newColumn('', type, true), type };
    const input = this.node();
    const otherwise: Expr = { kind: 'constant', type, value: null };
    const guarded: Expr =
      guard === undefined
        ? expr
        : { kind: 'case', whens: [{ when: guard, then: expr }], otherwise, type };
    const exprs = [...input.columns.map(columnExpr), guarded];
    this.#beginAnew({ kind: 'project', input, exprs, columns: [...input.columns, column] });
    return columnExpr(column);
  }

  #push(step: RoutineStep, { type }: Expr): Expr {
    const column = { ...this.#facts.newColumn('', type, true), type };
    this.#steps.push(step);
    this.#columns.push(column);
    return columnExpr(column);
  }

  /** The condition under which the others are computed, as a column where one of them calls. */
  guardOf(condition: Expr, others: readonly Expr[], guard?: Guard): Expr {
    const over = this.extract(condition, guard);
    const { finder } = this.#facts;
    if (!others.some((expr) => finder.has(expr))) return over;
    return this.#value(this.#withoutSubplans(over, guard), guard);
  }

  #case(expr: CaseExpr, guard: Guard): Expr {
    const passed: Expr[] = [];
    const around = this.#known;
    this.#known = new Map(around);
    const whens = expr.whens.map(({ when, then }, at) => {
      const later = expr.whens.slice(at + 1).flatMap((arm) => [arm.when, arm.then]);
      const reached = both(guard, passed);
      const condition = this.guardOf(when, [then, ...later, expr.otherwise], reached);
      passed.push({ kind: 'isNotTrue', arg: condition, type: boolType });
      const isTaken: Expr = { kind: 'isTrue', arg: condition, type: boolType };
      return { when: condition, then: this.extract(then, both(reached, [isTaken])) };
    });
    const otherwise = this.extract(expr.otherwise, both(guard, passed));
    this.#known = around;
    return { ...expr, whens, otherwise };
  }

  #coalesce(expr: CoalesceExpr, guard: Guard): Expr {
    return { ...expr, args: this.#inTurn(expr.args, guard, 'isNull') };
  }

  #logic(expr: LogicExpr, guard: Guard): Expr {
    const test = expr.kind === 'and' ? 'isNotFalse' : 'isNotTrue';
    return { ...expr, args: this.#inTurn(expr.args, guard, test) };
  }

  /** Each is computed where the test holds of all before it. */
  #inTurn(
    args: readonly Expr[],
    guard: Guard,
    test: 'isNull' | 'isNotFalse' | 'isNotTrue',
  ): readonly Expr[] {
    const passed: Expr[] = [];
    return args.map((arg, at) => {
      const value = this.guardOf(arg, args.slice(at + 1), both(guard, passed));
      passed.push({ kind: test, arg: value, type: boolType });
      return value;
    });
  }
}

function both(guard: Guard, more: readonly Expr[]): Guard {
  const parts = [...(guard === undefined ? [] : [guard]), ...more];
  return conjunctionOf(parts.filter((part) => !isTrueConstant(part)));
}

function asGuard(guard: Guard): { readonly guard?: Expr } {
  return guard === undefined ? {} : { guard };
}

/** Below projections that pass columns on. */
function stepsBelow(
  node: LogicalNode,
): Extract<LogicalNode, { readonly kind: 'routineCalls' }> | undefined {
  if (node.kind === 'routineCalls') return node;
  if (node.kind !== 'project') return undefined;
  const isPassed = node.exprs.every((expr, at) => {
    return expr.kind === 'column' && expr.index === node.columns[at]?.id;
  });
  return isPassed ? stepsBelow(node.input) : undefined;
}
