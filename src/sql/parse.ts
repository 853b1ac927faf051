/**
 * SQL text to PostgreSQL's own syntax trees, and its syntax errors.
 *
 * The grammar is PostgreSQL's, compiled to WebAssembly (libpg-query). It reports no SQLSTATE, so
 * the code is inferred from where in PostgreSQL's sources the error was raised.
 */
import { SqlError } from '../errors/sql-error.ts';
import type { SqlStateName } from '../errors/sql-state.ts';
import { loadParserModule, parseRaw, type RawParserError } from './parser-module.ts';
import type { ParseResult } from '@pgsql/types';
import { cutValues, mendTree } from './bulk-values.ts';
import { flattenComments } from './flat-comments.ts';
import { newerGrammarCheck } from './newer-grammar.ts';
import { piecesOfStatements } from './split-text.ts';
import type { ParsedStatement } from './statement.ts';

/** Longest text that is parsed: its tree takes about fifty times the memory. */
export const sqlBytesMax = 64 * 1024 * 1024;

/** Instantiates the parser; once before the first parseSql. */
export async function loadParser(): Promise<void> {
  await loadParserModule();
}

/**
 * The statements of a text, empty ones left out. Errors: 42601 and the other codes of
 * PostgreSQL's parser with the 1-based character position; 54001 when the text nests too deep.
 */
export function parseSql(text: string): readonly ParsedStatement[] {
  if (text.includes('\0')) {
    throw new SqlError(
      'character_not_in_repertoire',
      'invalid byte sequence for encoding "UTF8": 0x00',
    );
  }
  if (text.trim() === '') return [];
  if (text.length > sqlBytesMax) throw tooComplex('The statement is too long.');
  const tree = bulkTree(text) ?? treeOf(text);
  const places = new TextPlaces(text);
  const positionOf = (location: number): number => places.positionOf(location);
  const refuseNewer = newerGrammarCheck(text, positionOf);
  return (tree.stmts ?? []).flatMap((statement) => {
    if (statement.stmt === undefined) return [];
    const start = statement.stmt_location ?? 0;
    refuseNewer?.(statement.stmt);
    return [
      { node: statement.stmt, text: places.slice(start, statement.stmt_len ?? 0), positionOf },
    ];
  });
}

/**
 * As parseSql, of a text with many statements: `pause` is awaited between pieces of it, and may
 * throw.
 */
export async function parseInPieces(
  text: string,
  pause: () => Promise<void>,
): Promise<readonly ParsedStatement[]> {
  if (text.length > sqlBytesMax || text.includes('\0')) return parseSql(text);
  const statements: ParsedStatement[] = [];
  let start = 0;
  let last: { readonly piece: string; readonly found: readonly ParsedStatement[] } | undefined;
  for (const piece of piecesOfStatements(text)) {
    if (piece.length === text.length) return parseSql(text);
    const found = piece === last?.piece ? last.found : parsePiece(piece);
    if (found === undefined) return parseSql(text);
    last = { piece, found };
    for (const statement of found)
      statements.push(start === 0 ? statement : moved(statement, start));
    start += characterCount(piece);
    await pause();
  }
  return statements;
}

