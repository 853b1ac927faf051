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

/**
 * The regular expression, anchored at both ends. Escaped double quotes cut the pattern in three:
 * the middle becomes a group, and what stands before it matches as little as it can.
 */
export function similarPattern(pattern: string, escape: string | null): string {
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
  return anchored(parts);
}

function anchored(parts: readonly string[]): string {
  const [first = '', middle, ...rest] = parts;
  if (middle === undefined) return `^(?:${first})$`;
  if (rest.length > 1) {
    const message =
      'SQL regular expression may not contain more than two escape-double-quote separators';
    throw new SqlError('invalid_use_of_escape_character', message);
  }
  const reluctant = first.replaceAll('.*', '.*?');
  return `^(?:${reluctant})(${middle})(?:${rest[0] ?? ''})$`;
}
