/** The output settings that a query carries with it, as the codecs want them. */
import { defaultFormats, type FormatSettings } from '../types/format-settings.ts';
import { catalogOf } from './catalog-of.ts';
import type { QueryRequest } from './execution.ts';

export function formatSettings(evaluation: QueryRequest['evaluation']): FormatSettings {
  const { formats, timeZone, statementMicros } = evaluation;
  return {
    dateStyle: formats['dateStyle'] ?? defaultFormats.dateStyle,
    intervalStyle: formats['intervalStyle'] ?? defaultFormats.intervalStyle,
    timeZone,
    byteaOutput: formats['byteaOutput'] ?? defaultFormats.byteaOutput,
    extraFloatDigits: Number(formats['extraFloatDigits'] ?? defaultFormats.extraFloatDigits),
    nowMicros: statementMicros,
    lookup: (fact, key) => catalogOf(evaluation).find(fact, key),
  };
}
