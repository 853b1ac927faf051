/** Statements without their literals: what spans and statistics may name. */
import { createHash } from 'node:crypto';
import { piecesOf } from './tokens.ts';

/**
 * The text with every literal as `?`, comments left out, spaces joined, words in lower case
 * (quoted identifiers stay): the same for statements that differ in values only.
 */
export function normalizeSql(text: string): string {
  const parts: string[] = [];
  for (const piece of piecesOf(text)) {
    const { kind } = piece;
    if (kind === 'literal') parts.push('?');
    else if (kind === 'space' || kind === 'blockComment' || kind === 'lineComment') parts.push(' ');
    else parts.push(kind === 'word' ? piece.text.toLowerCase() : piece.text);
  }
  return parts.join('').replace(/\s+/g, ' ').trim();
}

/** SHA-256 of a normalised text, 64 hexadecimal digits. */
export function fingerprintOf(normalized: string): string {
  return createHash('sha256').update(normalized).digest('hex');
}

/** The insides of block comments, trimmed: sqlcommenter puts `traceparent='…'` there. */
export function commentsOf(text: string): readonly string[] {
  if (!text.includes('/*')) return [];
  const comments: string[] = [];
  for (const piece of piecesOf(text)) {
    if (piece.kind === 'blockComment') {
      comments.push(piece.text.slice(2).replace(/\*\/$/, '').trim());
    }
  }
  return comments;
}
