/**
 * Statements that differ in literals alone have one shape.
 *
 *     relname = 'a' AND relkind IN ('r')     key: … relname = ? … relkind IN (?) …    literals: a, r
 *
 * A literal may vary where a parameter in its place means the same: as an operand of a comparison,
 * or under a cast to a type whose values are read from text alike. All others are part of the key.
 */
import { hash } from 'node:crypto';
import type { Node } from '@pgsql/types';
import { astAs, stringsOf, type Ast } from './ast.ts';

export interface ShapeLiteral {
  readonly node: Node;
  readonly type: 'unknown' | 'int4';
  readonly text: string;
}

export interface StatementShape {
  /** Of bounded length. */
  readonly key: string;
  /** Those that may vary, in the order of the tree. */
  readonly literals: readonly ShapeLiteral[];
}

/** The shape of a query; undefined for other statements, and for those with parameters. */
export function shapeOf(statement: Node): StatementShape | undefined {
  if (!('SelectStmt' in statement)) return undefined;
  const reader = new ShapeReader();
  reader.read(statement);
  if (reader.hasParameters) return undefined;
  return { key: hash('sha256', reader.text, 'base64'), literals: reader.literals };
}

/** The tree with $1, $2, … in place of the nodes; what holds none of them is shared with it. */
export function withParameters(tree: Node, nodes: readonly Node[]): Node {
  const numbers = new Map<unknown, number>(nodes.map((node, index) => [node, index + 1]));
  const replaced = (value: unknown): unknown => {
    const number = numbers.get(value);
    if (number !== undefined) return { ParamRef: { number, location: -1 } };
    if (Array.isArray(value)) {
      const items = value.map(replaced);
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    let copy: Record<string, unknown> | undefined;
    for (const [key, content] of Object.entries(value)) {
      const now = replaced(content);
      if (now !== content) (copy ??= { ...value })[key] = now;
    }
    return copy ?? value;
  };
  return replaced(tree) as Node;
}

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', '~~', '!~~']);
const comparisonKinds: ReadonlySet<string> = new Set(['AEXPR_OP', 'AEXPR_IN', 'AEXPR_LIKE']);
/** Their text means the same in a literal and in a parameter. */
const castTypes: ReadonlySet<string> = new Set([
  'regclass',
  'regtype',
  'regnamespace',
  'oid',
  'name',
  'text',
]);

/** Fields that say where in the text something stands. */
const isPlace = /location$|list_(?:start|end)$/;

class ShapeReader {
  readonly literals: ShapeLiteral[] = [];
  hasParameters = false;
  text = '';

  read(value: unknown): void {
    if (Array.isArray(value)) {
      this.text += '[';
      for (const item of value) this.read(item);
      this.text += ']';
    } else if (typeof value === 'object' && value !== null) this.#fields(value);
    else this.text += `${JSON.stringify(value)},`;
  }

  #fields(value: object): void {
    this.text += '{';
    for (const [key, content] of Object.entries(value)) {
      if (isPlace.test(key)) continue;
      if (key === 'ParamRef') this.hasParameters = true;
      this.text += `${key}:`;
      if (key === 'A_Expr') this.#operation(content as Ast<'A_Expr'>);
      else if (key === 'TypeCast') this.#cast(content as Ast<'TypeCast'>);
      else this.read(content);
    }
    this.text += '}';
  }

  #operation(expr: Ast<'A_Expr'>): void {
    const { kind, name, lexpr, rexpr } = expr;
    const [operator = ''] = stringsOf(name);
    if (!comparisonKinds.has(kind ?? '') || name?.length !== 1 || !comparisons.has(operator)) {
      this.#fields(expr);
      return;
    }
    this.text += `${kind} ${operator} `;
    this.#operand(lexpr);
    const items = astAs(rexpr, 'List')?.items;
    if (items === undefined) this.#operand(rexpr);
    else {
      this.text += `(${items.length} `;
      for (const item of items) this.#operand(item);
      this.text += ')';
    }
  }

  #cast(cast: Ast<'TypeCast'>): void {
    const { arg, typeName } = cast;
    const isPlain = typeName?.typmods === undefined && typeName?.arrayBounds === undefined;
    const isRead = castTypes.has(stringsOf(typeName?.names).at(-1) ?? '');
    const isText = astAs(arg, 'A_Const')?.sval !== undefined;
    if (!isPlain || !isRead || !isText) {
      this.#fields(cast);
      return;
    }
    this.#operand(arg);
    this.text += '::';
    this.read(typeName);
  }

  #operand(node: Node | undefined): void {
    const constant = astAs(node, 'A_Const');
    if (node === undefined || constant === undefined) this.read(node ?? null);
    else if (constant.sval !== undefined) this.#vary(node, 'unknown', constant.sval.sval ?? '');
    else if (constant.ival === undefined) this.read(node);
    else this.#vary(node, 'int4', String(constant.ival.ival ?? 0));
  }

  #vary(node: Node, type: ShapeLiteral['type'], text: string): void {
    this.literals.push({ node, type, text });
    this.text += `?${type},`;
  }
}
