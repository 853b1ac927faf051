/** Parses SQL/JSON paths (jsonpath_gram.y). Errors: 42601 with PostgreSQL's words. */
import { SqlError } from '../../errors/sql-error.ts';
import { formatNumeric, parseNumeric } from '../numeric.ts';
import {
  isPredicate,
  type ElementRange,
  type JsonPath,
  type PathArithmetic,
  type PathComparison,
  type PathExpr,
  type PathMethod,
  type PathStep,
  type Scalar,
} from './path.ts';
import { cutPath, pathSyntaxError, type PathToken } from './tokens.ts';

const known = new Map<string, JsonPath>();
const knownMax = 256;

export function parseJsonPath(text: string): JsonPath {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (text.trim() === '') {
    throw new SqlError(
      'invalid_text_representation',
      `invalid input syntax for type jsonpath: "${text}"`,
    );
  }
  const path = new PathParser(text).parse();
  if (known.size >= knownMax) known.clear();
  known.set(text, path);
  return path;
}

const methods: ReadonlySet<string> = new Set([
  'abs',
  'size',
  'type',
  'floor',
  'double',
  'ceiling',
  'keyvalue',
]);
const comparisons: Readonly<Record<string, PathComparison>> = {
  '==': '==',
  '!=': '<>',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const depthMax = 500;

class PathParser {
  readonly #tokens: readonly PathToken[];
  #next = 0;
  #depth = 0;
  #filters = 0;
  #subscripts = 0;

  constructor(text: string) {
    this.#tokens = cutPath(text);
  }

  parse(): JsonPath {
    const isStrict = this.#takeWord('strict');
    if (!isStrict) this.#takeWord('lax');
    const expr = this.#or();
    if (this.#peek().kind !== 'end') throw pathSyntaxError(this.#peek().text);
    return { isLax: !isStrict, expr };
  }

  #peek(offset = 0): PathToken {
    return this.#tokens[this.#next + offset] ?? { kind: 'end', text: '', isBare: false };
  }

  #take(): PathToken {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #isSymbol(text: string, offset = 0): boolean {
    const token = this.#peek(offset);
    return token.kind === 'symbol' && token.text === text;
  }

  #takeSymbol(text: string): boolean {
    if (!this.#isSymbol(text)) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takeSymbol(text)) throw pathSyntaxError(this.#peek().text);
  }

  #isWord(word: string, offset = 0): boolean {
    const token = this.#peek(offset);
    return token.kind === 'name' && token.isBare && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#next += 1;
    return true;
  }

  #or(): PathExpr {
    if (++this.#depth > depthMax)
      throw new SqlError('statement_too_complex', 'stack depth limit exceeded');
    let left = this.#and();
    while (this.#isSymbol('||')) {
      left = {
        kind: 'or',
        left: this.#predicate(left),
        right: (this.#next++, this.#predicate(this.#and())),
      };
    }
    this.#depth -= 1;
    return left;
  }

  #and(): PathExpr {
    let left = this.#comparison();
    while (this.#isSymbol('&&')) {
      left = {
        kind: 'and',
        left: this.#predicate(left),
        right: (this.#next++, this.#predicate(this.#comparison())),
      };
    }
    return left;
  }

  /** && || ! take truth values only. */
  #predicate(expr: PathExpr): PathExpr {
    if (!isPredicate(expr)) throw pathSyntaxError(this.#peek().text);
    return expr;
  }

  #comparison(): PathExpr {
    if (this.#takeSymbol('!')) return { kind: 'not', arg: this.#delimited() };
    const left = this.#sum();
    const operator = this.#peek().kind === 'symbol' ? comparisons[this.#peek().text] : undefined;
    if (operator !== undefined && !isPredicate(left)) {
      this.#next += 1;
      return { kind: 'compare', operator, left, right: this.#value(this.#sum()) };
    }
    if (this.#isWord('starts') && this.#isWord('with', 1)) {
      this.#next += 2;
      return { kind: 'startsWith', left: this.#value(left), right: this.#startsWithText() };
    }
    if (this.#takeWord('like_regex')) return this.#likeRegex(this.#value(left));
    return left;
  }

  #value(expr: PathExpr): PathExpr {
    if (isPredicate(expr)) throw pathSyntaxError(this.#peek().text);
    return expr;
  }

  /** `(predicate)` or `exists (…)`, as after `!`. */
  #delimited(): PathExpr {
    if (this.#isWord('exists')) return this.#exists();
    this.#expect('(');
    const inner = this.#predicate(this.#or());
    this.#expect(')');
    return inner;
  }

  #exists(): PathExpr {
    this.#next += 1;
    this.#expect('(');
    const arg = this.#value(this.#or());
    this.#expect(')');
    return { kind: 'exists', arg };
  }

  #startsWithText(): PathExpr {
    const token = this.#take();
    if (token.kind === 'string')
      return { kind: 'literal', value: { kind: 'string', value: token.text } };
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    throw pathSyntaxError(token.text);
  }

  #likeRegex(arg: PathExpr): PathExpr {
    const pattern = this.#take();
    if (pattern.kind !== 'string') throw pathSyntaxError(pattern.text);
    let flags = '';
    if (this.#takeWord('flag')) {
      const token = this.#take();
      if (token.kind !== 'string') throw pathSyntaxError(token.text);
      flags = checkedFlags(token.text);
    }
    return { kind: 'likeRegex', arg, pattern: pattern.text, flags };
  }

  #sum(): PathExpr {
    let left = this.#product();
    while (this.#isSymbol('+') || this.#isSymbol('-'))
      left = this.#arithmetic(left, () => this.#product());
    return left;
  }

  #product(): PathExpr {
    let left = this.#signed();
    while (this.#isSymbol('*') || this.#isSymbol('/') || this.#isSymbol('%')) {
      left = this.#arithmetic(left, () => this.#signed());
    }
    return left;
  }

  #arithmetic(left: PathExpr, parseRight: () => PathExpr): PathExpr {
    const operator = this.#take().text as PathArithmetic;
    return {
      kind: 'arithmetic',
      operator,
      left: this.#value(left),
      right: this.#value(parseRight()),
    };
  }

  #signed(): PathExpr {
    for (const operator of ['+', '-'] as const) {
      if (!this.#takeSymbol(operator)) continue;
      return signed(operator, this.#value(this.#signed()));
    }
    return this.#accessors();
  }

  #accessors(): PathExpr {
    const head = this.#primary();
    const steps: PathStep[] = [];
    for (let step = this.#step(); step !== undefined; step = this.#step()) steps.push(step);
    return steps.length === 0 ? head : { kind: 'chain', head, steps };
  }

  #primary(): PathExpr {
    if (this.#isWord('exists') && this.#isSymbol('(', 1)) return this.#exists();
    if (this.#takeSymbol('(')) return this.#bracketed();
    if (this.#takeSymbol('$')) return { kind: 'root' };
    if (this.#takeSymbol('@')) {
      if (this.#filters === 0)
        throw new SqlError('syntax_error', '@ is not allowed in root expressions');
      return { kind: 'current' };
    }
    if (this.#isWord('last')) {
      if (this.#subscripts === 0) {
        throw new SqlError('syntax_error', 'LAST is allowed only in array subscripts');
      }
      this.#next += 1;
      return { kind: 'last' };
    }
    const token = this.#take();
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    const value = literalOf(token);
    if (value === undefined) throw pathSyntaxError(token.text);
    return { kind: 'literal', value };
  }

  #bracketed(): PathExpr {
    const inner = this.#or();
    this.#expect(')');
    if (this.#isWord('is') && this.#isWord('unknown', 1)) {
      this.#next += 2;
      return { kind: 'isUnknown', arg: this.#predicate(inner) };
    }
    return inner;
  }

  #step(): PathStep | undefined {
    if (this.#takeSymbol('.')) return this.#member();
    if (this.#takeSymbol('[')) return this.#elements();
    if (!this.#takeSymbol('?')) return undefined;
    this.#expect('(');
    this.#filters += 1;
    const predicate = this.#predicate(this.#or());
    this.#filters -= 1;
    this.#expect(')');
    return { kind: 'filter', predicate };
  }

  #member(): PathStep {
    if (this.#takeSymbol('*')) return { kind: 'anyKey' };
    if (this.#takeSymbol('**')) return this.#descend();
    const token = this.#take();
    if (token.kind !== 'name' && token.kind !== 'string') {
      throw pathSyntaxError(token.kind === 'variable' ? `$${token.text}` : token.text);
    }
    const isCall = token.kind === 'name' && token.isBare && this.#isSymbol('(');
    if (!isCall) return { kind: 'key', name: token.text };
    return this.#method(token);
  }

  #method({ text }: PathToken): PathStep {
    const name = text.toLowerCase();
    this.#expect('(');
    if (name === 'datetime') {
      const template = this.#peek().kind === 'string' ? this.#take().text : undefined;
      this.#expect(')');
      return { kind: 'datetime', template };
    }
    if (!methods.has(name)) throw pathSyntaxError('(');
    this.#expect(')');
    return { kind: 'method', name: name as PathMethod };
  }

  #descend(): PathStep {
    if (!this.#takeSymbol('{')) return { kind: 'descend', first: 0, last: undefined };
    const first = this.#level();
    const last = this.#takeWord('to') ? this.#level() : first;
    this.#expect('}');
    return { kind: 'descend', first, last };
  }

  #level(): number | undefined {
    if (this.#takeWord('last')) return undefined;
    const token = this.#take();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw pathSyntaxError(token.text);
    return Number(token.text);
  }

  #elements(): PathStep {
    if (this.#isSymbol('*') && this.#isSymbol(']', 1)) {
      this.#next += 2;
      return { kind: 'anyElement' };
    }
    this.#subscripts += 1;
    const ranges: ElementRange[] = [];
    do {
      const from = this.#value(this.#or());
      ranges.push({ from, to: this.#takeWord('to') ? this.#value(this.#or()) : undefined });
    } while (this.#takeSymbol(','));
    this.#subscripts -= 1;
    this.#expect(']');
    return { kind: 'elements', ranges };
  }
}

function literalOf(token: PathToken): Scalar | undefined {
  if (token.kind === 'string') return { kind: 'string', value: token.text };
  if (token.kind === 'number') {
    const digits = token.text.endsWith('.') ? token.text.slice(0, -1) : token.text;
    return { kind: 'number', text: formatNumeric(parseNumeric(digits)) };
  }
  if (token.kind !== 'name' || !token.isBare) return undefined;
  if (token.text === 'null') return { kind: 'null' };
  if (token.text === 'true' || token.text === 'false') {
    return { kind: 'boolean', value: token.text === 'true' };
  }
  return undefined;
}

/** A sign before a number belongs to the number. */
function signed(operator: '+' | '-', arg: PathExpr): PathExpr {
  if (arg.kind !== 'literal' || arg.value.kind !== 'number') return { kind: 'sign', operator, arg };
  if (operator === '+') return arg;
  const { text } = arg.value;
  const negated = text.startsWith('-') ? text.slice(1) : `-${text}`;
  const isZero = /^-[0.]+$/.test(negated);
  return { kind: 'literal', value: { kind: 'number', text: isZero ? text : negated } };
}

function checkedFlags(flags: string): string {
  for (const flag of flags) {
    if ('ismxq'.includes(flag)) continue;
    throw new SqlError('syntax_error', 'invalid input syntax for type jsonpath', {
      detail: `Unrecognized flag character "${flag}" in LIKE_REGEX predicate.`,
    });
  }
  if (flags.includes('x') && !flags.includes('q')) {
    throw new SqlError(
      'feature_not_supported',
      'XQuery "x" flag (expanded regular expressions) is not implemented',
    );
  }
  return [...'ismxq'].filter((flag) => flags.includes(flag)).join('');
}
