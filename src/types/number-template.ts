/**
 * Templates of to_char(number) and to_number: `FM999,990.00`, `S9999`, `L99D99`, `9.99EEEE`.
 *
 * The description counts digit places before and after the point and where zeros are forced;
 * formatting and parsing walk the nodes beside it.
 */
import { SqlError } from '../errors/sql-error.ts';

export type NumberPattern =
  | '9'
  | '0'
  | '.'
  | 'D'
  | ','
  | 'G'
  | 'S'
  | 'MI'
  | 'PL'
  | 'SG'
  | 'PR'
  | 'L'
  | 'B'
  | 'FM'
  | 'V'
  | 'RN'
  | 'TH'
  | 'th'
  | 'rn'
  | 'EEEE'
  | 'C'
  | 'SP';

export type NumberNode =
  | { readonly kind: 'pattern'; readonly name: NumberPattern }
  | { readonly kind: 'text'; readonly text: string };

export interface NumberTemplate {
  readonly nodes: readonly NumberNode[];
  /** Digit places before and after the point. */
  readonly before: number;
  readonly after: number;
  /** Digits that V shifts. */
  readonly shift: number;
  /** Places from which and to which zeros are shown; -1 when no `0` was given. */
  readonly zeroStart: number;
  readonly zeroEnd: number;
  readonly sign: 'none' | 'before' | 'after';
  /** Places ahead of a leading S. */
  readonly signAt: number;
  readonly hasZero: boolean;
  readonly hasPoint: boolean;
  readonly isFill: boolean;
  readonly isBracketed: boolean;
  readonly hasMinus: boolean;
  readonly hasPlus: boolean;
  readonly isRoman: boolean;
  readonly isShifted: boolean;
  readonly isScientific: boolean;
}

type Draft = { -readonly [K in keyof NumberTemplate]: NumberTemplate[K] };

const patterns: readonly (readonly [string, NumberPattern])[] = [
  ['EEEE', 'EEEE'],
  ['eeee', 'EEEE'],
  ['FM', 'FM'],
  ['fm', 'FM'],
  ['MI', 'MI'],
  ['mi', 'MI'],
  ['PL', 'PL'],
  ['pl', 'PL'],
  ['PR', 'PR'],
  ['pr', 'PR'],
  ['RN', 'RN'],
  ['rn', 'rn'],
  ['SG', 'SG'],
  ['sg', 'SG'],
  ['SP', 'SP'],
  ['sp', 'SP'],
  ['TH', 'TH'],
  ['th', 'th'],
  ['9', '9'],
  ['0', '0'],
  ['.', '.'],
  [',', ','],
  ['B', 'B'],
  ['b', 'B'],
  ['C', 'C'],
  ['c', 'C'],
  ['D', 'D'],
  ['d', 'D'],
  ['G', 'G'],
  ['g', 'G'],
  ['L', 'L'],
  ['l', 'L'],
  ['S', 'S'],
  ['s', 'S'],
  ['V', 'V'],
  ['v', 'V'],
];

const cache = new Map<string, NumberTemplate>();

/** Errors: 42601 for patterns that contradict. */
export function parseNumberTemplate(template: string): NumberTemplate {
  const known = cache.get(template);
  if (known !== undefined) return known;
  const parsed = readTemplate(template);
  if (cache.size > 500) cache.clear();
  cache.set(template, parsed);
  return parsed;
}

function readTemplate(template: string): NumberTemplate {
  const nodes: NumberNode[] = [];
  const draft: Draft = {
    nodes,
    before: 0,
    after: 0,
    shift: 0,
    zeroStart: 0,
    zeroEnd: 0,
    sign: 'none',
    signAt: 0,
    hasZero: false,
    hasPoint: false,
    isFill: false,
    isBracketed: false,
    hasMinus: false,
    hasPlus: false,
    isRoman: false,
    isShifted: false,
    isScientific: false,
  };
  let position = 0;
  while (position < template.length) {
    const found = patterns.find(([word]) => template.startsWith(word, position));
    if (found !== undefined) {
      describe(draft, found[1]);
      nodes.push({ kind: 'pattern', name: found[1] });
      position += found[0].length;
      continue;
    }
    const quoted = /^"((?:[^"\\]|\\[\s\S])*)("|\\?$)/.exec(template.slice(position));
    if (quoted !== null) {
      const text = (quoted[1] ?? '').replace(/\\([\s\S])/g, '$1');
      for (const character of text) nodes.push({ kind: 'text', text: character });
      position += quoted[0].length;
      continue;
    }
    if (template.startsWith('\\"', position)) position += 1;
    const character = String.fromCodePoint(template.codePointAt(position) ?? 0);
    nodes.push({ kind: 'text', text: character });
    position += character.length;
  }
  return draft;
}

