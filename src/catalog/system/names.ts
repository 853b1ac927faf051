/** Qualified names in text: `public.t`, `"My Schema"."T"`. */

const part = /\s*(?:"((?:[^"]|"")*)"|([^".]+))\s*(\.|$)/y;

/** Parts of a name, folded to lower case unless quoted; undefined when it is no name. */
export function nameParts(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain] = match;
    parts.push(quoted?.replaceAll('""', '"') ?? (plain ?? '').trim().toLowerCase());
    if (match[3] === '') break;
  }
  return parts.length === 0 ? undefined : parts;
}
