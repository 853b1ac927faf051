/** Names of more than 63 bytes: the parser cuts them, and the client is told of each (42622). */
import { piecesOf } from '../../sql/tokens.ts';
import type { ResultWriter } from '../session.ts';
import { makeNotice } from './statement-context.ts';

const nameBytesMax = 63;

const quotedRun = /"[^"]{16}/;

/** Texts without so long a run of characters of names have no such name. */
function mayHaveLongNames(sql: string): boolean {
  let runBytes = 0;
  for (let index = 0; index < sql.length; index += 1) {
    const code = sql.charCodeAt(index);
    if (code > 0x7f) runBytes += 4;
    else if (wordCharacters[code] === 1) runBytes += 1;
    else runBytes = 0;
    if (runBytes > nameBytesMax) return true;
  }
  return sql.includes('"') && quotedRun.test(sql);
}

/** By code: 1 for letters, digits, `_` and `$`. */
const wordCharacters = Uint8Array.from({ length: 0x80 }, (_, code) =>
  /[\w$]/.test(String.fromCharCode(code)) ? 1 : 0,
);

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
