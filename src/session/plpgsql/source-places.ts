/** Places of a function's source in the text that has it. */
import type { PlaceOf } from '../../sql/plpgsql/reader.ts';

/** None, where the source is not written as it is, or within quotes that it doubles. */
export function sourcePlaces(source: string, text: string): PlaceOf {
  const plain = text.indexOf(source);
  const quoted = text.indexOf(doubled(source));
  if (plain < 0 && quoted < 0) return () => undefined;
  return (offset) => {
    const within = source.slice(0, offset);
    const before =
      plain < 0 ? text.slice(0, quoted) + doubled(within) : text.slice(0, plain + offset);
    return [...before].length + 1;
  };
}

function doubled(text: string): string {
  return text.replaceAll("'", "''");
}
