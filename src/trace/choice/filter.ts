/**
 * RUST_LOG directives: which spans and lines exist, by target and level.
 *
 *     info,datafusion::physical_plan::filter=debug,[{op.rows_in=0}]=off
 *     └ all targets  └ targets with this prefix     └ spans with this field
 *
 * A directive with a span name or fields that match beats one without; else the longest target
 * prefix wins, and of equals the later one. What no directive matches is off.
 */
import type { AttributeValue } from '../query-trace.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug' | 'trace';

const ranks: Readonly<Record<string, number>> = {
  off: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
  trace: 5,
  '0': 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
  '5': 5,
};

interface Directive {
  readonly target: string;
  readonly span: string | undefined;
  /** Names, and values where one must be met. */
  readonly fields: readonly (readonly [name: string, value: string | undefined])[];
  readonly rank: number;
}

/** The parts of a span that directives can name. */
export interface FilteredSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly fixed?: { readonly values: Readonly<Record<string, AttributeValue>> } | undefined;
}

export class Filter {
  /** Pieces of the text that are no directives. */
  readonly bad: readonly string[];
  readonly #plain: readonly Directive[];
  readonly #spans: readonly Directive[];
  readonly #found = new Map<string, number>();

  constructor(text: string) {
    const pieces = splitDirectives(text.trim() === '' ? 'info' : text);
    const parsed = pieces.map((piece) => [piece, parseDirective(piece)] as const);
    const directives = parsed.flatMap(([, directive]) => directive ?? []);
    this.bad = parsed.filter(([, directive]) => directive === undefined).map(([piece]) => piece);
    if (directives.length === 0) {
      directives.push({ target: '', span: undefined, fields: [], rank: 3 });
    }
    this.#plain = directives.filter((each) => !namesSpan(each));
    this.#spans = directives.filter(namesSpan);
  }

  /** Whether a span or line of this target and level exists. */
  enabled(target: string, level: Level, span?: FilteredSpan): boolean {
    const rank = ranks[level] ?? 0;
    if (span !== undefined && this.#spans.length > 0) {
      const found = best(this.#spans, target, (directive) => matchesSpan(directive, span));
      if (found !== undefined) return rank <= found.rank;
    }
    return rank <= this.#rankOf(target);
  }

  /** Whether some span of this target and level could exist, whatever its name and fields. */
  mayEnable(target: string, level: Level): boolean {
    const rank = ranks[level] ?? 0;
    if (rank <= this.#rankOf(target)) return true;
    return this.#spans.some((each) => target.startsWith(each.target) && rank <= each.rank);
  }

  /** Whether a directive names this target, or a part of it, and switches it off. */
  silences(target: string): boolean {
    const found = best(this.#plain, target);
    return found !== undefined && found.target === target && found.rank === 0;
  }

  /** True: nothing can exist. */
  get isOff(): boolean {
    return [...this.#plain, ...this.#spans].every(({ rank }) => rank === 0);
  }

  #rankOf(target: string): number {
    const known = this.#found.get(target);
    if (known !== undefined) return known;
    const rank = best(this.#plain, target)?.rank ?? 0;
    this.#found.set(target, rank);
    return rank;
  }
}

function namesSpan({ span, fields }: Directive): boolean {
  return span !== undefined || fields.length > 0;
}

function best(
  directives: readonly Directive[],
  target: string,
  isWanted: (directive: Directive) => boolean = () => true,
): Directive | undefined {
  let found: Directive | undefined;
  for (const directive of directives) {
    if (!target.startsWith(directive.target) || !isWanted(directive)) continue;
    if (found === undefined || directive.target.length >= found.target.length) found = directive;
  }
  return found;
}

function matchesSpan({ span, fields }: Directive, subject: FilteredSpan): boolean {
  if (span !== undefined && span !== subject.name) return false;
  return fields.every(([name, value]) => {
    const actual = subject.attributes[name] ?? subject.fixed?.values[name];
    return actual !== undefined && (value === undefined || String(actual) === value);
  });
}

/** Splits at commas outside brackets, braces and quotes. */
function splitDirectives(text: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at] ?? ',';
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '[' || char === '{')) depth++;
    else if (!quoted && (char === ']' || char === '}')) depth--;
    if (at < text.length && (char !== ',' || depth > 0 || quoted)) continue;
    const piece = text.slice(start, at).trim();
    if (piece !== '') pieces.push(piece);
    start = at + 1;
  }
  return pieces;
}

const form = /^([^\s[\]{}=,"]*)(?:\[([^[\]{}=,"]*)(?:\{([^{}]*)\})?\])?(?:=([^=]+))?$/;

function parseDirective(piece: string): Directive | undefined {
  const bare = ranks[piece.toLowerCase()];
  if (bare !== undefined) return { target: '', span: undefined, fields: [], rank: bare };
  const match = form.exec(piece);
  if (match === null) return undefined;
  const [, target = '', span = '', fieldText = '', level = 'trace'] = match;
  const rank = ranks[level.trim().toLowerCase()];
  const fields = parseFields(fieldText);
  if (rank === undefined || fields === undefined) return undefined;
  if (piece.includes('[') && span === '' && fields.length === 0) return undefined;
  if (target === '' && span === '' && fields.length === 0) return undefined;
  return { target, span: span === '' ? undefined : span, fields, rank };
}

function parseFields(text: string): Directive['fields'] | undefined {
  if (text.trim() === '') return [];
  const fields = text.split(',').map((piece): readonly [string, string | undefined] => {
    const at = piece.indexOf('=');
    if (at < 0) return [piece.trim(), undefined];
    return [
      piece.slice(0, at).trim(),
      piece
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ];
  });
  return fields.every(([name]) => name !== '') ? fields : undefined;
}
