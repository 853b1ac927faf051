/** A cast: from one type's values to another's, and how freely PostgreSQL applies it. */
import type { EvaluationContext } from '../function-record.ts';
import type { Datum } from '../../types/datum.ts';
import { defaultFormats, type FormatSettings } from '../../types/format-settings.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';

export type CastContext = 'implicit' | 'assignment' | 'explicit';

/** `target` carries the typmod, which `convert` applies as an explicit cast does. */
export type Convert = (context: EvaluationContext, value: Datum, target: SqlType) => Datum;

export interface CastRecord {
  readonly from: TypeName;
  readonly to: TypeName;
  readonly context: CastContext;
  readonly convert: Convert;
  /** The answer depends on the session: TimeZone, DateStyle, the clock. */
  readonly stable?: true;
}

const known = new WeakMap<object, FormatSettings>();

/** The context's settings as the codecs want them. */
export function formatsOf(context: EvaluationContext): FormatSettings {
  const found = known.get(context);
  if (found !== undefined) return found;
  const { formats, timeZone, transactionMicros, catalog } = context;
  const settings: FormatSettings = {
    dateStyle: formats['dateStyle'] ?? defaultFormats.dateStyle,
    intervalStyle: formats['intervalStyle'] ?? defaultFormats.intervalStyle,
    timeZone,
    byteaOutput: formats['byteaOutput'] ?? defaultFormats.byteaOutput,
    extraFloatDigits: Number(formats['extraFloatDigits'] ?? defaultFormats.extraFloatDigits),
    nowMicros: transactionMicros,
    lookup: (fact, key) => catalog.find(fact, key),
  };
  known.set(context, settings);
  return settings;
}

type ConvertFrom<T> = (value: T, context: EvaluationContext, target: SqlType) => Datum;

/** Records of one source type; the value's form is what datum.ts says of that type. */
export function castsFrom<T extends Datum>(
  from: TypeName,
  context: CastContext,
  targets: Readonly<Partial<Record<TypeName, ConvertFrom<T>>>>,
): readonly CastRecord[] {
  const listed = Object.entries(targets) as [TypeName, ConvertFrom<T>][];
  return listed.map(([to, convert]) => ({
    from,
    to,
    context,
    convert: (evaluation, value, target) => convert(value as T, evaluation, target),
  }));
}
