/**
 * SQL values as JSON text (json.c's datum_to_json): numbers and booleans bare, dates and times in
 * ISO 8601, arrays and rows as arrays and objects, everything else as its text in quotes.
 */
import type { Datum, RecordValue, SqlArray } from '../../types/datum.ts';
import { quoteJson } from '../../types/json-value.ts';
import { formatText } from '../../types/type-text.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import { typeRecord } from '../../types/type-table.ts';
import type { ArgumentType } from '../function-record.ts';
import { isRecordName } from '../../types/user-type.ts';

/** How containers are laid out; the default has no spaces, as row_to_json and array_to_json. */
export interface JsonLayout {
  /** Between elements of the outermost container: `,` and a line feed when pretty. */
  readonly separator: string;
}

const compact: JsonLayout = { separator: ',' };
export const prettyLayout: JsonLayout = { separator: ',\n ' };

const numbers: ReadonlySet<string> = new Set([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
]);
const moments: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);

/** Valid text of type json; for jsonb it is normalised by the caller. */
export function toJson(
  type: ArgumentType,
  value: Datum | null,
  formats: FormatSettings,
  layout: JsonLayout = compact,
): string {
  const { name } = type;
  if (value === null) return 'null';
  if (name === 'bool') return String(value);
  if (name === 'json' || name === 'jsonb') return value as string;
  if (isRecordName(name)) return rowToJson(type, value as RecordValue, formats, layout);
  if (typeRecord(name).element !== undefined)
    return arrayToJson(value as SqlArray, formats, layout);
  const text = scalarText(type, value, formats);
  return numbers.has(name) && /^-?\d/.test(text) ? text : quoteJson(text);
}

/** A scalar as the text of a string or of a key. */
export function scalarText(type: ArgumentType, value: Datum, formats: FormatSettings): string {
  const { name } = type;
  if (name === 'bool') return String(value);
  if (!moments.has(name)) return formatText(type, value, formats);
  return isoText(formatText(type, value, isoFormats(formats)), name);
}

const isoKnown = new WeakMap<FormatSettings, FormatSettings>();

function isoFormats(formats: FormatSettings): FormatSettings {
  if (formats.dateStyle.startsWith('ISO')) return formats;
  const known = isoKnown.get(formats) ?? { ...formats, dateStyle: 'ISO, MDY' };
  isoKnown.set(formats, known);
  return known;
}

/** `2025-06-01 01:02:03+00` as `2025-06-01T01:02:03+00:00`. */
function isoText(text: string, name: string): string {
  if (!/^\d/.test(text) || name === 'date') return text;
  const withT = text.replace(' ', 'T');
  return name === 'timestamptz' ? withT.replace(/([+-]\d\d)( BC)?$/, '$1:00$2') : withT;
}

/** Rows become objects; fields keep the names that the query gives them. */
export function rowToJson(
  type: ArgumentType,
  { fields }: RecordValue,
  formats: FormatSettings,
  layout: JsonLayout = compact,
): string {
  const members = fields.map((field, index) => {
    const known = type.fields?.[index];
    const fieldType = known?.type ?? { name: field.type, typmod: -1 };
    const name = known?.name ?? field.name ?? `f${index + 1}`;
    return `${quoteJson(name)}:${toJson(fieldType, field.value, formats)}`;
  });
  return `{${members.join(layout.separator)}}`;
}

export function arrayToJson(
  { element, dimensions, values }: SqlArray,
  formats: FormatSettings,
  layout: JsonLayout = compact,
): string {
  let next = 0;
  const level = (depth: number): string => {
    const isLast = depth === dimensions.length - 1;
    const items = Array.from({ length: dimensions[depth]?.length ?? 0 }, () =>
      isLast
        ? toJson({ name: element, typmod: -1 }, values[next++] ?? null, formats)
        : level(depth + 1),
    );
    return `[${items.join(depth === 0 ? layout.separator : ',')}]`;
  };
  return dimensions.length === 0 ? '[]' : level(0);
}
