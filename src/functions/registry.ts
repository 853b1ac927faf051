/**
 * All SQL functions, by name, by operator and by functionId.
 *
 * A functionId is `name(type,type)`: an operator's symbol stands for its name, and a cast, whose
 * overload has one argument, is `cast(from,to)`. Aliases have ids of their own. Of two
 * overloads with the same id the first family's counts (emitted code before JavaScript).
 */
import { must } from '../errors/assert.ts';
import type { FunctionRecord, Overload, ScalarOverload } from './function-record.ts';
import { aggregates } from './aggregates/all.ts';
import { arrayFunctions } from './array/all.ts';
import { bitFunctions } from './bit/all.ts';
import { castFunctions } from './casts/all.ts';
import { dateFunctions } from './date/all.ts';
import { loweredTimes } from './date/lowered-times.ts';
import { enumFunctions } from './enum/all.ts';
import { moneyFunctions } from './money/all.ts';
import { pointFunctions } from './point/all.ts';
import { networkFunctions } from './network/all.ts';
import { rangeFunctions } from './range/all.ts';
import { textSearchFunctions } from './text-search/all.ts';
import { jsonFunctions } from './json/all.ts';
import { mathFunctions } from './math/all.ts';
import { operators } from './operators/all.ts';
import { setFunctions } from './sets/all.ts';
import { subscripts } from './subscripts/all.ts';
import { systemFunctions } from './system/all.ts';
import { textFunctions } from './text/all.ts';
import { takingArray } from './variadic-array.ts';
import { windowFunctions } from './window/all.ts';

export interface FoundFunction {
  readonly record: FunctionRecord;
  readonly overload: Overload;
  readonly functionId: string;
}

const families: readonly (readonly FunctionRecord[])[] = [
  aggregates,
  operators,
  castFunctions,
  dateFunctions,
  subscripts,
  textFunctions,
  bitFunctions,
  mathFunctions,
  jsonFunctions,
  arrayFunctions,
  enumFunctions,
  rangeFunctions,
  networkFunctions,
  textSearchFunctions,
  moneyFunctions,
  pointFunctions,
  setFunctions,
  windowFunctions,
  systemFunctions,
];

const records: readonly FunctionRecord[] = families.flat();
const byName = new Map<string, FoundFunction[]>();
const bySymbol = new Map<string, FoundFunction[]>();
const byId = new Map<string, FoundFunction>();
/** Variadic functions, each taking an array. */
const byArray = new Map<string, FoundFunction[]>();

for (const record of records) {
  for (const name of [record.name, ...(record.aliases ?? [])]) addAll(byName, name, record);
  if (record.operator !== undefined) addAll(bySymbol, record.operator, record);
}
for (const record of loweredTimes) addAll(new Map(), record.name, record);

function addAll(map: Map<string, FoundFunction[]>, name: string, record: FunctionRecord): void {
  const list = map.get(name) ?? [];
  map.set(name, list);
  for (const overload of record.overloads) {
    const functionId = functionIdOf(name, overload);
    const found = { record, overload, functionId };
    const known = byId.get(functionId);
    const isSame = known === undefined || known.overload === overload;
    if (known === undefined) byId.set(functionId, found);
    if (isSame) list.push(known ?? found);
    const isVariadic = overload.kind === 'scalar' && overload.variadic === true;
    if (isSame && isVariadic) addTakingArray(name, record, overload);
  }
}

function addTakingArray(name: string, record: FunctionRecord, overload: ScalarOverload): void {
  const list = byArray.get(name) ?? [];
  byArray.set(name, list);
  const twin = takingArray(name, overload);
  const found = { record, overload: twin, functionId: `${name}(VARIADIC ${twin.args.join()})` };
  byId.set(found.functionId, found);
  list.push(found);
}

/** `name(type,type)`; for casts `cast(from,to)`. */
export function functionIdOf(name: string, overload: Overload): string {
  if (name === 'cast' && overload.kind === 'scalar') {
    return `cast(${must(overload.args[0], 'source type of a cast')},${overload.returns})`;
  }
  return `${name}(${overload.args.join()})`;
}

/** Overloads of the function called `name` (lower case, without schema). */
export function findFunctions(name: string): readonly FoundFunction[] {
  return byName.get(name) ?? [];
}

/** Variadic overloads of the function, with an array in place of what repeats. */
export function findTakingArray(name: string): readonly FoundFunction[] {
  return byArray.get(name) ?? [];
}

/** Overloads behind an operator's symbol; prefix operators have one argument. */
export function operatorOverloads(symbol: string): readonly FoundFunction[] {
  return bySymbol.get(symbol) ?? [];
}

export function findById(functionId: string): FoundFunction | undefined {
  return byId.get(functionId);
}

export function overloadById(functionId: string): Overload {
  return must(byId.get(functionId), `function ${functionId}`).overload;
}

const systemRecords: ReadonlySet<FunctionRecord> = new Set(systemFunctions);

/** Whether a call may ask what the session is: functions of the system and volatile ones may. */
export function mayReadSession(functionId: string): boolean {
  const found = byId.get(functionId);
  if (found === undefined) return true;
  const { record, overload } = found;
  const isVolatile = 'volatility' in overload && overload.volatility === 'volatile';
  return isVolatile || systemRecords.has(record);
}

export function allFunctions(): readonly FunctionRecord[] {
  return records;
}
