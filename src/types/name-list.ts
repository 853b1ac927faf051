/** Names in a list, as search_path has them: `"$user", public`. */
import { truncateName } from './text-codecs.ts';

const item = /[ \t\n\r\f]*(?:"((?:[^"]|"")*)"|([^", \t\n\r\f][^, \t\n\r\f]*))[ \t\n\r\f]*(,|$)/y;

/** SplitIdentifierString: names without quotes in lower case; undefined for what is no list. */
export function splitNames(text: string): readonly string[] | undefined {
  const names: string[] = [];
  if (/^[ \t\n\r\f]*$/.test(text)) return names;
  item.lastIndex = 0;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    const [, quoted, plain = '', end] = match;
    names.push(truncateName(quoted?.replaceAll('""', '"') ?? lowered(plain)));
    if (end === '') return names;
  }
  return undefined;
}

function lowered(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
