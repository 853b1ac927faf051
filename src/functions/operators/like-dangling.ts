/**
 * LIKE with a pattern that ends in its escape character: an error (22025) where matching gets as
 * far as the escape and there is text left, no match otherwise. PostgreSQL's MatchText(), step by
 * step, since it decides which texts get that far.
 */
import { SqlError } from '../../errors/sql-error.ts';

const backslash = 0x5c;
const percent = 0x25;
const underscore = 0x5f;

/** `abort`: no longer text can match either. */
type Matched = 'true' | 'false' | 'abort';

export function endsInEscape(pattern: Uint8Array): boolean {
  let at = 0;
  while (at < pattern.length) at += pattern[at] === backslash ? 2 : 1;
  return at > pattern.length;
}

export function matchesDangling(text: Uint8Array, pattern: Uint8Array): boolean {
  return match(text, pattern, 0, 0) === 'true';
}

function match(text: Uint8Array, pattern: Uint8Array, textAt: number, patternAt: number): Matched {
  let t = textAt;
  let p = patternAt;
  while (t < text.length && p < pattern.length) {
    const kind = pattern[p];
    if (kind === percent) return matchAny(text, pattern, t, p);
    if (kind === underscore) {
      t = nextCharacter(text, t);
      p++;
      continue;
    }
    if (kind === backslash) p = escaped(pattern, p);
    if (pattern[p] !== text[t]) return 'false';
    t++;
    p++;
  }
  if (t < text.length) return 'false';
  while (pattern[p] === percent) p++;
  return p >= pattern.length ? 'true' : 'abort';
}

/** Behind one or more `%`. */
function matchAny(
  text: Uint8Array,
  pattern: Uint8Array,
  textAt: number,
  patternAt: number,
): Matched {
  let t = textAt;
  let p = patternAt;
  while (pattern[p] === percent || pattern[p] === underscore) {
    if (pattern[p] === underscore) {
      if (t >= text.length) return 'abort';
      t = nextCharacter(text, t);
    }
    p++;
  }
  if (p >= pattern.length) return 'true';
  const first = pattern[pattern[p] === backslash ? escaped(pattern, p) : p];
  for (; t < text.length; t = nextCharacter(text, t)) {
    if (text[t] !== first) continue;
    const matched = match(text, pattern, t, p);
    if (matched !== 'false') return matched;
  }
  return 'abort';
}

function escaped(pattern: Uint8Array, at: number): number {
  if (at + 1 < pattern.length) return at + 1;
  throw new SqlError('invalid_escape_sequence', 'LIKE pattern must not end with escape character');
}

function nextCharacter(text: Uint8Array, at: number): number {
  let next = at + 1;
  while (((text[next] ?? 0) & 0xc0) === 0x80) next++;
  return next;
}
