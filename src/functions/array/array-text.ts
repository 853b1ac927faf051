/** Texts to arrays and back: string_to_array, array_to_string. */
import { arrayOf } from '../../types/array-codec.ts';
import type { SqlArray } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import { formatText } from '../../types/type-text.ts';

type MaybeText = string | null;

/** Pieces between separators: NULL separates every character, '' nothing. */
export function splitText(
  text: string,
  separator: MaybeText,
  nullText: MaybeText = null,
): MaybeText[] {
  if (text === '') return [];
  const pieces = separator === null ? [...text] : separator === '' ? [text] : text.split(separator);
  return pieces.map((piece) => (piece === nullText ? null : piece));
}

export function stringToArray(
  text: MaybeText,
  separator: MaybeText,
  nullText: MaybeText = null,
): SqlArray | null {
  return text === null ? null : arrayOf('text', splitText(text, separator, nullText));
}

/** Elements of all dimensions in order; NULLs are left out or shown as `nullText`. */
export function arrayToString(
  { element, values }: SqlArray,
  separator: string,
  nullText: MaybeText,
  formats: FormatSettings,
): string {
  const texts = values.map((value) =>
    value === null ? nullText : formatText({ name: element, typmod: -1 }, value, formats),
  );
  return texts.filter((text) => text !== null).join(separator);
}
