/**
 * LIKE and ILIKE (~~ ~~* !~~ !~~*) on UTF-8 bytes, without regular expressions.
 *
 *     'a%\_b_'   tokens  a  any  '_'  b  one        '%error%'   a search for the bytes
 *
 * ILIKE folds ASCII letters in the kernel; a pattern with other letters, and texts that have
 * them, are folded by Unicode first.
 */
import { columnReader } from '../../columns/read.ts';
import { eachRow } from '../../columns/row-set.ts';
import { must } from '../../errors/assert.ts';
import { kernels } from '../../kernels/kernels.ts';
import { heap } from '../../memory/heap.ts';
import { buildColumn } from '../../columns/builder.ts';
import type { Column } from '../../columns/column.ts';
import type { Arena } from '../../memory/arena.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { sqlType } from '../../types/type-table.ts';
import type {
  ColumnEvaluation,
  FunctionRecord,
  RowSet,
  ScalarOverload,
} from '../function-record.ts';
import { endsInEscape, matchesDangling } from './like-dangling.ts';
import { flagColumn, operand, type TextRows } from './text-rows.ts';

const oneCharacter = 256;
const anyText = 257;
const backslash = 0x5c;
const percent = 0x25;
const underscore = 0x5f;

/** Tokens of a pattern that does not end in its escape character. */
export function likeTokens(pattern: Uint8Array): number[] {
  const tokens: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern[i] as number;
    if (byte === backslash) {
      i++;
      tokens.push(must(pattern[i], 'an escaped byte'));
    } else if (byte === percent) {
      if (tokens.at(-1) !== anyText) tokens.push(anyText);
    } else tokens.push(byte === underscore ? oneCharacter : byte);
  }
  return tokens;
}

interface Match {
  readonly input: TextRows;
  readonly flags: number;
  readonly arena: Arena;
  readonly fold: boolean;
}

interface Parts {
  readonly parts: readonly (readonly number[])[];
  readonly anchors: number;
}

/** The texts between `%`; undefined for patterns with `_`, without `%`, or of `%` alone. */
function likeParts(tokens: readonly number[]): Parts | undefined {
  if (!tokens.includes(anyText) || tokens.includes(oneCharacter)) return undefined;
  const parts: number[][] = [[]];
  for (const token of tokens) {
    if (token === anyText) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  const anchors = (tokens[0] === anyText ? 0 : 1) | (tokens.at(-1) === anyText ? 0 : 2);
  const filled = parts.filter((part) => part.length > 0);
  return filled.length === 0 ? undefined : { parts: filled, anchors };
}

function toHeap(bytes: readonly number[], arena: Arena): number {
  const at = arena.allocate(bytes.length);
  heap().u8.set(bytes, at);
  return at;
}

function runPattern(tokens: readonly number[], { input, flags, arena, fold }: Match): void {
  const { values, offsets } = operand(input, 0);
  const { rowCount, selection } = input.rows;
  const foldFlag = fold ? 1 : 0;
  const search = likeParts(tokens);
  if (search !== undefined) {
    const { parts, anchors } = search;
    const list = arena.allocate(parts.length * 8);
    heap().u32.set(
      parts.flatMap((part) => [toHeap(part, arena), part.length]),
      list >>> 2,
    );
    kernels().likeParts(
      values,
      offsets,
      list,
      parts.length,
      anchors,
      foldFlag,
      rowCount,
      selection,
      flags,
    );
    return;
  }
  const at = arena.allocate(tokens.length * 2);
  heap().u16.set(tokens, at >>> 1);
  kernels().likeTexts(values, offsets, at, tokens.length, foldFlag, rowCount, selection, flags);
}

interface LikeForm {
  readonly ignoresCase: boolean;
  readonly isNegated: boolean;
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

function like({ ignoresCase, isNegated }: LikeForm): ColumnEvaluation {
  return (context, rows, args) => {
    const [text, pattern] = args as [Column, Column];
    const read = columnReader(pattern);
    if (pattern.encoding !== 'constant' || text.encoding === 'constant') {
      return likeRows({ ignoresCase, isNegated }, context, rows, args);
    }
    const bytes = bytesOf(read(0));
    if (endsInEscape(bytes)) return likeRows({ ignoresCase, isNegated }, context, rows, args);
    const fold = ignoresCase;
    const isUnicode = fold && !isAscii(bytes);
    const source = isUnicode ? lowered(text, rows, context.arena) : text;
    const wanted = fold ? Buffer.from(Buffer.from(bytes).toString('utf8').toLowerCase()) : bytes;
    const tokens = likeTokens(wanted);
    return flagColumn(context, rows, [source], (input, flags) => {
      runPattern(tokens, { input, flags, arena: context.arena, fold: fold && !isUnicode });
      if (isNegated) invert(flags, input.rows);
    });
  };
}

function bytesOf(value: ReturnType<ReturnType<typeof columnReader>>): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array);
}

