/**
 * Instructions for the values of expressions in one row.
 *
 * A value is a local and what is known of its validity: always, never, or a local with 0 or 1.
 * A value computed inside a branch is known only there; so the memory of values already computed
 * is a stack of scopes, one per open branch.
 *
 *     a / b      both may be NULL, `/` may raise:
 *     valid = valid_a & valid_b;  if (valid) { value = a / b }
 *
 * AND and OR keep two locals, "decided" and "saw NULL"; an argument that may raise is computed
 * only while nothing is decided.
 */
import { must } from '../errors/assert.ts';
import type { FunctionBuilder, ValueType } from '../codegen/function-builder.ts';
import { layoutOf } from '../types/type-table.ts';
import type { Layout } from '../types/sql-type.ts';
import type { CaseExpr, CoalesceExpr, DistinctExpr, Expr, InListExpr, LogicExpr } from './expr.ts';
import { exprKey } from './expr-key.ts';
import { equalsOf, isTotal, scalarOverload } from './facts.ts';

/** A local holding 0 or 1, or known beforehand. */
export type Validity = number | 'always' | 'never';

export interface EmittedValue {
  readonly local: number;
  readonly valid: Validity;
}

/** Gives the values of inputs: what is computed outside of the function. */
export interface InputSource {
  /** The input that the expression is, or undefined: it is to be emitted. */
  load(expr: Expr): EmittedValue | undefined;
  /** Validity alone of an input of any type. */
  loadValidity(expr: Expr): Validity | undefined;
  /** Entries of an IN list, as values without NULL. */
  list(expr: InListExpr): readonly EmittedValue[];
}

export function valueTypeOf(layout: Layout): ValueType {
  switch (layout) {
    case 'i64':
    case 'f32':
    case 'f64':
      return layout;
    case 'b16':
      return 'v128';
    default:
      return 'i32';
  }
}

export class ValueEmitter {
  readonly #builder: FunctionBuilder;
  readonly #inputs: InputSource;
  readonly #scopes: Map<string, EmittedValue>[] = [new Map()];

  constructor(builder: FunctionBuilder, inputs: InputSource) {
    this.#builder = builder;
    this.#inputs = inputs;
  }

