/** Where rows come from: a query, or EXECUTE of a text; and USING. */
import type { PlReader } from './reader.ts';
import type { PlQuery, PlText } from './tree.ts';

/** Up to `end`: LOOP or a semicolon. */
export function readRows(reader: PlReader, end: 'loop' | ';'): PlQuery {
  if (!reader.accept('execute')) {
    const expected = end.toUpperCase();
    const query = reader.sql({ until: [end], expected, isStatement: true, check: 'statement' });
    return { kind: 'query', query };
  }
  const text = reader.expression(end, 'using');
  return { kind: 'execute', text, using: readUsing(reader, end) };
}

/** USING a, b, … */
export function readUsing(reader: PlReader, ...ends: readonly string[]): readonly PlText[] {
  if (!reader.accept('using')) return [];
  const values = [reader.expression(...ends, ',')];
  while (reader.accept(',')) values.push(reader.expression(...ends, ','));
  return values;
}
