/** Reads the texts in facts/: records end with a semicolon, words are between blanks. */

export type Words = readonly string[];

export function recordsOf(text: string): readonly Words[] {
  return text
    .split(';')
    .map((record) => record.trim())
    .filter((record) => record !== '')
    .map((record) => record.split(/\s+/));
}

/** Words as a text again; `%3B` stands for a semicolon. */
export function plainText(words: Words): string {
  return words.join(' ').replaceAll('%3B', ';');
}

/** A value that is made at first use and kept: facts that never change. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