  /** Computes the value, or finds it computed already. */
  value(expr: Expr): EmittedValue {
    const key = exprKey(expr);
    for (const scope of this.#scopes) {
      const known = scope.get(key);
      if (known !== undefined) return known;
    }
    const value = this.#inputs.load(expr) ?? this.#compute(expr);
    must(this.#scopes.at(-1), 'scope').set(key, value);
    return value;
  }

  #compute(expr: Expr): EmittedValue {
    switch (expr.kind) {
      case 'call':
        return this.#call(
          expr.functionId,
          expr.args.map((arg) => this.value(arg)),
          expr,
        );
      case 'and':
      case 'or':
        return this.#logic(expr);
      case 'not':
        return this.#not(this.value(expr.arg));
      case 'isNull':
      case 'isNotNull':
        return this.#nullTest(expr.arg, expr.kind === 'isNull');
      case 'isTrue':
        return this.#test(this.value(expr.arg), { wanted: true, negated: false });
      case 'isNotTrue':
        return this.#test(this.value(expr.arg), { wanted: true, negated: true });
      case 'isFalse':
        return this.#test(this.value(expr.arg), { wanted: false, negated: false });
      case 'isNotFalse':
        return this.#test(this.value(expr.arg), { wanted: false, negated: true });
      case 'case':
        return this.#case(expr);
      case 'coalesce':
        return this.#coalesce(expr);
      case 'isDistinct':
      case 'isNotDistinct':
        return this.#distinct(expr);
      case 'inList':
      case 'notInList':
        return this.#inList(expr);
      default:
        return must<EmittedValue>(undefined, `emitted form of ${expr.kind}`);
    }
  }

  #localFor(expr: Expr): number {
    return this.#builder.local(valueTypeOf(layoutOf(expr.type.name)));
  }

  /** A strict call: computed only for non-null arguments when it may raise. */
  #call(functionId: string, args: readonly EmittedValue[], result: Expr): EmittedValue {
    const overload = must(scalarOverload(functionId), functionId);
    const emit = must(overload.emit, `emit of ${functionId}`);
    const builder = this.#builder;
    const local = this.#localFor(result);
    const valid = this.#allValid(args.map((arg) => arg.valid));
    if (valid === 'never') return { local, valid };
    const isGuarded = valid !== 'always' && overload.total !== true;
    if (isGuarded) {
      builder.localGet(valid);
      builder.if();
    }
    emit(
      builder,
      args.map((arg) => arg.local),
    );
    builder.localSet(local);
    if (isGuarded) builder.end();
    return { local, valid };
  }

  #allValid(parts: readonly Validity[]): Validity {
    if (parts.includes('never')) return 'never';
    const locals = [...new Set(parts)].filter((part) => typeof part === 'number');
    const [first, ...rest] = locals;
    if (first === undefined) return 'always';
    if (rest.length === 0) return first;
    const builder = this.#builder;
    const valid = builder.local('i32');
    builder.localGet(first);
    for (const other of rest) {
      builder.localGet(other);
      builder.op('i32.and');
    }
    builder.localSet(valid);
    return valid;
  }

  #pushValid(valid: Validity): void {
    if (typeof valid === 'number') this.#builder.localGet(valid);
    else this.#builder.i32Const(valid === 'always' ? 1 : 0);
  }

  /** Pushes whether the bool value is true (or false), NULL counting as neither. */
  #pushIs(value: EmittedValue, wanted: boolean): void {
    const builder = this.#builder;
    builder.localGet(value.local);
    if (!wanted) builder.op('i32.eqz');
    if (value.valid === 'always') return;
    this.#pushValid(value.valid);
    builder.op('i32.and');
  }

  #set(push: () => void): number {
    const local = this.#builder.local('i32');
    push();
    this.#builder.localSet(local);
    return local;
  }

  #branch(body: () => void): void {
    this.#scopes.push(new Map());
    body();
    this.#scopes.pop();
  }

  #logic(expr: LogicExpr): EmittedValue {
    const builder = this.#builder;
    const deciding = expr.kind === 'or';
    const decided = this.#set(() => builder.i32Const(0));
    const sawNull = this.#set(() => builder.i32Const(0));
    let mayBeNull = false;
    const add = (arg: Expr) => {
      const value = this.value(arg);
      this.#pushIs(value, deciding);
      builder.localGet(decided);
      builder.op('i32.or');
      builder.localSet(decided);
      if (value.valid === 'always') return;
      mayBeNull = true;
      this.#pushValid(value.valid);
      builder.op('i32.eqz');
      builder.localGet(sawNull);
      builder.op('i32.or');
      builder.localSet(sawNull);
    };
    expr.args.forEach((arg, index) => {
      if (index === 0 || isTotal(arg)) return add(arg);
      builder.localGet(decided);
      builder.op('i32.eqz');
      builder.if();
      this.#branch(() => add(arg));
      builder.end();
    });
    return this.#logicResult(deciding, decided, mayBeNull ? sawNull : undefined);
  }

  #logicResult(deciding: boolean, decided: number, sawNull: number | undefined): EmittedValue {
    const builder = this.#builder;
    const local = this.#set(() => {
      builder.localGet(decided);
      if (!deciding) builder.op('i32.eqz');
    });
    if (sawNull === undefined) return { local, valid: 'always' };
    const valid = this.#set(() => {
      builder.localGet(sawNull);
      builder.op('i32.eqz');
      builder.localGet(decided);
      builder.op('i32.or');
    });
    return { local, valid };
  }

  #not(value: EmittedValue): EmittedValue {
    const local = this.#set(() => {
      this.#builder.localGet(value.local);
      this.#builder.op('i32.eqz');
    });
    return { local, valid: value.valid };
  }

  #nullTest(arg: Expr, wantsNull: boolean): EmittedValue {
    const valid = this.#inputs.loadValidity(arg) ?? this.value(arg).valid;
    const local = this.#set(() => {
      this.#pushValid(valid);
      if (wantsNull) this.#builder.op('i32.eqz');
    });
    return { local, valid: 'always' };
  }

  #test(value: EmittedValue, test: { wanted: boolean; negated: boolean }): EmittedValue {
    const local = this.#set(() => {
      this.#pushIs(value, test.wanted);
      if (test.negated) this.#builder.op('i32.eqz');
    });
    return { local, valid: 'always' };
  }

  #case(expr: CaseExpr): EmittedValue {
    const builder = this.#builder;
    const local = this.#localFor(expr);
    const valid = builder.local('i32');
    let isAlwaysValid = true;
    const give = (arm: Expr) => {
      const value = this.value(arm);
      if (value.valid !== 'always') isAlwaysValid = false;
      if (value.valid !== 'never') {
        builder.localGet(value.local);
        builder.localSet(local);
      }
      this.#pushValid(value.valid);
      builder.localSet(valid);
    };
    const arm = (index: number): void => {
      const when = expr.whens[index];
      if (when === undefined) return give(expr.otherwise);
      this.#pushIs(this.value(when.when), true);
      builder.if();
      this.#branch(() => give(when.then));
      builder.else();
      this.#branch(() => arm(index + 1));
      builder.end();
    };
    arm(0);
    return { local, valid: isAlwaysValid ? 'always' : valid };
  }

  #coalesce(expr: CoalesceExpr): EmittedValue {
    const builder = this.#builder;
    const local = this.#localFor(expr);
    const valid = builder.local('i32');
    let isAlwaysValid = false;
    const arm = (index: number): void => {
      const arg = expr.args[index];
      if (arg === undefined) return;
      const value = this.value(arg);
      if (value.valid !== 'never') {
        builder.localGet(value.local);
        builder.localSet(local);
      }
      this.#pushValid(value.valid);
      builder.localSet(valid);
      if (value.valid === 'always') isAlwaysValid = true;
      if (value.valid === 'always' || index + 1 === expr.args.length) return;
      builder.localGet(valid);
      builder.op('i32.eqz');
      builder.if();
      this.#branch(() => arm(index + 1));
      builder.end();
    };
    arm(0);
    return { local, valid: isAlwaysValid ? 'always' : valid };
  }

  #distinct(expr: DistinctExpr): EmittedValue {
    const builder = this.#builder;
    const left = this.value(expr.left);
    const right = this.value(expr.right);
    const equal = this.#call(expr.equals, [left, right], expr);
    const same = this.#set(() => {
      this.#pushIs(equal, true);
      this.#pushValid(left.valid);
      this.#pushValid(right.valid);
      builder.op('i32.or');
      builder.op('i32.eqz');
      builder.op('i32.or');
    });
    const value = { local: same, valid: 'always' } as const;
    return expr.kind === 'isNotDistinct' ? value : this.#not(value);
  }

  #inList(expr: InListExpr): EmittedValue {
    const builder = this.#builder;
    const arg = this.value(expr.arg);
    const equals = must(scalarOverload(equalsOf(expr.arg))?.emit, 'equality of an IN list');
    const found = this.#set(() => {
      builder.i32Const(0);
      for (const entry of this.#inputs.list(expr)) {
        equals(builder, [arg.local, entry.local]);
        builder.op('i32.or');
      }
    });
    const hasNull = expr.list.includes(null);
    const valid = hasNull ? this.#allValid([arg.valid, found]) : arg.valid;
    const value = { local: found, valid };
    return expr.kind === 'inList' ? value : this.#not(value);
  }
}
