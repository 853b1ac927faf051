/** The output settings that a query carries with it, as the codecs want them. */
import { defaultFormats, type FormatSettings } from '../types/format-settings.ts';
import type { QueryRequest } from './execution.ts';

export function formatSettings(evaluation: QueryRequest['evaluation']): FormatSettings {
  const { formats, timeZone, statementMicros, catalogFacts, catalog } = evaluation;
  const facts = new Map(
    Object.entries(catalogFacts).map(([name, answers]) => [name, new Map(Object.entries(answers))]),
  );
  return {
    dateStyle: formats['dateStyle'] ?? defaultFormats.dateStyle,
    intervalStyle: formats['intervalStyle'] ?? defaultFormats.intervalStyle,
    timeZone,
    byteaOutput: formats['byteaOutput'] ?? defaultFormats.byteaOutput,
    extraFloatDigits: Number(formats['extraFloatDigits'] ?? defaultFormats.extraFloatDigits),
    nowMicros: statementMicros,
    lookup: (fact, key) =>
      catalog === undefined ? facts.get(fact)?.get(key) : catalog.find(fact, key),
  };
}
