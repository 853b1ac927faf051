/** The setting search_path as schema names; kept while its text is the same. */
export class SearchPath {
  readonly #user: string;
  #text = '';
  #names: readonly string[] = [];

  constructor(user: string) {
    this.#user = user;
  }

  /** `"$user"` is the user's own; pg_catalog is searched without being named. */
  names(text: string): readonly string[] {
    if (text !== this.#text) {
      this.#names = text
        .split(',')
        .map((part) => unquoted(part.trim()))
        .map((name) => (name === '$user' ? this.#user : name))
        .filter((name) => name !== '' && name !== 'pg_catalog');
      this.#text = text;
    }
    return this.#names;
  }
}

function unquoted(name: string): string {
  return name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
}
