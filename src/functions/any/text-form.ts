/** A value of any type as its text. */
import { withoutBlanks } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import { formatText } from '../../types/type-text.ts';
import { formatsOf } from '../casts/cast-record.ts';
import type { ArgumentType, EvaluationContext } from '../function-record.ts';

/** What the type's output function prints. */
export function textForm(
  context: EvaluationContext,
  type: ArgumentType | undefined,
  value: Datum,
): string {
  if (type === undefined || type.name === 'text') return value as string;
  return formatText(type, value, formatsOf(context));
}

/** What a cast to text gives: booleans in full, character(n) without its padding. */
export function castForm(
  context: EvaluationContext,
  type: ArgumentType | undefined,
  value: Datum,
): string {
  if (type?.name === 'bool') return String(value);
  const text = textForm(context, type, value);
  return type?.name === 'bpchar' ? withoutBlanks(text) : text;
}

type Values = readonly (Datum | null)[];

/** Texts of the values; NULL stays NULL. */
export function maybeTexts(
  context: EvaluationContext,
  values: Values,
  types: readonly ArgumentType[],
): (string | null)[] {
  return values.map((value, index) =>
    value === null ? null : textForm(context, types[index], value),
  );
}

/** Texts of the values that are not NULL. */
export function textsOf(
  context: EvaluationContext,
  values: Values,
  types: readonly ArgumentType[],
): string[] {
  return maybeTexts(context, values, types).filter((text) => text !== null);
}
