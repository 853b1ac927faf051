/**
 * An expression as pg_get_expr(…, true) shows it: without the parentheses that its parts do not
 * need. Approximate: CASE stays on one line, and only parentheses that are outermost, doubled, or
 * around a word or a plain call before a cast are taken away.
 */
export function prettyExpression(text: string): string {
  return withoutDoubled(withoutOuter(text)).replace(/\((\w+(?:\([^()]*\))?)\)::/g, '$1::');
}

function withoutOuter(text: string): string {
  const closing = text.startsWith('(') ? closingOf(text, 0) : -1;
  return closing === text.length - 1 && closing > 0 ? text.slice(1, -1) : text;
}

/** `f((a || b))` is `f(a || b)`. */
function withoutDoubled(text: string): string {
  for (let at = text.indexOf('(('); at >= 0; at = text.indexOf('((', at + 1)) {
    const outer = closingOf(text, at);
    const inner = closingOf(text, at + 1);
    if (outer !== inner + 1 || isQuoted(text, at)) continue;
    return withoutDoubled(text.slice(0, at) + text.slice(at + 1, outer) + text.slice(outer + 1));
  }
  return text;
}

function isQuoted(text: string, place: number): boolean {
  return (text.slice(0, place).match(/'/g)?.length ?? 0) % 2 === 1;
}

/** Where the parenthesis at `start` is closed; -1 when it is not. */
function closingOf(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (letter === "'") quoted = !quoted;
    else if (!quoted && letter === '(') depth++;
    else if (!quoted && letter === ')' && --depth === 0) return at;
  }
  return -1;
}
