/**
 * What a compiled function reads and writes, and its shape: the text under which it is cached.
 *
 * Equal shapes compute the same from other columns and constants: columns, constants, parameters
 * and results of interpreted parts are numbered inputs, constants of IN lists are numbered slots.
 */
import { assert } from '../errors/assert.ts';
import { layoutOf } from '../types/type-table.ts';
import type { Datum } from '../types/datum.ts';
import type { SqlType } from '../types/sql-type.ts';
import type { ConstantExpr, Expr, InListExpr } from './expr.ts';
import { exprKey } from './expr-key.ts';
import { isEmittable, isTotal } from './facts.ts';
import { childrenOfExpr } from './walk.ts';

export interface IslandInput {
  readonly expr: Expr;
  /** Only whether it is NULL matters; the type may be any. */
  readonly isValidityOnly: boolean;
}

export interface ListSlot {
  readonly type: SqlType;
  readonly value: Datum;
}

export class IslandPlan {
  readonly inputs: IslandInput[] = [];
  readonly slots: ListSlot[] = [];
  readonly shape: string;
  readonly outputs: readonly Expr[];
  readonly #inputByKey = new Map<string, number>();
  readonly #validityByKey = new Map<string, number>();
  readonly #firstSlot = new Map<string, number>();

  constructor(outputs: readonly Expr[]) {
    this.outputs = outputs;
    this.shape = outputs.map((expr) => this.#collect(expr, false)).join(';');
  }

  /** Number of the input that the expression is, or -1: it is emitted. */
  inputOf(expr: Expr): number {
    return this.#inputByKey.get(exprKey(expr)) ?? -1;
  }

  validityInputOf(expr: Expr): number {
    return this.#validityByKey.get(exprKey(expr)) ?? -1;
  }

  firstSlotOf(expr: InListExpr): number {
    const first = this.#firstSlot.get(exprKey(expr));
    assert(first !== undefined, 'IN list was collected');
    return first;
  }

  #input(expr: Expr): string {
    const index = this.#add(this.#inputByKey, { expr, isValidityOnly: false });
    return `$${index}:${layoutOf(expr.type.name)}`;
  }

  #add(map: Map<string, number>, input: IslandInput): number {
    const key = exprKey(input.expr);
    let index = map.get(key);
    if (index === undefined) {
      index = this.inputs.length;
      this.inputs.push(input);
      map.set(key, index);
    }
    return index;
  }

  #collect(expr: Expr, conditional: boolean): string {
    if (!isOperation(expr) || !isEmittable(expr, conditional)) return this.#input(expr);
    if ((expr.kind === 'isNull' || expr.kind === 'isNotNull') && readsValidity(expr.arg)) {
      const index = this.#add(this.#validityByKey, { expr: expr.arg, isValidityOnly: true });
      return `${expr.kind}(!${index})`;
    }
    const lazily =
      expr.kind === 'case' || expr.kind === 'coalesce' || expr.kind === 'and' || expr.kind === 'or';
    const children = childrenOfExpr(expr).map((child, index) =>
      this.#collect(child, conditional || (lazily && index > 0)),
    );
    return `${this.#name(expr)}(${children.join()})`;
  }

  #name(expr: Expr): string {
    switch (expr.kind) {
      case 'call':
        return expr.functionId;
      case 'case':
        return `case${expr.whens.length}:${layoutOf(expr.type.name)}`;
      case 'and':
      case 'or':
        return `${expr.kind}${expr.args.map((arg) => (isTotal(arg) ? 't' : 'r')).join('')}`;
      case 'isDistinct':
      case 'isNotDistinct':
        return `${expr.kind}:${expr.equals}`;
      case 'inList':
      case 'notInList': {
        const values = expr.list.filter((value) => value !== null);
        const first = this.#firstSlot.get(exprKey(expr)) ?? this.slots.length;
        this.#firstSlot.set(exprKey(expr), first);
        if (first === this.slots.length) {
          for (const value of values) this.slots.push({ type: expr.arg.type, value });
        }
        const nulls = values.length < expr.list.length ? ':null' : '';
        return `${expr.kind}:${expr.arg.type.name}:${first}+${values.length}${nulls}`;
      }
      default:
        return `${expr.kind}:${layoutOf(expr.type.name)}`;
    }
  }
}

/** Neither a column nor a constant: something is computed. */
export function isOperation(expr: Expr): boolean {
  return expr.kind !== 'column' && expr.kind !== 'constant' && expr.kind !== 'parameter';
}

/** NULL tests of inputs read the validity bitmap alone. */
function readsValidity(arg: Expr): boolean {
  return layoutOf(arg.type.name) === 'varlen' || arg.kind === 'column';
}

/** The value of a constant or a bound parameter; undefined for anything else. */
export function knownValue(
  expr: Expr,
  parameters: readonly (Datum | null)[],
): Datum | null | undefined {
  if (expr.kind === 'constant') return (expr as ConstantExpr).value;
  if (expr.kind === 'parameter') return parameters[expr.index] ?? null;
  return undefined;
}
