/**
 * A light scan of SQL text into pieces: literals, comments, quoted identifiers, the rest.
 *
 * It never fails: text that PostgreSQL would refuse gives some pieces as well.
 */
export interface TextPiece {
  readonly kind:
    | 'literal'
    | 'blockComment'
    | 'lineComment'
    | 'quotedIdentifier'
    | 'parameter'
    | 'word'
    | 'space'
    | 'other';
  readonly text: string;
}

type Rule = readonly [kind: TextPiece['kind'], pattern: RegExp];

/** Runs of single characters are loops of their own: they may be millions long. */
const rules: readonly Rule[] = [
  ['space', /\s+/y],
  ['lineComment', /--[^\n\r]*/y],
  ['literal', /[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*(?:'|$)/y],
  ['literal', /(?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*(?:'|$)/y],
  ['quotedIdentifier', /(?:[uU]&)?"[^"]*(?:""[^"]*)*(?:"|$)/y],
  ['parameter', /\$\d+/y],
  ['literal', /(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?|0[xX][\da-fA-F_]+/y],
  ['word', /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ['other', /[^]/uy],
];

const dollarQuote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;

/** The pieces of `text` in order; joined they give it back. */
export function* piecesOf(text: string): Generator<TextPiece> {
  let offset = 0;
  while (offset < text.length) {
    const piece = pieceAt(text, offset);
    yield piece;
    offset += piece.text.length;
  }
}

/** The piece that begins at the offset. */
export function pieceAt(text: string, offset: number): TextPiece {
  if (text.startsWith('/*', offset))
    return { kind: 'blockComment', text: blockComment(text, offset) };
  const tag = matchAt(dollarQuote, text, offset);
  if (tag !== undefined) return { kind: 'literal', text: dollarQuoted(text, offset, tag) };
  for (const [kind, pattern] of rules) {
    const found = matchAt(pattern, text, offset);
    if (found !== undefined) return { kind, text: found };
  }
  return { kind: 'other', text: text.slice(offset, offset + 1) };
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  const found = pattern.exec(text)?.[0];
  return found === '' ? undefined : found;
}

/** Block comments nest, as in PostgreSQL. */
function blockComment(text: string, start: number): string {
  let depth = 0;
  let offset = start;
  while (offset < text.length) {
    if (text.startsWith('/*', offset)) depth += 1;
    else if (text.startsWith('*/', offset)) depth -= 1;
    else {
      offset += 1;
      continue;
    }
    offset += 2;
    if (depth === 0) break;
  }
  return text.slice(start, offset);
}

function dollarQuoted(text: string, start: number, tag: string): string {
  const end = text.indexOf(tag, start + tag.length);
  return end === -1 ? text.slice(start) : text.slice(start, end + tag.length);
}
