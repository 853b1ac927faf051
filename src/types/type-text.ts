/**
 * Text input and output of every type, as PostgreSQL's in and out functions.
 *
 * `parseText` honours the typmod as COPY does: what is too long for varchar(n) is 22001. A cast
 * of a literal parses with typmod -1 and then cuts with `applyTypmod(…, true)`; only intervals
 * need their typmod at input, because it gives a bare number its unit.
 */
import { SqlError } from '../errors/sql-error.ts';
import { formatArrayText, parseArrayText, parseVector } from './array-codec.ts';
import { codecFor } from './codec-table.ts';
import type { Datum, MultirangeValue, RangeValue, RecordValue, SqlArray } from './datum.ts';
import { defaultFormats, type FormatSettings } from './format-settings.ts';
import { parseInterval } from './interval-parse.ts';
import { formatMultirange, formatRange, parseMultirange, parseRange } from './ranges/range-text.ts';
import { findSubtype, isMultirange, isRange } from './ranges/range-types.ts';
import { formatRecord, parseRecord } from './record-codec.ts';
import type { ElementTypeName, SqlType, TypeName } from './sql-type.ts';
import { typeRecord } from './type-table.ts';
import { isCompositeName } from './user-type.ts';
import { intervalTypmodParts } from './type-name.ts';
import { applyTypmod } from './typmod.ts';

/** The element's type when the type is a true array (not int2vector). */
export function arrayElement(name: TypeName): ElementTypeName | undefined {
  return name.startsWith('_') ? (name.slice(1) as ElementTypeName) : undefined;
}

/** Errors: the type's 22P02, 22003, 22007, 22008 …; 22001 and 22003 from the typmod. */
export function parseText(
  type: SqlType,
  text: string,
  formats: FormatSettings = defaultFormats,
): Datum {
  const element = arrayElement(type.name);
  if (element !== undefined) {
    const elementType: SqlType = { name: element, typmod: type.typmod };
    return parseArrayText(text, element, (item) => parseText(elementType, item, formats));
  }
  const value = parseScalar(type, text, formats);
  return type.typmod < 0 ? value : applyTypmod(type, value, false);
}

const anonymous = 'input of anonymous composite types is not implemented';

function parseScalar(type: SqlType, text: string, formats: FormatSettings): Datum {
  const name = type.name as ElementTypeName;
  if (name === 'int2vector' || name === 'oidvector') {
    const element = typeRecord(name).element ?? 'int2';
    return parseVector(text, element, (item) => parseText({ name: element, typmod: -1 }, item));
  }
  if (name === 'record') throw new SqlError('feature_not_supported', anonymous);
  if (isCompositeName(name)) {
    return parseRecord(name, text, (field, item) => parseText(field, item, formats));
  }
  if (name === 'interval' && type.typmod >= 0) {
    const { range } = intervalTypmodParts(type.typmod);
    return parseInterval(text, range, formats.intervalStyle === 'sql_standard');
  }
  const bound = (item: string): Datum => {
    return parseText({ name: findSubtype(name) ?? name, typmod: -1 }, item, formats);
  };
  if (isRange(name)) return parseRange(name, text, bound);
  if (isMultirange(name)) return parseMultirange(name, text, bound);
  return codecFor(name).parse(text, formats);
}

export function formatText(
  type: SqlType,
  value: Datum,
  formats: FormatSettings = defaultFormats,
): string {
  const name = type.name as ElementTypeName;
  const element = arrayElement(type.name);
  if (element !== undefined || name === 'anyarray') {
    const array = value as SqlArray;
    const elementType: SqlType = { name: element ?? array.element, typmod: type.typmod };
    return formatArrayText(array, (item) => formatText(elementType, item, formats));
  }
  if (name === 'int2vector' || name === 'oidvector') {
    return (value as SqlArray).values.join(' ');
  }
  if (name === 'record' || isCompositeName(name)) {
    return formatRecord(value as RecordValue, (field, item) =>
      formatText({ name: field, typmod: -1 }, item, formats),
    );
  }
  const bound = (item: Datum): string => {
    return formatText({ name: findSubtype(name) ?? name, typmod: -1 }, item, formats);
  };
  if (isRange(name)) return formatRange(value as RangeValue, bound);
  if (isMultirange(name)) return formatMultirange(value as MultirangeValue, bound);
  return codecFor(name).format(value, formats);
}
