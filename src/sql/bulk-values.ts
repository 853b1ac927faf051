/**
 * The rows of a long INSERT … VALUES, read without the parser: literals and parameters only.
 *
 *     INSERT INTO t VALUES (1, 'a'), (2, 'b'), … (n, 'z') RETURNING id
 *     └──────────── parsed ────────┘ └── read here ─────┘ └─ parsed ─┘
 *
 * PostgreSQL's parser writes a tree of some forty bytes of JSON for every byte of a literal. What
 * is read here gives the same nodes; a text with anything else in it is left to the parser.
 */
import type { Node } from '@pgsql/types';
import { astAs } from './ast.ts';

/** Shorter texts are parsed as fast. */
const lengthMin = 2048;

/** A text cut around the rows after the first. */
export interface CutText {
  /** The statement with its first row alone. */
  readonly short: string;
  /** The other rows, as the parser gives them. */
  readonly lists: readonly Node[];
  /** Byte offset in `short` where they were. */
  readonly cutAt: number;
  /** Bytes left out. */
  readonly cutBytes: number;
}

const name = String.raw`(?:[A-Za-z_][\w$]*|"[^"]+")`;
/** Blanks stand for white space. */
const headPattern =
  String.raw`^ *insert +into +${name}(?: *\. *${name})*(?: +as +${name})? *` +
  String.raw`(?:\( *${name}(?: *, *${name})* *\) *)?` +
  String.raw`(?:overriding +(?:system|user) +value +)?values *(?=\()`;
const head = new RegExp(headPattern.replaceAll(' ', String.raw`[ \t\n\r\f]`), 'i');

/** Undefined: the parser shall read all of it. */
export function cutValues(text: string): CutText | undefined {
  if (text.length < lengthMin) return undefined;
  const start = head.exec(text)?.[0].length;
  if (start === undefined) return undefined;
  const reader = new RowReader(text, start);
  if (!reader.skipRow()) return undefined;
  const firstEnd = reader.offset;
  const lists = reader.readRows();
  if (lists === undefined || lists.length === 0) return undefined;
  const cutAt = Buffer.byteLength(text.slice(0, firstEnd));
  const cutBytes = Buffer.byteLength(text.slice(firstEnd, reader.offset));
  return { short: text.slice(0, firstEnd) + text.slice(reader.offset), lists, cutAt, cutBytes };
}

/** Puts the rows into the tree of the short text, whose places become those of the whole. */
export function mendTree(statement: Node, { lists, cutAt, cutBytes }: CutText): boolean {
  const insert = astAs(statement, 'InsertStmt');
  const select = astAs(insert?.selectStmt, 'SelectStmt');
  if (select?.valuesLists?.length !== 1) return false;
  shiftPlaces(statement, cutAt, cutBytes);
  for (const list of lists) select.valuesLists.push(list);
  return true;
}

function shiftPlaces(tree: object, from: number, by: number): void {
  for (const [key, child] of Object.entries(tree) as [string, unknown][]) {
    if (key === 'location' && typeof child === 'number') {
      if (child >= from) (tree as { location: number }).location = child + by;
    } else if (typeof child === 'object' && child !== null) shiftPlaces(child, from, by);
  }
}

/** PostgreSQL's: others are not. */
const space = /[ \t\n\r\f]*/y;
const number = /-?[ \t\n\r\f]*\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const keyword = /true|false|null|default/iy;
const parameter = /\$\d{1,5}/y;
/** What the parser takes for an integer. */
const integerMax = 0x7fff_ffff;

/** Reads `(…), (…)` from an offset on, which it keeps: in characters, and in bytes of UTF-8. */
class RowReader {
  offset: number;
  readonly #text: string;
  readonly #isAscii: boolean;
  #bytes: number;
  /** Where `#bytes` was counted to. */
  #counted: number;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.offset = offset;
    this.#isAscii = Buffer.byteLength(text) === text.length;
    this.#bytes = Buffer.byteLength(text.slice(0, offset));
    this.#counted = offset;
  }

  /** Past one row of literals. */
  skipRow(): boolean {
    return this.#row() !== undefined;
  }

  /** The rows that follow; undefined when one is not of literals alone. */
  readRows(): readonly Node[] | undefined {
    const rows: Node[] = [];
    for (;;) {
      const before = this.offset;
      this.#skip(space);
      if (this.#text[this.offset] !== ',') {
        this.offset = before;
        return rows;
      }
      this.offset += 1;
      this.#skip(space);
      const row = this.#row();
      if (row === undefined) return undefined;
      rows.push(row);
    }
  }

  #row(): Node | undefined {
    if (this.#text[this.offset] !== '(') return undefined;
    const items: Node[] = [];
    do {
      this.offset += 1;
      this.#skip(space);
      const item = this.#value();
      if (item === undefined) return undefined;
      items.push(item);
      this.#skip(space);
    } while (this.#text[this.offset] === ',');
    if (this.#text[this.offset] !== ')') return undefined;
    this.offset += 1;
    return { List: { items } };
  }

  #value(): Node | undefined {
    const location = this.#location();
    const first = this.#text.charCodeAt(this.offset);
    if (first === 0x27) return this.#string(location);
    if (first === 0x24) {
      const taken = this.#take(parameter);
      if (taken === undefined) return undefined;
      return { ParamRef: { number: Number(taken.slice(1)), location } };
    }
    if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return this.#number(location);
    return this.#keyword(location);
  }

  #string(location: number): Node | undefined {
    let end = this.offset;
    let isDoubled = false;
    for (;;) {
      end = this.#text.indexOf("'", end + 1);
      if (end < 0) return undefined;
      if (this.#text.charCodeAt(end + 1) !== 0x27) break;
      isDoubled = true;
      end += 1;
    }
    const inside = this.#text.slice(this.offset + 1, end);
    this.offset = end + 1;
    return {
      A_Const: { sval: { sval: isDoubled ? inside.replaceAll("''", "'") : inside }, location },
    };
  }

  #number(location: number): Node | undefined {
    const taken = this.#take(number)?.replaceAll(/[ \t\n\r\f]/g, '');
    if (taken === undefined) return undefined;
    const value = Number(taken);
    const isInteger = /^-?\d+$/.test(taken) && Math.abs(value) <= integerMax;
    return isInteger
      ? { A_Const: { ival: value === 0 ? {} : { ival: value }, location } }
      : { A_Const: { fval: { fval: taken }, location } };
  }

  #keyword(location: number): Node | undefined {
    switch (this.#take(keyword)?.toLowerCase()) {
      case 'true':
        return { A_Const: { boolval: { boolval: true }, location } };
      case 'false':
        return { A_Const: { boolval: {}, location } };
      case 'null':
        return { A_Const: { isnull: true, location } };
      case 'default':
        return { SetToDefault: { location } };
      default:
        return undefined;
    }
  }

  /** Byte offset of where the reader stands. */
  #location(): number {
    if (this.#isAscii) return this.offset;
    this.#bytes += Buffer.byteLength(this.#text.slice(this.#counted, this.offset));
    this.#counted = this.offset;
    return this.#bytes;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.offset;
    if (pattern.test(this.#text)) this.offset = pattern.lastIndex;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    if (!pattern.test(this.#text)) return undefined;
    const taken = this.#text.slice(this.offset, pattern.lastIndex);
    this.offset = pattern.lastIndex;
    return taken;
  }
}
