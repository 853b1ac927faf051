/** What parsing gives: PostgreSQL's AST of each statement with its place in the text. */
import type { Node } from '@pgsql/types';

export interface ParsedStatement {
  readonly node: Node;
  /** The statement's own text, without the separators. */
  readonly text: string;
  /**
   * AST locations are UTF-8 byte offsets into the whole text; this gives the 1-based character
   * position that error messages carry.
   */
  readonly positionOf: (location: number) => number;
}
