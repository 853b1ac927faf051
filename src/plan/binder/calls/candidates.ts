/**
 * Choice among overloads, as PostgreSQL's func_select_candidate does it: exact matches, preferred
 * types, then the category that unknown literals most likely mean.
 */
import type { FoundFunction } from '../../../functions/registry.ts';
import type { TypeName } from '../../../types/sql-type.ts';
import { typeRecord } from '../../../types/type-table.ts';
import { isCompositeName } from '../../../types/user-type.ts';
import { canCast } from '../coercion-rules.ts';
import { isPolymorphic, resolvePolymorphic } from './polymorphic.ts';
import type { RoutineMatch } from '../routines/routine-candidates.ts';

/** An overload with its argument types spread over the call's arguments. */
export interface Candidate {
  readonly found: FoundFunction;
  readonly args: readonly TypeName[];
  /** Of a user's function: how it takes the arguments. */
  readonly match?: RoutineMatch;
}

export type Choice = Candidate | 'none' | 'ambiguous';

const byCount = new WeakMap<readonly FoundFunction[], Map<number, readonly Candidate[]>>();

/** Overloads that take that many arguments; kept per list of the registry. */
export function candidatesOf(
  functions: readonly FoundFunction[],
  count: number,
): readonly Candidate[] {
  const kept = byCount.get(functions) ?? new Map<number, readonly Candidate[]>();
  byCount.set(functions, kept);
  const known = kept.get(count) ?? candidatesWith(functions, count);
  if (count <= keptCountMax) kept.set(count, known);
  return known;
}

/** Calls of variadic functions may have any number of arguments: those lists are not kept. */
const keptCountMax = 8;

function candidatesWith(functions: readonly FoundFunction[], count: number): readonly Candidate[] {
  return functions.flatMap((found) => {
    const { overload } = found;
    const { args } = overload;
    if (args.length === count) return [{ found, args }];
    const isVariadic = 'variadic' in overload && overload.variadic === true;
    const last = args.at(-1);
    if (!isVariadic || last === undefined || count < args.length) return [];
    const rest = Array.from({ length: count - args.length }, () => last);
    return [{ found, args: [...args, ...rest] }];
  });
}

export function chooseCandidate(
  candidates: readonly Candidate[],
  actual: readonly TypeName[],
): Choice {
  const exact = candidates.find(({ args }) => args.every((name, i) => name === actual[i]));
  if (exact !== undefined) return exact;
  return chooseCoercible(candidates, actual);
}

/** Without the exact match: operators try that with their own rule for unknown literals. */
export function chooseCoercible(
  candidates: readonly Candidate[],
  actual: readonly TypeName[],
): Choice {
  const possible = candidates.filter(({ args }) => accepts(args, actual));
  const [first] = possible;
  if (first === undefined) return 'none';
  if (possible.length === 1) return first;
  return selectBest(possible, actual) ?? 'ambiguous';
}

/** Whether implicit casts make the actual types the declared ones. */
export function accepts(declared: readonly TypeName[], actual: readonly TypeName[]): boolean {
  const each = declared.every((name, i) => {
    const type = actual[i] ?? 'unknown';
    return (
      name === 'any' ||
      type === 'unknown' ||
      isPolymorphic(name) ||
      canCast(type, name, 'implicit') ||
      (type === 'record' && isCompositeName(name))
    );
  });
  if (!each) return false;
  return !declared.some(isPolymorphic) || resolvePolymorphic(declared, actual) !== undefined;
}

function selectBest(
  candidates: readonly Candidate[],
  actual: readonly TypeName[],
): Candidate | undefined {
  const known = actual.map((name) => name !== 'unknown');
  const exact = withMost(
    candidates,
    ({ args }) => args.filter((name, i) => known[i] === true && name === actual[i]).length,
  );
  if (exact.length === 1) return exact[0];
  const preferred = withMost(
    exact,
    ({ args }) =>
      args.filter((name, i) => known[i] === true && isExactOrPreferred(name, actual[i] ?? name))
        .length,
  );
  if (preferred.length === 1) return preferred[0];
  if (known.every(Boolean)) return undefined;
  const likely = byCategory(preferred, actual);
  if (likely.length === 1) return likely[0];
  return byKnownType(likely, actual);
}

function isExactOrPreferred(declared: TypeName, actual: TypeName): boolean {
  if (declared === actual) return true;
  const record = typeRecord(declared);
  return record.preferred && record.category === typeRecord(actual).category;
}

function withMost(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
): readonly Candidate[] {
  const scores = candidates.map(score);
  const best = Math.max(...scores);
  return candidates.filter((_, i) => scores[i] === best);
}

interface Slot {
  readonly category: string;
  readonly preferred: boolean;
}

function byCategory(
  candidates: readonly Candidate[],
  actual: readonly TypeName[],
): readonly Candidate[] {
  const slots = actual.map((name, i) => (name === 'unknown' ? slotOf(candidates, i) : undefined));
  const isResolved = actual.every((name, i) => name !== 'unknown' || slots[i] !== undefined);
  if (!isResolved) return candidates;
  const kept = candidates.filter(({ args }) =>
    args.every((name, i) => {
      const slot = slots[i];
      if (slot === undefined) return true;
      const record = typeRecord(name);
      return record.category === slot.category && (record.preferred || !slot.preferred);
    }),
  );
  return kept.length === 0 ? candidates : kept;
}

/** The category that all candidates have at a place, or strings when any has; else undefined. */
function slotOf(candidates: readonly Candidate[], index: number): Slot | undefined {
  const records = candidates.map(({ args }) => typeRecord(args[index] ?? 'any'));
  const categories = new Set(records.map((record) => record.category));
  const [only] = categories;
  const category = categories.has('S') ? 'S' : only;
  if (category === undefined || (categories.size > 1 && category !== 'S')) return undefined;
  const preferred = records.some((record) => record.category === category && record.preferred);
  return { category, preferred };
}

/** Unknown literals are taken to be of the one type that the known arguments have. */
function byKnownType(
  candidates: readonly Candidate[],
  actual: readonly TypeName[],
): Candidate | undefined {
  const known = new Set(actual.filter((name) => name !== 'unknown'));
  const [type] = known;
  if (known.size !== 1 || type === undefined) return undefined;
  const assumed = actual.map(() => type);
  const possible = candidates.filter(({ args }) => accepts(args, assumed));
  return possible.length === 1 ? possible[0] : undefined;
}
