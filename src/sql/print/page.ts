/**
 * The page that a printer writes on: text, how far it is indented, and the styles of PostgreSQL's
 * ruleutils. Lines are broken in both; `pretty` leaves out parentheses that are not needed.
 */
export interface PrintStyle {
  readonly pretty: boolean;
  /** A relation's name as it is shown: with its schema where it needs one. */
  /** A column named `value` is the VALUE of a domain's condition. */
  readonly isDomain?: boolean;
  readonly relationName: (schema: string | undefined, name: string) => string;
}

/** Steps of indentation, as ruleutils has them. */
export const indents = { standard: 8, join: 4, variable: 4 } as const;
const limit = 40;

export class Page {
  readonly style: PrintStyle;
  text = '';
  indent: number;
  /** Something has no text: what is written is not whole. */
  isRefused = false;

  constructor(style: PrintStyle, indent = 0) {
    this.style = style;
    this.indent = indent;
  }

  get pretty(): boolean {
    return this.style.pretty;
  }

  write(text: string): void {
    this.text += text;
  }

  /** A parenthesis that only the plain style needs. */
  plain(parenthesis: '(' | ')'): void {
    if (!this.pretty) this.write(parenthesis);
  }

  /** Begins a line with a keyword. `before` and `after` change the indentation. */
  keyword(word: string, before: number, after: number, plus = 0): void {
    this.indent += before;
    const within = Math.max(this.indent, 0);
    const amount =
      this.indent < limit
        ? within
        : (limit + Math.trunc((this.indent - limit) / (indents.standard / 2))) % limit;
    this.text = `${this.text.replace(/ +$/, '')}\n${' '.repeat(amount + plus)}${word}`;
    this.indent = Math.max(0, this.indent + after);
  }

  /** What `print` writes, apart from the page. */
  apart(print: () => void): string {
    const { text } = this;
    this.text = '';
    print();
    const own = this.text;
    this.text = text;
    return own;
  }

  refuse(): void {
    this.isRefused = true;
  }

  dropBlanks(): void {
    this.text = this.text.replace(/ +$/, '');
  }
}
