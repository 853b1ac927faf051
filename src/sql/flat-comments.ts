/**
 * Comments inside of comments made blank. The parser's scanner reads the rest of a run of slashes
 * and stars again at every level: a hundred thousand levels would hold it for minutes.
 */
import { endOfToken } from './parentheses.ts';

/** So many levels cost nothing. */
const levelsMax = 64;

/** The text, as long as before and meaning the same. */
export function flattenComments(text: string): string {
  if (text.split('/*', levelsMax + 2).length <= levelsMax + 1) return text;
  let flat = '';
  let from = 0;
  for (let at = 0; at < text.length;) {
    const end = endOfToken(text, at);
    if (text.startsWith('/*', at)) {
      const inside = text.slice(at + 2, isClosed(text.slice(at, end)) ? end - 2 : end);
      flat += text.slice(from, at + 2) + inside.replaceAll(/[*/]/g, ' ');
      from = at + 2 + inside.length;
    }
    at = end;
  }
  return flat + text.slice(from);
}

function isClosed(comment: string): boolean {
  let depth = 0;
  for (const [mark] of comment.matchAll(/\/\*|\*\//g)) depth += mark === '/*' ? 1 : -1;
  return depth === 0;
}
