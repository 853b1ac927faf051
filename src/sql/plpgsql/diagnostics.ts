/** GET [STACKED] DIAGNOSTICS. */
import type { PlReader } from './reader.ts';
import { readOneTarget } from './targets.ts';
import { diagnosticItems, type PlDiagnostic, type PlStatement } from './tree.ts';

export function readDiagnostics(reader: PlReader, line: number): PlStatement {
  reader.expect('get');
  const isStacked = reader.accept('stacked');
  if (!isStacked) reader.accept('current');
  reader.expect('diagnostics');
  const items: PlDiagnostic[] = [];
  do {
    const target = readOneTarget(reader);
    if (!reader.accept('=') && !reader.accept(':=')) throw reader.failAt('syntax error');
    items.push({ target, item: readItem(reader, isStacked) });
  } while (reader.accept(','));
  reader.expect(';');
  return { kind: 'diagnostics', line, isStacked, items };
}

/** Errors: 42601. */
function readItem(reader: PlReader, isStacked: boolean): string {
  const token = reader.next();
  const name = token.name.toUpperCase();
  const { current, stacked } = diagnosticItems;
  const [allowed, others]: readonly (readonly string[])[] = isStacked
    ? [stacked, current]
    : [current, stacked];
  if (allowed?.includes(name) === true) return name;
  if (others?.includes(name) !== true) {
    throw reader.failAt('unrecognized GET DIAGNOSTICS item', token);
  }
  const kind = isStacked ? 'STACKED' : 'CURRENT';
  const message = `diagnostics item ${name} is not allowed in GET ${kind} DIAGNOSTICS`;
  throw reader.error('syntax_error', message, token.offset);
}
