/**
 * One instance of PostgreSQL's parser (libpg_query) as a WebAssembly module, with a spare.
 *
 * libpg-query leaks its WebAssembly stack when a query overflows it: after some thirty such
 * queries the instance answers nothing but memory errors (libpg-query 18.1.5, pganalyze/libpg_query
 * issue 348). So an instance that faulted is replaced by the spare, and a new spare is made.
 */
import createModule from 'libpg-query/wasm/libpg-query.js';
import type { ParseResult } from '@pgsql/types';
import { must } from '../errors/assert.ts';

interface ParserModule {
  _malloc(byteSize: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, byteSize: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: 'i32'): number;
}

const create = createModule as unknown as () => Promise<ParserModule>;

/** What PostgreSQL's parser says against a text. */
export interface RawParserError {
  readonly message: string;
  readonly functionName: string;
  readonly fileName: string;
  /** 1-based character; 0 when there is none. */
  readonly cursorPosition: number;
}

export type RawParseOutcome =
  { readonly tree: ParseResult } | { readonly error: RawParserError } | { readonly fault: unknown };

let current: ParserModule | undefined;
let spare: ParserModule | undefined;

export async function loadParserModule(): Promise<void> {
  current ??= await create();
  spare ??= await create();
}

/** Parses `text`, which contains no NUL and is not empty. */
export function parseRaw(text: string): RawParseOutcome {
  return contained((module) => parseWith(module, text));
}

function contained<T>(parse: (module: ParserModule) => T): T | { readonly fault: unknown } {
  const module = must(current, 'parser: loadParser() first');
  try {
    return parse(module);
  } catch (fault) {
    replaceInstance();
    return { fault };
  }
}

function replaceInstance(): void {
  if (spare === undefined) return;
  current = spare;
  spare = undefined;
  void create().then((module) => {
    spare = module;
  });
}

function textIn(module: ParserModule, text: string): number {
  const byteSize = module.lengthBytesUTF8(text) + 1;
  const pointer = module._malloc(byteSize);
  module.stringToUTF8(text, pointer, byteSize);
  return pointer;
}

function parseWith(module: ParserModule, text: string): RawParseOutcome {
  const pointer = textIn(module, text);
  const result = module._wasm_parse_query_raw(pointer);
  const outcome = readResult(module, result);
  module._free(pointer);
  module._wasm_free_parse_result(result);
  return outcome;
}

/** Struct PgQueryParseResult: tree text, stderr text, error; PgQueryError: five words. */
function readResult(module: ParserModule, result: number): RawParseOutcome {
  const word = (pointer: number): number => module.getValue(pointer, 'i32');
  const text = (pointer: number): string => (pointer === 0 ? '' : module.UTF8ToString(pointer));
  const error = word(result + 8);
  if (error === 0) return { tree: JSON.parse(text(word(result))) as ParseResult };
  return {
    error: {
      message: text(word(error)),
      functionName: text(word(error + 4)),
      fileName: text(word(error + 8)),
      cursorPosition: word(error + 16),
    },
  };
}