/** Undefined: what is wrong with it only the whole text says. */
function parsePiece(text: string): readonly ParsedStatement[] | undefined {
  try {
    return parseSql(text);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** As positions count: letters of four bytes are one, though two in a string. */
function characterCount(text: string): number {
  let count = text.length;
  for (const _pair of text.matchAll(/[\ud800-\udbff]/g)) count -= 1;
  return count;
}

function moved(statement: ParsedStatement, characters: number): ParsedStatement {
  const { positionOf } = statement;
  return { ...statement, positionOf: (location) => characters + positionOf(location) };
}

function treeOf(text: string): ParseResult {
  const outcome = parseRaw(flattenComments(text));
  if ('fault' in outcome) throw tooComplex('The statement nests too deep.');
  if ('error' in outcome) throw syntaxError(outcome.error);
  return outcome.tree;
}

/** Of one INSERT with many rows of literals; undefined: of anything else, errors too. */
function bulkTree(text: string): ParseResult | undefined {
  const cut = cutValues(text);
  if (cut === undefined) return undefined;
  const outcome = parseRaw(cut.short);
  const [statement, ...more] = 'tree' in outcome ? (outcome.tree.stmts ?? []) : [];
  if (statement?.stmt === undefined || more.length > 0) return undefined;
  if (!mendTree(statement.stmt, cut)) return undefined;
  const { stmt_len: size = 0 } = statement;
  return { stmts: [size === 0 ? statement : { ...statement, stmt_len: size + cut.cutBytes }] };
}

function tooComplex(detail: string): SqlError {
  return new SqlError('statement_too_complex', 'stack depth limit exceeded', { detail });
}

/** Byte offsets of a text to characters; the bytes are made only for texts that are not ASCII. */
class TextPlaces {
  readonly #text: string;
  #bytes: Buffer | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#bytes = Buffer.byteLength(text) === text.length ? undefined : Buffer.from(text, 'utf8');
  }

  positionOf(location: number): number {
    const bytes = this.#bytes;
    if (bytes === undefined) return location + 1;
    let characters = 0;
    const end = Math.min(location, bytes.length);
    for (let index = 0; index < end; index += 1) {
      if (((bytes[index] ?? 0) & 0xc0) !== 0x80) characters += 1;
    }
    return characters + 1;
  }

  /** `byteSize` 0 reaches to the end. */
  slice(start: number, byteSize: number): string {
    const end = byteSize === 0 ? undefined : start + byteSize;
    const piece =
      this.#bytes?.subarray(start, end).toString('utf8') ?? this.#text.slice(start, end);
    return piece.trim();
  }
}

function syntaxError(error: RawParserError): SqlError {
  const state = stateOf(error);
  const positioned =
    error.cursorPosition > 0 &&
    state !== 'character_not_in_repertoire' &&
    !unpositioned.test(error.message);
  const hint = error.message === 'invalid Unicode escape' ? escapeHint(error) : undefined;
  const fields = { ...(positioned && { position: error.cursorPosition }), ...(hint && { hint }) };
  return new SqlError(state, error.message, fields);
}

/** Of E'' and U&'' literals. */
function escapeHint({ functionName }: RawParserError): string {
  const forms = functionName === 'core_yylex' ? '\\uXXXX or \\UXXXXXXXX' : '\\XXXX or \\+XXXXXX';
  return `Unicode escapes must be ${forms}.`;
}

/** PostgreSQL 15 gives no place for these. */
const unpositioned =
  /^WITH TIES cannot be specified without ORDER BY clause|cannot be marked NOT VALID/;

function stateOf(error: RawParserError): SqlStateName {
  const { message, functionName, fileName } = error;
  if (functionName === 'core_yylex' && message === 'invalid Unicode escape') {
    return 'invalid_escape_sequence';
  }
  if (fileName.endsWith('mbutils.c')) return 'character_not_in_repertoire';
  if (functionName === 'scanner_yyerror') return 'syntax_error';
  const known = parserMessages.find(([pattern]) => pattern.test(message));
  return known?.[1] ?? 'syntax_error';
}

/** Messages of gram.y and scan.l that are not 42601. */
const parserMessages: readonly (readonly [RegExp, SqlStateName])[] = [
  [/^frame (start|end) cannot be|^frame (start|end)ing from/, 'windowing_error'],
  [/^precision for type float/, 'invalid_parameter_value'],
  [/^unsafe use of \\' in a string literal/, 'nonstandard_use_of_escape_character'],
  [/^unsafe use of string constant/, 'feature_not_supported'],
  [/not (yet )?implemented|are not supported|is not supported/, 'feature_not_supported'],
  [/cannot be marked NOT VALID/, 'feature_not_supported'],
  [/cannot include schema elements/, 'feature_not_supported'],
  [/^unrecognized (role|partitioning|privilege)/, 'syntax_error'],
  [/^stack depth limit exceeded/, 'statement_too_complex'],
];
