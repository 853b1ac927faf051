/** PL/pgSQL's text in tokens: those of SQL, with `:=`, `..`, `<<`, `>>` and others as one. */
import { pieceAt } from '../tokens.ts';

export interface PlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol' | 'end';
  /** As it is written. */
  readonly text: string;
  /** Of a word in lower case, of a quoted name without its quotes. */
  readonly name: string;
  readonly offset: number;
}

const symbols = ['..', ':=', '::', '<<', '>>', '<=', '>=', '<>', '!=', '=>'];

export function tokensOf(source: string): readonly PlToken[] {
  const tokens: PlToken[] = [];
  let offset = 0;
  while (offset < source.length) {
    const token = tokenAt(source, offset);
    if (token.kind !== 'space') tokens.push({ ...token, kind: token.kind });
    offset += token.text.length;
  }
  tokens.push({ kind: 'end', text: '', name: '', offset });
  return tokens;
}

type Scanned = Omit<PlToken, 'kind'> & { readonly kind: PlToken['kind'] | 'space' };

function tokenAt(source: string, offset: number): Scanned {
  const symbol = symbols.find((each) => source.startsWith(each, offset));
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, name: symbol, offset };
  const { kind, text } = pieceAt(source, offset);
  switch (kind) {
    case 'space':
    case 'blockComment':
    case 'lineComment':
      return { kind: 'space', text, name: '', offset };
    case 'literal':
      return literal(text, offset);
    case 'quotedIdentifier':
      return { kind: 'quoted', text, name: unquoted(text), offset };
    case 'word':
      return { kind: 'word', text, name: text.toLowerCase(), offset };
    case 'parameter':
      return { kind: 'parameter', text, name: text, offset };
    default:
      return { kind: 'symbol', text, name: text, offset };
  }
}

/** In `1..10` the first number ends before the dots. */
function literal(text: string, offset: number): Scanned {
  if (!/^[\d.]/.test(text)) return { kind: 'string', text, name: '', offset };
  return { kind: 'number', text, name: text, offset };
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll('""', '"');
}