function wrong(message: string, detail?: string): SqlError {
  return new SqlError('syntax_error', message, detail === undefined ? {} : { detail });
}

function describe(draft: Draft, name: NumberPattern): void {
  if (draft.isScientific && name !== 'EEEE') throw wrong('"EEEE" must be the last pattern used');
  switch (name) {
    case '9':
    case '0':
      return describeDigit(draft, name);
    case '.':
    case 'D':
      if (draft.hasPoint) throw wrong('multiple decimal points');
      if (draft.isShifted) throw wrong('cannot use "V" and decimal point together');
      draft.hasPoint = true;
      return;
    case 'FM':
      draft.isFill = true;
      return;
    case 'S':
    case 'MI':
    case 'PL':
    case 'SG':
    case 'PR':
      return describeSign(draft, name);
    case 'RN':
    case 'rn':
      draft.isRoman = true;
      return;
    case 'V':
      if (draft.hasPoint) throw wrong('cannot use "V" and decimal point together');
      draft.isShifted = true;
      return;
    case 'EEEE':
      return describeScience(draft);
    case ',':
    case 'G':
    case 'L':
    case 'B':
    case 'TH':
    case 'th':
    case 'C':
    case 'SP':
      return;
  }
}

function describeDigit(draft: Draft, name: '9' | '0'): void {
  if (draft.isBracketed) throw wrong(`"${name}" must be ahead of "PR"`);
  if (name === '9' && draft.isShifted) {
    draft.shift += 1;
    return;
  }
  if (name === '0' && !draft.hasZero && !draft.hasPoint) {
    draft.hasZero = true;
    draft.zeroStart = draft.before + 1;
  }
  if (draft.hasPoint) draft.after += 1;
  else draft.before += 1;
  if (name === '0') draft.zeroEnd = draft.before + draft.after;
}

function describeSign(draft: Draft, name: 'S' | 'MI' | 'PL' | 'SG' | 'PR'): void {
  if (name === 'S') {
    if (draft.sign !== 'none') throw wrong('cannot use "S" twice');
    if (draft.hasPlus || draft.hasMinus || draft.isBracketed) {
      throw wrong('cannot use "S" and "PL"/"MI"/"SG"/"PR" together');
    }
    draft.sign = draft.hasPoint ? 'after' : 'before';
    draft.signAt = draft.before;
    return;
  }
  if (name === 'PR') {
    if (draft.sign !== 'none' || draft.hasPlus || draft.hasMinus) {
      throw wrong('cannot use "PR" and "S"/"PL"/"MI"/"SG" together');
    }
    draft.isBracketed = true;
    return;
  }
  if (draft.sign !== 'none') throw wrong(`cannot use "S" and "${name}" together`);
  if (name !== 'PL') draft.hasMinus = true;
  if (name !== 'MI') draft.hasPlus = true;
}

function describeScience(draft: Draft): void {
  if (draft.isScientific) throw wrong('cannot use "EEEE" twice');
  const isMixed =
    draft.isFill ||
    draft.sign !== 'none' ||
    draft.isBracketed ||
    draft.hasMinus ||
    draft.hasPlus ||
    draft.isRoman ||
    draft.isShifted;
  if (isMixed) {
    throw wrong(
      '"EEEE" is incompatible with other formats',
      '"EEEE" may only be used together with digit and decimal point patterns.',
    );
  }
  draft.isScientific = true;
}
