/**
 * ~ ~* !~ !~*: PostgreSQL's advanced regular expressions, run by re2js in linear time.
 *
 * What both spell alike is passed on; \y \Y \Z and the `***` prefixes are translated. Back
 * references, lookaround and \m \M raise 0A000. A dot matches a newline, and ^ $ mean the text's
 * ends, unless (?n), (?w), (?p) or (?m) say otherwise.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { DatumEvaluation, FunctionRecord, ScalarOverload } from '../function-record.ts';
import type { TypeName } from '../../types/sql-type.ts';

const expressionsMax = 256;
const cache = new Map<string, RE2JS>();

interface Options {
  ignoresCase: boolean;
  dotMatchesNewline: boolean;
  linesHaveEnds: boolean;
  isLiteral: boolean;
}

/**
 * `found`: only whether there is a match counts; `match`: what matches counts, too, as PostgreSQL
 * chooses it. `first` and `longest` choose among matches at a place by the order of the pattern's
 * choices or by length, whatever the quantifiers are.
 */
type Wanted = 'found' | 'match' | 'first' | 'longest';

/** Compiles the pattern, or finds it compiled. Errors: 2201B, 0A000. */
export function regularExpression(pattern: string, flags = '', wanted: Wanted = 'found'): RE2JS {
  const key = `${wanted}/${flags}/${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const compiled = compile(pattern, flags, wanted);
  if (cache.size >= expressionsMax) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

/** Escapes, brackets and the heads of groups say nothing of quantifiers. */
function quantifiersOf(pattern: string): readonly string[] {
  const bare = pattern
    .replaceAll(/\\[^]/g, 'x')
    .replaceAll(/\[\^?\]?(?:\[:\w+:\]|[^\]])*\]/g, 'x')
    .replaceAll(/\(\?[:a-z]*/g, '(');
  return bare.match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/g) ?? [];
}

/**
 * Of several matches at a place the longest counts, unless the quantifiers are reluctant.
 * PostgreSQL lets the first quantifier decide for the whole expression: that is refused (0A000).
 */
function isLongest(pattern: string, wanted: Wanted): boolean {
  if (wanted !== 'match') return wanted === 'longest';
  const choices = quantifiersOf(pattern).filter((each) => !/^\{\d+\}\??$/.test(each));
  const reluctant = choices.filter((each) => /.\?$/.test(each));
  const isMixed = reluctant.length > 0 && (reluctant.length < choices.length || /\|/.test(pattern));
  if (isMixed) throw unsupported('greedy and reluctant matching in one regular expression');
  return reluctant.length === 0;
}

const repetitionsMax = 255;

/** What RE2 takes and PostgreSQL does not. Errors: 2201B. */
function checkSyntax(pattern: string): void {
  const bare = pattern.replaceAll(/\\[^]/g, 'x');
  for (const [, least, most] of bare.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) {
    const counts = [Number(least), Number(most || least)];
    const [from = 0, to = 0] = counts;
    if (from > repetitionsMax || to > repetitionsMax || from > to) {
      throw invalid('invalid repeat count');
    }
  }
  if (/\{\d+(?:,\d*)?$/.test(bare)) throw invalid('missing closing }');
  if (/\(\?<(?![=!])/.test(bare)) throw invalid('missing argument');
  if (/\(\?(?![:=!<])/.test(bare)) throw invalid('embedded option');
  const classes = [...bare.matchAll(/\[:(\w+):\]/g)].map(([, name = '']) => name);
  if (classes.some((name) => !characterClasses.has(name))) throw invalid('character class');
}

const characterClasses: ReadonlySet<string> = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);

function compile(pattern: string, flags: string, wanted: Wanted): RE2JS {
  const options: Options = {
    ignoresCase: false,
    dotMatchesNewline: true,
    linesHaveEnds: false,
    isLiteral: false,
  };
  for (const flag of flags) applyFlag(flag, options);
  let body = pattern;
  if (body.startsWith('***=')) {
    options.isLiteral = true;
    body = body.slice(4);
  } else if (body.startsWith('***:')) body = body.slice(4);
  const embedded = /^\(\?([a-z]+)\)/.exec(body);
  if (embedded !== null && !options.isLiteral) {
    for (const flag of embedded[1] ?? '') {
      if (!knownFlags.includes(flag)) throw invalid('embedded option');
      applyFlag(flag, options);
    }
    body = body.slice(embedded[0].length);
  }
  if (!options.isLiteral) checkSyntax(body);
  const source = options.isLiteral ? RE2JS.quote(body) : translate(body, options);
  const re2Flags =
    (options.ignoresCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (options.dotMatchesNewline ? RE2JS.DOTALL : 0) |
    (options.linesHaveEnds ? RE2JS.MULTILINE : 0) |
    (options.isLiteral || isLongest(body, wanted) ? RE2JS.LONGEST_MATCH : 0);
  try {
    return RE2JS.compile(source, re2Flags);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const { message } = error;
    // Each count is small enough here: it is their product that is not.
    throw invalid(/invalid repeat count/.test(message) ? 'too complex' : message);
  }
}

const knownFlags = 'icsnmpwqtegxb';

function applyFlag(flag: string, options: Options): void {
  if (flag === 'i') options.ignoresCase = true;
  else if (flag === 'c') options.ignoresCase = false;
  else if (flag === 's') {
    options.dotMatchesNewline = true;
    options.linesHaveEnds = false;
  } else if (flag === 'n' || flag === 'm') {
    options.dotMatchesNewline = false;
    options.linesHaveEnds = true;
  } else if (flag === 'p') options.dotMatchesNewline = false;
  else if (flag === 'w') options.linesHaveEnds = true;
  else if (flag === 'q') options.isLiteral = true;
  else if (flag !== 't' && flag !== 'e' && flag !== 'g') {
    if (flag === 'x') throw unsupported('expanded syntax of regular expressions');
    throw new SqlError('invalid_parameter_value', `invalid regular expression option: "${flag}"`);
  }
}

/** Escapes of PostgreSQL in RE2's spelling. */
const escapes: Readonly<Record<string, string>> = {
  y: '\\b',
  Y: '\\B',
  Z: '\\z',
  e: '\\x1b',
  b: '\\x08',
  B: '\\\\',
};

function translate(pattern: string, options: Options): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '\\') {
      const next = pattern[i + 1];
      if (next === undefined) throw invalid('trailing backslash');
      out += translateEscape(next, pattern, i);
      i += escapeLength(next, pattern, i);
    } else if (char === '[') {
      const end = bracketEnd(pattern, i);
      out += translateBracket(pattern.slice(i, end + 1), options);
      i = end;
    } else if (char === '(' && /^\(\?(?:=|!|<=|<!)/.test(pattern.slice(i, i + 4))) {
      throw unsupported('lookaround in regular expressions');
    } else out += char;
  }
  return out;
}

function translateEscape(next: string, pattern: string, at: number): string {
  if (next >= '1' && next <= '9') throw unsupported('back reference in regular expressions');
  if (next === 'm' || next === 'M') {
    throw unsupported(`regular expression escape \\${next}`);
  }
  if (next === 'u' || next === 'U') {
    const digits = pattern.slice(at + 2, at + (next === 'u' ? 6 : 10));
    return `\\x{${digits}}`;
  }
  return escapes[next] ?? `\\${next}`;
}

function escapeLength(next: string, pattern: string, at: number): number {
  if (next === 'u') return 1 + pattern.slice(at + 2, at + 6).length;
  if (next === 'U') return 1 + pattern.slice(at + 2, at + 10).length;
  return 1;
}

/** Index of the bracket expression's `]`; a `]` right after `[` or `[^` is a member. */
function bracketEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') i++;
    else if (char === '[' && /[:.=]/.test(pattern[i + 1] ?? '')) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close < 0) break;
      i = close + 1;
    } else if (char === ']') return i;
  }
  throw invalid('missing closing ]');
}

/** Under newline-sensitive matching a complement does not match a newline. */
function translateBracket(text: string, options: Options): string {
  if (/\[[.=]/.test(text.slice(1))) throw unsupported('collating elements in regular expressions');
  const isComplement = text.startsWith('[^');
  const first = isComplement ? 2 : 1;
  let members = text.slice(first, -1);
  if (members.startsWith(']')) members = `\\${members}`;
  members = members.replace(/\[(?!:)/g, '\\[');
  const newline = isComplement && !options.dotMatchesNewline ? '\\n' : '';
  return `[${isComplement ? '^' : ''}${members}${newline}]`;
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/closing \)|unexpected \)/, 'parentheses () not balanced'],
  [/closing \]/, 'brackets [] not balanced'],
  [/closing }/, 'braces {} not balanced'],
  [/embedded option/, 'invalid embedded option'],
  [/class range/, 'invalid character range'],
  [/character class/, 'invalid character class'],
  [/too complex/, 'regular expression is too complex'],
  [/missing argument|nested repetition/, 'quantifier operand invalid'],
  [/invalid repeat count/, 'invalid repetition count(s)'],
  [/escape|backslash/, 'invalid escape \\ sequence'],
];

function invalid(message: string): SqlError {
  const reason = reasons.find(([test]) => test.test(message))?.[1] ?? 'syntax error';
  return new SqlError('invalid_regular_expression', `invalid regular expression: ${reason}`);
}

const textPairs: readonly TypeName[] = ['text', 'name', 'bpchar'];

function regexRecord(symbol: string, name: string, form: RegexForm): FunctionRecord {
  const datum: DatumEvaluation = (_, args) => {
    const [text, pattern] = args as [string, string];
    const expression = regularExpression(pattern, form.ignoresCase ? 'i' : '');
    return expression.matcher(text).find() !== form.isNegated;
  };
  const overloads = textPairs.map((left): ScalarOverload => ({
    kind: 'scalar',
    args: [left, 'text'],
    returns: 'bool',
    datum,
  }));
  const what = form.isNegated ? 'matches no part of' : 'matches a part of';
  const how = form.ignoresCase ? ', ignoring case' : '';
  const text = `the regular expression ${what} the text${how}`;
  return { name, operator: symbol, doc: { family: 'operators', text }, overloads };
}

interface RegexForm {
  readonly ignoresCase: boolean;
  readonly isNegated: boolean;
}

export const regexOperators: readonly FunctionRecord[] = [
  regexRecord('~', 'textregexeq', { ignoresCase: false, isNegated: false }),
  regexRecord('~*', 'texticregexeq', { ignoresCase: true, isNegated: false }),
  regexRecord('!~', 'textregexne', { ignoresCase: false, isNegated: true }),
  regexRecord('!~*', 'texticregexne', { ignoresCase: true, isNegated: true }),
];
