/**
 * Statements of the texts that a session sent lately: a dashboard sends the same ones again and
 * again, so their trees and plans are kept. Whether a plan still holds is the statement's business
 * (prepared.ts). The text used longest ago leaves first.
 */
import type { Prepared } from './prepared.ts';
import type { SqlSession } from '../sql-session.ts';

const textsMax = 64;
const textLengthMax = 8192;
/** Literals that mean another time whenever they are read. */
const momentWords = /'\s*(now|today|tomorrow|yesterday)\b/i;

/** Whether the same text means the same another time, and is short enough to be kept. */
export function isKeepable(text: string): boolean {
  return text.length <= textLengthMax && !momentWords.test(text);
}

export class KeptTexts {
  readonly #texts = new Map<string, readonly Prepared[]>();

  /** The statements of the text, when the plans of all still hold. */
  find(key: string, session: SqlSession): readonly Prepared[] | undefined {
    const found = this.#texts.get(key);
    if (found?.every((statement) => statement.holds(session)) !== true) return undefined;
    this.#texts.delete(key);
    this.#texts.set(key, found);
    return found;
  }

  /** Keeps statements of queries; others are seldom sent twice. */
  keep(key: string, statements: readonly Prepared[]): void {
    if (!isKeepable(key)) return;
    if (!statements.every((statement) => statement.isReusableQuery)) return;
    this.#texts.set(key, statements);
    if (this.#texts.size <= textsMax) return;
    for (const oldest of this.#texts.keys()) {
      this.#texts.delete(oldest);
      break;
    }
  }

  clear(): void {
    this.#texts.clear();
  }
}
