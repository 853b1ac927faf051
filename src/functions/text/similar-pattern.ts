/** SIMILAR TO's patterns as regular expressions: % and _ are wildcards, the rest is regex-like. */
import { SqlError } from '../../errors/sql-error.ts';

const characters: Readonly<Record<string, string>> = {
  '%': '.*',
  _: '.',
  '(': '(?:',
  '.': '\\.',
  '^': '\\^',
  $: '\\$',
  '\\': '\\\\',
};

/** The regular expression, anchored at both ends, as PostgreSQL spells it. */
export function similarPattern(pattern: string, escape: string | null): string {
  const [first = '', middle, last] = similarParts(pattern, escape);
  if (middle === undefined) return `^(?:${first})$`;
  const head = `^(?:${first}){1,1}?(${middle})`;
  return last === undefined ? `${head}$` : `${head}{1,1}(?:${last})$`;
}

/** Escaped double quotes cut the pattern in three: each part as a regular expression. */
export function similarParts(pattern: string, escape: string | null): readonly string[] {
  const escapeCharacter = escape ?? '\\';
  if ([...escapeCharacter].length > 1) {
    throw new SqlError('invalid_escape_sequence', 'invalid escape string', {
      hint: 'Escape string must be empty or one character.',
    });
  }
  const parts: string[] = [''];
  let isEscaped = false;
  let inClass = false;
  const add = (text: string): void => void parts.push((parts.pop() ?? '') + text);
  for (const character of pattern) {
    if (isEscaped) {
      if (character === '"' && !inClass) parts.push('');
      else add(/[A-Za-z0-9]/.test(character) ? character : `\\${character}`);
      isEscaped = false;
    } else if (character === escapeCharacter) isEscaped = true;
    else if (inClass) {
      inClass = character !== ']';
      add(character === '\\' ? '\\\\' : character);
    } else {
      inClass = character === '[';
      add(inClass ? character : (characters[character] ?? character));
    }
  }
  if (parts.length > 3) {
    const message =
      'SQL regular expression may not contain more than two escape-double-quote separators';
    throw new SqlError('invalid_use_of_escape_character', message);
  }
  return parts;
}
