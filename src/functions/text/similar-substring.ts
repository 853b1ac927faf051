/**
 * SUBSTRING's SQL regular expressions: what stands between the separators, where the first part
 * is as short, then the middle as long as the whole allows.
 *
 * RE2's matching prefers by the order of choices, not by length. Both agree for simple parts;
 * alternatives are tried one by one, and what is left is refused (0A000).
 */
import { unsupported } from '../../errors/sql-error.ts';
import { regularExpression } from '../operators/regular-expression.ts';
import { similarParts, similarPattern } from './similar-pattern.ts';

/** The part of the text, all of it without separators, null where nothing matches. */
export function similarSubstring(text: string, pattern: string, escape: string): string | null {
  const matcher = regularExpression(similarPattern(pattern, escape)).matcher(text);
  if (!matcher.find()) return null;
  const [first = '', middle, last = ''] = similarParts(pattern, escape);
  if (middle === undefined) return text;
  const tail = text.slice(shortestStart(text, first, `(?:${middle})(?:${last})`));
  return tail.slice(0, longestEnd(tail, middle, last));
}

/** The first end of `first` from which `rest` matches up to the text's end. */
function shortestStart(text: string, first: string, rest: string): number {
  if (first === '') return 0;
  const ends = alternatives(first).map((each) => {
    const reluctant = `^(${withReluctance(each)})(?:${rest})$`;
    return endOfGroup(text, reluctant);
  });
  return Math.min(...ends.filter((end) => end !== undefined));
}

/** The last end of `middle` from which `last` matches up to the text's end. */
function longestEnd(text: string, middle: string, last: string): number {
  if (last === '') return text.length;
  if (last === '.*' && !hasBounds(middle)) {
    const matcher = regularExpression(`^(?:${middle})`, '', 'longest').matcher(text);
    return matcher.find() ? matcher.end() : 0;
  }
  const ends = alternatives(middle).map((each) => endOfGroup(text, `^(${each})(?:${last})$`));
  return Math.max(...ends.filter((end) => end !== undefined));
}

function endOfGroup(text: string, pattern: string): number | undefined {
  const matcher = regularExpression(pattern, '', 'first').matcher(text);
  return matcher.find() ? matcher.end(1) : undefined;
}

/** Escapes that match a place rather than a character: \y and the like. */
function hasBounds(part: string): boolean {
  return /\\[AZmMyY]/.test(part.replaceAll('\\\\', ''));
}

const token =
  /\\(?:u[\da-f]{4}|U[\da-f]{8}|[^])|\[\^?\]?(?:\\[^]|\[:\w+:\]|[^\]])*\]|\(\?:|\{[\d,]+\}|[^]/giu;

function tokensOf(part: string): readonly string[] {
  return part.match(token) ?? [];
}

/** The alternatives outside of groups, each of which is simple. Errors: 0A000. */
function alternatives(part: string): readonly string[] {
  const found = [''];
  let depth = 0;
  for (const each of tokensOf(part)) {
    if (each === '(?:') depth += 1;
    else if (each === ')') depth -= 1;
    if (each === '|' && depth === 0) found.push('');
    else found.push((found.pop() ?? '') + each);
  }
  if (hasBounds(part) || !found.every(isSimple)) {
    throw unsupported('this choice of lengths in a part of a SQL regular expression');
  }
  return found;
}

/**
 * Whether the order of choices is the order of lengths: between two `.*`, of which each can take
 * what it likes, a single character at most has a quantifier; groups' alternatives are as long as
 * each other.
 */
function isSimple(part: string): boolean {
  let shape = tokensOf(part).map(shapeOf).join('').replaceAll('.*', '%').replaceAll('.', 'x');
  for (let before = ''; before !== shape;) {
    before = shape;
    shape = shape
      .replaceAll(/x\{(\d{1,2})\}/g, (_, count: string) => 'x'.repeat(Number(count)))
      .replaceAll(/\(([x%]*)\)(?![*+?{])/g, '$1')
      .replaceAll(/\((x*)(?:\|\1)+\)(?![*+?{])/g, '$1')
      .replaceAll(/\((x)(?:\|\1)+\)/g, '$1');
  }
  return shape.split('%').every((each) => /^x*(?:x(?:[*+?]|\{\d*,?\d*\})x*)?$/.test(each));
}

function shapeOf(each: string): string {
  if (each === '(?:') return '(';
  return /^(?:[.*+?|)]|\{.*)$/s.test(each) ? each : 'x';
}

function withReluctance(part: string): string {
  const quantified = tokensOf(part).map((each) =>
    /^(?:[*+?]|\{.*)$/s.test(each) ? `${each}?` : each,
  );
  return quantified.join('');
}
