/** Names of more than 63 bytes: the parser cuts them, and the client is told of each (42622). */
import { piecesOf } from '../../sql/tokens.ts';
import type { ResultWriter } from '../session.ts';
import { makeNotice } from './statement-context.ts';

const nameBytesMax = 63;

/** Texts without such a run of characters have no such name: one has up to four bytes. */
const longRun = /[\w$]{64}|"[^"]{64}/;
const notAscii = /[^\0-\x7f]/;
const shortRun = /(?:[\w$]|[^\0-\x7f]){16}|"[^"]{16}/;

function mayHaveLongNames(sql: string): boolean {
  return longRun.test(sql) || (notAscii.test(sql) && shortRun.test(sql));
}

export function noticeLongNames(sql: string, out: Pick<ResultWriter, 'notice'>): void {
  if (!mayHaveLongNames(sql)) return;
  for (const { kind, text } of piecesOf(sql)) {
    const name = nameOf(kind, text);
    if (name === undefined || Buffer.byteLength(name) <= nameBytesMax) continue;
    const message = `identifier "${name}" will be truncated to "${cut(name)}"`;
    out.notice(makeNotice('NOTICE', '42622', message));
  }
}

function nameOf(kind: string, text: string): string | undefined {
  if (kind === 'word') return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (kind !== 'quotedIdentifier' || !text.startsWith('"')) return undefined;
  return text.slice(1, -1).replaceAll('""', '"');
}

/** Between characters. */
function cut(name: string): string {
  const bytes = Buffer.from(name, 'utf8');
  let end = nameBytesMax;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
