/**
 * Reads the tokens of a PL/pgSQL text: what stands at the cursor, pieces of SQL up to a word that
 * ends them, names that are in force, and errors with their place.
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { SqlStateName } from '../../errors/sql-state.ts';
import { parseSql } from '../parse.ts';
import { tokensOf, type PlToken } from './tokens.ts';
import type { PlHead, PlLabel, PlNames, PlReturns, PlText, PlVariable } from './tree.ts';

/** Where a place of the source is in what the client sent: 1-based; undefined: not in it. */
export type PlaceOf = (offset: number) => number | undefined;

/** How a piece of SQL is read. */
export interface SqlPiece {
  /** Words and symbols, one of which ends it. */
  readonly until: readonly string[];
  /** What is missing if none comes. */
  readonly expected: string;
  readonly isStatement?: boolean;
  /** It is an expression, a query or a statement of its own; undefined: it is not looked at. */
  readonly check?: 'expression' | 'statement';
}

export type NewVariable = Pick<PlVariable, 'name' | 'line' | 'type'> & Partial<PlVariable>;

const reserved = new Set([
  ...['all', 'begin', 'by', 'case', 'declare', 'else', 'end', 'execute', 'for', 'foreach'],
  ...['from', 'if', 'in', 'into', 'loop', 'not', 'null', 'or', 'strict', 'then', 'to', 'using'],
  ...['when', 'while'],
]);

export class PlReader {
  readonly source: string;
  readonly name: string;
  readonly returns: PlReturns;
  readonly #tokens: readonly PlToken[];
  readonly #placeOf: PlaceOf;
  #at = 0;
  readonly variables: PlVariable[] = [];
  names: PlNames = undefined;

  constructor(source: string, { name, returns }: PlHead, placeOf: PlaceOf) {
    this.source = source;
    this.name = name;
    this.returns = returns;
    this.#tokens = tokensOf(source);
    this.#placeOf = placeOf;
  }

  peek(ahead = 0): PlToken {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as PlToken;
  }

  next(): PlToken {
    const token = this.peek();
    this.#at = Math.min(this.#at + 1, this.#tokens.length - 1);
    return token;
  }

  /** Goes back to a token. */
  seek(token: PlToken): void {
    this.#at = this.#tokens.indexOf(token);
  }

  /** Whether a keyword, or a symbol, stands there. */
  is(what: string, ahead = 0): boolean {
    const { kind, name } = this.peek(ahead);
    return (kind === 'word' || kind === 'symbol') && name === what;
  }

  isOneOf(all: readonly string[]): boolean {
    return all.some((each) => this.is(each));
  }

  /** Reads these words if they stand there. */
  accept(...all: readonly string[]): boolean {
    if (!all.every((each, i) => this.is(each, i))) return false;
    for (const _each of all) this.next();
    return true;
  }

  /** Errors: 42601. */
  expect(what: string, message = 'syntax error'): PlToken {
    if (!this.is(what)) throw this.failAt(message);
    return this.next();
  }

  /** A name of the user's. */
  identifier(message = 'syntax error'): PlToken {
    const token = this.peek();
    if (!this.isIdentifier()) throw this.failAt(message);
    return (this.next(), token);
  }

  isIdentifier(ahead = 0): boolean {
    const { kind, name } = this.peek(ahead);
    return kind === 'quoted' || (kind === 'word' && !reserved.has(name));
  }

  lineAt(offset: number): number {
    let line = 1;
    for (let at = this.source.indexOf('\n'); at >= 0 && at < offset;) {
      line += 1;
      at = this.source.indexOf('\n', at + 1);
    }
    return line;
  }

  /** `syntax error at or near "x"` */
  failAt(message: string, token = this.peek()): SqlError {
    const where = token.kind === 'end' ? 'at end of input' : `at or near "${token.text}"`;
    return this.error('syntax_error', `${message} ${where}`, token.offset);
  }

  error(state: SqlStateName, message: string, offset: number): SqlError {
    const position = this.#placeOf(offset);
    return new SqlError(state, message, position === undefined ? {} : { position });
  }

  /** Without a place: with the line as its context. */
  compileError(state: SqlStateName, message: string, line: number): SqlError {
    const where = `compilation of PL/pgSQL function "${this.name}" near line ${line}`;
    return new SqlError(state, message, { where });
  }

  /** Reads SQL up to one of the words; the cursor is on it. Errors: 42601. */
  sql(piece: SqlPiece): PlText {
    const { until, expected, isStatement = false, check } = piece;
    const start = this.peek();
    let depth = 0;
    while (!(depth === 0 && this.isOneOf(until))) {
      const token = this.peek();
      if (token.kind === 'symbol' && '([)]'.includes(token.text)) {
        depth += token.text === '(' || token.text === '[' ? 1 : -1;
        if (depth < 0) throw this.failAt('mismatched parentheses');
      }
      if (token.kind === 'end' || (token.kind === 'symbol' && token.text === ';')) {
        if (depth !== 0) throw this.failAt('mismatched parentheses');
        if (token.kind === 'end' && until.includes(';')) throw this.failAt('syntax error');
        const what = isStatement ? 'statement' : 'expression';
        const message = `missing "${expected}" at end of SQL ${what}`;
        throw this.error('syntax_error', message, token.offset);
      }
      this.next();
    }
    if (this.peek() === start) {
      throw this.failAt(isStatement ? 'missing SQL statement' : 'missing expression');
    }
    const found = this.textBetween(start.offset, this.peek().offset);
    if (check !== undefined) this.checkSql(found, check);
    return found;
  }

  expression(...until: readonly string[]): PlText {
    return this.sql({ until, expected: (until[0] ?? '').toUpperCase(), check: 'expression' });
  }

  textBetween(from: number, to: number): PlText {
    const text = this.source.slice(from, to).trimEnd();
    return { text, offset: from, names: this.names };
  }

  /** Whether it is SQL at all. Errors: those of the parser, with their place. */
  checkSql({ text, offset }: PlText, how: 'expression' | 'statement'): void {
    const prefix = how === 'expression' ? 'SELECT ' : '';
    try {
      parseSql(`${prefix}${text}`);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const { position, ...fields } = error.fields;
      const within = position === undefined ? undefined : position - 1 - prefix.length;
      const place = within === undefined ? undefined : this.#placeOf(offset + within);
      error.fields = { ...fields, ...(place === undefined ? {} : { position: place }) };
      throw error;
    }
  }

  declare(given: NewVariable): PlVariable {
    const variable: PlVariable = {
      isConstant: false,
      isNotNull: false,
      initial: undefined,
      cursor: undefined,
      ...given,
      slot: this.variables.length,
    };
    this.variables.push(variable);
    const { name } = variable;
    this.names = { kind: 'variable', name, variable, outer: this.names };
    return variable;
  }

  /** A block or loop begins. */
  open(name: string | undefined, of: PlLabel['of']): void {
    this.names = { kind: 'label', name, of, outer: this.names };
  }

  /** What the names say of the innermost block. */
  declaredHere(name: string): boolean {
    for (let each = this.names; each?.kind === 'variable'; each = each.outer) {
      if (each.name === name) return true;
    }
    return false;
  }
}
