/**
 * What the grammar of PostgreSQL 18, which parses here, takes and that of 15 does not: subqueries
 * in FROM without an alias, numbers written as 1_000, 0x1F, 0o17, 0b101, and of MERGE the clauses
 * WHEN NOT MATCHED BY and RETURNING.
 */
import type { Node } from '@pgsql/types';
import { SqlError } from '../errors/sql-error.ts';
import { outermostParenthesis } from './parentheses.ts';

/** Texts without these words of it need no look at their tree. */
const suspect = /\(\s*(?:\(|\/\*|--|select\b|values\b|with\b|table\b)|\d_|\b0[xob]|\bmerge\b/i;

/**
 * What refuses such statements of a text; undefined: there can be none. `positionOf` turns byte
 * offsets into character positions. The refusal's errors: 42601.
 */
export function newerGrammarCheck(
  text: string,
  positionOf: (location: number) => number,
): ((tree: Node) => void) | undefined {
  if (!suspect.test(text)) return undefined;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return (tree) => refuseNewerGrammar(tree, bytes, positionOf);
}

function refuseNewerGrammar(
  tree: Node,
  bytes: string,
  positionOf: (location: number) => number,
): void {
  visit(tree, (kind, node) => {
    const content = node as Content;
    if (kind === 'A_Const') checkNumber(content, bytes, positionOf);
    if (kind === 'MergeStmt') checkMerge(content, bytes, positionOf);
    if (kind !== 'RangeSubselect' || content['alias'] !== undefined) return;
    const place = outermostParenthesis(bytes, firstLocation(content));
    throw missingAlias(content, positionOf(place));
  });
}

type Content = Readonly<Record<string, unknown>>;

/** In the order of the text; trees may be deeper than the stack. */
function visit(tree: unknown, see: (kind: string, content: unknown) => void): void {
  const waiting: (readonly [kind: string, content: unknown])[] = [['', tree]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [kind, content] = next;
    see(kind, content);
    if (typeof content !== 'object' || content === null) continue;
    const children = Array.isArray(content)
      ? content.map((item) => ['', item] as const)
      : Object.entries(content);
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child !== undefined) waiting.push(child);
    }
  }
}

/** A number, its exponent if it has one, and what must not follow. */
const junk =
  /^[-+\s]*((?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+|(?!e[-+]?\d))[a-z_\x80-\xff][\w$\x80-\xff]*)/i;

function checkNumber(
  { location, ival, fval }: Content,
  bytes: string,
  positionOf: (location: number) => number,
): void {
  if (ival === undefined && fval === undefined) return;
  const start = Number(location ?? 0);
  const found = junk.exec(bytes.slice(start, start + 80));
  if (found === null) return;
  const [whole = '', literal = ''] = found;
  throw new SqlError(
    'syntax_error',
    `trailing junk after numeric literal at or near "${literal}"`,
    { position: positionOf(start + whole.length - literal.length) },
  );
}

function checkMerge(merge: Content, bytes: string, positionOf: (location: number) => number): void {
  const start = firstLocation(merge);
  const by = newerMatch.exec(bytes.slice(start));
  const end = by === null ? undefined : { word: by[1], place: start + by.index + by[0].length - 2 };
  const returned = firstLocation(merge['returningClause']);
  const before = bytes.slice(0, Math.min(returned, bytes.length)).trimEnd();
  const clause =
    merge['returningClause'] === undefined
      ? undefined
      : { word: before.slice(-returningLength), place: before.length - returningLength };
  const found = end ?? clause;
  if (found === undefined) return;
  throw new SqlError('syntax_error', `syntax error at or near "${found.word}"`, {
    position: positionOf(found.place),
  });
}

const newerMatch = /\bwhen\s+not\s+matched\s+(by)\b/i;
const returningLength = 'returning'.length;

/** The least byte offset below a node. */
function firstLocation(tree: unknown): number {
  let first = Infinity;
  visit(tree, (kind, value) => {
    const isPlace = kind === 'location' && typeof value === 'number' && value >= 0;
    if (isPlace) first = Math.min(first, value);
  });
  return first;
}

function missingAlias(content: Content, position: number): SqlError {
  const { SelectStmt } = (content['subquery'] ?? {}) as { readonly SelectStmt?: Content };
  const isValues = SelectStmt?.['valuesLists'] !== undefined;
  const [what, example] = isValues ? ['VALUES', 'VALUES'] : ['subquery', 'SELECT'];
  return new SqlError('syntax_error', `${what} in FROM must have an alias`, {
    position,
    hint: `For example, FROM (${example} ...) [AS] foo.`,
  });
}
