/**
 * The cast between two types: pg_cast's table, then arrays element by element, then text.
 *
 * Every type becomes text through its output function (by assignment) and comes from text through
 * its input function (explicitly). A type to itself sets a length or precision.
 */
import type { Datum, SqlArray } from '../../types/datum.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { allTypes, typeRecord } from '../../types/type-table.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import { functionTypeName } from '../../types/user-type.ts';
import { applyTypmod } from '../../types/typmod.ts';
import { formatsOf, type CastRecord, type Convert } from './cast-record.ts';
import { datetimeCasts } from './datetime-casts.ts';
import { numberCasts } from './number-casts.ts';
import { rangeCasts } from './range-casts.ts';
import { textCasts } from './text-casts.ts';

/** Types that take a modifier, which a cast to the same type sets. */
export const lengthTypes: readonly TypeName[] = [
  'varchar',
  'bpchar',
  'numeric',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'interval',
  'bit',
  'varbit',
];

const listed = new Map<string, CastRecord>();
for (const record of [...numberCasts, ...textCasts, ...datetimeCasts, ...rangeCasts]) {
  listed.set(`${record.from} ${record.to}`, withTypmod(record));
}
for (const name of lengthTypes) {
  const convert: Convert = (_, value) => value;
  listed.set(`${name} ${name}`, withTypmod({ from: name, to: name, context: 'implicit', convert }));
}

function withTypmod(record: CastRecord): CastRecord {
  if (!lengthTypes.includes(record.to)) return record;
  return {
    ...record,
    convert: (context, value, target) =>
      applyTypmod(target, record.convert(context, value, target), true),
  };
}

/** The id of the function that casts: one for all enumerated types, told the two types. */
export function castId(from: TypeName, to: TypeName): string {
  return `cast(${functionTypeName(from)},${functionTypeName(to)})`;
}

/** The casts that are listed one by one, as pg_cast does. */
export function listedCasts(): readonly CastRecord[] {
  return [...listed.values()];
}

export function findCast(from: TypeName, to: TypeName): CastRecord | undefined {
  const found = listed.get(`${from} ${to}`);
  if (found !== undefined) return found;
  const [fromElement, toElement] = [typeRecord(from).element, typeRecord(to).element];
  if (fromElement !== undefined && toElement !== undefined && to.startsWith('_')) {
    return arrayCast(from, to);
  }
  return textCast(from, to);
}

function arrayCast(from: TypeName, to: TypeName): CastRecord | undefined {
  const [fromElement, toElement] = [typeRecord(from).element, typeRecord(to).element];
  if (fromElement === undefined || toElement === undefined) return undefined;
  const isSame = fromElement === toElement;
  const element = isSame
    ? listed.get(`${fromElement} ${toElement}`)
    : findCast(fromElement, toElement);
  if (element === undefined && !isSame) return undefined;
  return {
    from,
    to,
    context: element?.context ?? 'implicit',
    ...(element?.stable === true ? { stable: true as const } : {}),
    convert: (context, value, target) => {
      const array = value as SqlArray;
      const type: SqlType = { name: toElement, typmod: target.typmod };
      const values = array.values.map((item) =>
        item === null || element === undefined ? item : element.convert(context, item, type),
      );
      return { element: toElement, dimensions: array.dimensions, values };
    },
  };
}

function isText(name: TypeName): boolean {
  return typeRecord(name).category === 'S';
}

function isPseudo(name: TypeName): boolean {
  return typeRecord(name).category === 'P' && name !== 'record' && name !== 'void';
}

/** Types whose text no setting changes. */
const settled: ReadonlySet<TypeName> = new Set([
  ...(['bool', 'int2', 'int4', 'int8', 'numeric', 'oid', 'uuid', 'json', 'jsonb'] as const),
  ...(['inet', 'cidr', 'macaddr', 'bit', 'varbit', 'char'] as const),
]);

function stabilityOf(type: TypeName): { readonly stable?: true } {
  return settled.has(type) || isText(type) ? {} : { stable: true };
}

/** Through the output or the input function. */
function textCast(from: TypeName, to: TypeName): CastRecord | undefined {
  if (from === to || isPseudo(from) || isPseudo(to)) return undefined;
  if (isText(to)) {
    const convert: Convert = (context, value, target) =>
      inputText(target, formatText({ name: from, typmod: -1 }, value, formatsOf(context)));
    return { from, to, context: 'assignment', ...stabilityOf(from), convert };
  }
  if (!isText(from) && from !== 'unknown') return undefined;
  const convert: Convert = (context, value, target) => {
    const input = target.name === 'interval' ? target : { name: to, typmod: -1 };
    const parsed = parseText(input, value as string, formatsOf(context));
    return target.typmod < 0 ? parsed : applyTypmod(target, parsed, true);
  };
  return { from, to, context: 'explicit', ...stabilityOf(to), convert };
}

function inputText(target: SqlType, text: string): Datum {
  return applyTypmod(target, parseText({ name: target.name, typmod: -1 }, text), true);
}

/** Every cast there is between two types, those of arrays and through text included. */
export function allCasts(): readonly CastRecord[] {
  const names = allTypes()
    .map((record) => record.name)
    .filter((name) => !isPseudo(name));
  const found: CastRecord[] = [];
  for (const from of names) {
    for (const to of names) {
      const record = findCast(from, to);
      if (record !== undefined) found.push(record);
    }
  }
  return found;
}
