/** Words of text search types: bare or in quotes; a backslash takes the next character as it is. */
import { SqlError } from '../../errors/sql-error.ts';

const space = /[ \t\n\v\f\r]/;

export class LexemeReader {
  readonly text: string;
  /** Where it stands, in characters. */
  at = 0;
  readonly #typeName: string;

  constructor(text: string, typeName: 'tsvector' | 'tsquery') {
    this.text = text;
    this.#typeName = typeName;
  }

  /** The character where it stands; empty at the end. */
  get here(): string {
    return this.text.charAt(this.at);
  }

  get isAtSpace(): boolean {
    return space.test(this.here);
  }

  skipSpace(): void {
    while (this.isAtSpace) this.at += 1;
  }

  /** Errors: 42601. */
  quoted(): string {
    let word = '';
    this.at += 1;
    for (;;) {
      if (this.here === "'") {
        this.at += 1;
        if (this.here !== "'") break;
      }
      word += this.character();
    }
    if (word === '') throw this.syntaxError();
    return word;
  }

  /** The next one, or the one behind a backslash. Errors: 42601. */
  character(): string {
    if (this.here === '\\') this.at += 1;
    if (this.here === '') throw this.syntaxError();
    this.at += 1;
    return this.text.charAt(this.at - 1);
  }

  syntaxError(): SqlError {
    return new SqlError('syntax_error', `syntax error in ${this.#typeName}: "${this.text}"`);
  }
}