function invert(flags: number, rows: RowSet): void {
  kernels().invertFlags(flags, rows.physicalRows, flags);
}

function lowered(column: Column, rows: RowSet, arena: Arena): Column {
  const read = columnReader(column);
  const texts: (string | null)[] = [];
  eachRow(rows, (row) => {
    while (texts.length < row) texts.push('');
    texts.push((read(row) as string | null)?.toLowerCase() ?? null);
  });
  while (texts.length < rows.physicalRows) texts.push('');
  return buildColumn(sqlType('text'), texts, arena);
}

/** A pattern of its own in every row. */
function likeRows(
  form: LikeForm,
  context: Parameters<ColumnEvaluation>[0],
  rows: RowSet,
  args: readonly Column[],
): Column {
  const [text, pattern] = args.map(columnReader);
  const results: (boolean | null)[] = [];
  eachRow(rows, (row) => {
    while (results.length < row) results.push(false);
    const a = text?.(row) ?? null;
    const b = pattern?.(row) ?? null;
    if (a === null || b === null) results.push(null);
    else results.push(matchesOne(bytesOf(a), bytesOf(b), form));
  });
  while (results.length < rows.physicalRows) results.push(false);
  return buildColumn(sqlType('bool'), results, context.arena);
}

function matchesOne(text: Uint8Array, pattern: Uint8Array, form: LikeForm): boolean {
  const fold = (bytes: Uint8Array) =>
    form.ignoresCase ? Buffer.from(Buffer.from(bytes).toString('utf8').toLowerCase()) : bytes;
  const [wanted, found] = [fold(pattern), fold(text)];
  const matches = endsInEscape(wanted)
    ? matchesDangling(found, wanted)
    : likeMatches(found, likeTokens(wanted));
  return matches !== form.isNegated;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The kernel's algorithm in JavaScript; also its oracle in tests. */
export function likeMatches(text: Uint8Array, tokens: readonly number[]): boolean {
  let at = 0;
  let token = 0;
  let retryText = 0;
  let retryToken = -1;
  for (;;) {
    const kind = tokens[token];
    if (kind === anyText) {
      token++;
      retryToken = token;
      retryText = at;
      continue;
    }
    if (kind === undefined && at === text.length) return true;
    const byte = text[at];
    if (byte !== undefined && kind === oneCharacter && !isContinuation(byte)) {
      at++;
      while (isContinuation(text[at])) at++;
      token++;
    } else if (byte !== undefined && kind === byte) {
      at++;
      token++;
    } else {
      if (retryToken < 0 || retryText >= text.length) return false;
      retryText++;
      at = retryText;
      token = retryToken;
    }
  }
}

const likePairs: readonly (readonly [TypeName, TypeName])[] = [
  ['text', 'text'],
  ['name', 'text'],
  ['bpchar', 'text'],
  ['bytea', 'bytea'],
];

function likeRecord(symbol: string, name: string, form: LikeForm): FunctionRecord {
  const pairs = form.ignoresCase ? likePairs.slice(0, 3) : likePairs;
  const overloads = pairs.map((args): ScalarOverload => ({
    kind: 'scalar',
    args,
    returns: 'bool',
    column: like(form),
  }));
  const text = `${form.isNegated ? 'does not match' : 'matches'} the pattern of %, _ and text`;
  const doc = { family: 'operators', text: form.ignoresCase ? `${text}, ignoring case` : text };
  return { name, operator: symbol, doc, overloads };
}

export const likeOperators: readonly FunctionRecord[] = [
  likeRecord('~~', 'like', { ignoresCase: false, isNegated: false }),
  likeRecord('!~~', 'notlike', { ignoresCase: false, isNegated: true }),
  likeRecord('~~*', 'texticlike', { ignoresCase: true, isNegated: false }),
  likeRecord('!~~*', 'texticnlike', { ignoresCase: true, isNegated: true }),
];
