/** What types PostgreSQL's operators and functions take: where one fits, nothing is cast. */
import { operatorFacts } from '../../catalog/system/facts/operators.ts';
import { procFacts } from '../../catalog/system/facts/procs.ts';
import { once, recordsOf } from '../../catalog/system/static-records.ts';
import { operatorOverloads } from '../../functions/registry.ts';
import { isMultirange, isRange } from '../../types/ranges/range-types.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { findTypeByName } from '../../types/type-table.ts';
import { candidatesOf, chooseCandidate } from '../binder/calls/candidates.ts';

const known = once(
  () =>
    new Set(
      recordsOf(operatorFacts).map(([symbol, , left, right]) => `${symbol} ${left} ${right}`),
    ),
);

const anyArray = 2277;
const anyElement = 2283;
const anyNonArray = 2776;
const anyCompatible = 5077;
const anyCompatibleArray = 5078;
const anyEnum = 3500;
const anyRange = 3831;
const anyMultirange = 4537;

function kinOf(name: TypeName): readonly number[] {
  const record = findTypeByName(name);
  if (record === undefined) return [];
  if (record.category === 'E') return [anyEnum, anyElement, anyNonArray, anyCompatible];
  if (isRange(name)) return [record.oid, anyRange, anyElement, anyNonArray];
  if (isMultirange(name)) return [record.oid, anyMultirange, anyElement, anyNonArray];
  // Texts of any kind become text before they are any element.
  if (record.category === 'S') return [record.oid];
  const polymorphic =
    record.category === 'A'
      ? [anyArray, anyCompatibleArray]
      : [anyElement, anyNonArray, anyCompatible];
  return [record.oid, ...polymorphic];
}

/** Whether PostgreSQL has the operator for the types as they are. */
export function isOperator(symbol: string, left: TypeName | undefined, right: TypeName): boolean {
  const lefts = left === undefined ? [0] : kinOf(left);
  const rights = kinOf(right);
  return lefts.some((one) => rights.some((other) => known().has(`${symbol} ${one} ${other}`)));
}

/** What the operands of an operator become. */
export function operandsOf(
  symbol: string,
  types: readonly [left: TypeName, right: TypeName],
): readonly TypeName[] {
  const choice = chooseCandidate(candidatesOf(operatorOverloads(symbol), 2), types);
  return typeof choice === 'string' ? types : choice.args;
}

const any = '2276';

/** Where in the argument list it begins, by name. */
const anyTakers = once(() => {
  const places = recordsOf(procFacts).map(
    ([name = '', , , args = '']) => [name, args.split(',').indexOf(any)] as const,
  );
  return new Map(places.filter(([, place]) => place >= 0));
});

/** Whether the function takes a value of any type there: a literal stays without one. */
export function takesAny(name: string, position: number): boolean {
  const first = anyTakers().get(name);
  return first !== undefined && position >= first;
}
