/** Which parentheses stand around a place of an SQL text. */

/** Strings, quoted names, comments; or one character. */
const token =
  /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|\$([A-Za-z_\x80-\xff]\w*)?\$[^]*?\$\1\$|--[^\n]*|\/\*|[()]|[^]/y;
const escapeString = /[eE]'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/y;

/**
 * The opening parenthesis of the pair around `place`, of several pairs with nothing between them
 * the outermost. `bytes` is the text, a character per byte.
 */
export function outermostParenthesis(bytes: string, place: number): number {
  const pairs = pairsAround(bytes, place);
  let found = 0;
  for (let at = 1; at < pairs.length; at++) {
    const [inner, outer] = [pairs[at - 1], pairs[at]];
    if (inner === undefined || outer === undefined) break;
    const isNext =
      isBlank(bytes.slice(outer[0] + 1, inner[0])) && isBlank(bytes.slice(inner[1] + 1, outer[1]));
    if (!isNext) break;
    found = at;
  }
  return pairs[found]?.[0] ?? place;
}

type Pair = readonly [open: number, close: number];

/** Innermost first. */
function pairsAround(bytes: string, place: number): readonly Pair[] {
  const open: number[] = [];
  const pairs: Pair[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === '(') open.push(at);
    if (bytes[at] === ')') {
      const start = open.pop() ?? -1;
      if (start >= 0 && start < place && at > place) pairs.push([start, at]);
    }
    at = endOfToken(bytes, at);
  }
  return pairs;
}

/** Where the string, name or comment at `at` ends; of anything else the next character. */
export function endOfToken(bytes: string, at: number): number {
  escapeString.lastIndex = at;
  if (escapeString.test(bytes)) return escapeString.lastIndex;
  token.lastIndex = at;
  const found = token.exec(bytes)?.[0] ?? ' ';
  return found === '/*' ? endOfComment(bytes, at) : at + found.length;
}

/** Comments nest. */
function endOfComment(bytes: string, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length;) {
    const two = bytes.slice(at, at + 2);
    if (two === '/*') depth += 1;
    else if (two === '*/') depth -= 1;
    at += two === '/*' || two === '*/' ? 2 : 1;
    if (depth === 0) return at;
  }
  return bytes.length;
}

function isBlank(bytes: string): boolean {
  return bytes.replaceAll(/--[^\n]*|\/\*[^]*?\*\//g, '').trim() === '';
}
