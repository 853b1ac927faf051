/**
 * Statements of the texts that a session sent lately: a dashboard sends the same ones again and
 * again, so their trees and plans are kept. Whether a plan still holds is the statement's business
 * (prepared.ts). The text used longest ago leaves first.
 */
import type { Prepared } from './prepared.ts';
import type { SqlSession } from '../sql-session.ts';
import { RecentTexts } from './recent-texts.ts';

const limits = { countMax: 64, lengthMax: 262_144 };
/** What drivers ask of the catalog has up to 24,000 characters. */
const textLengthMax = 32_768;
/** Literals that mean another time whenever they are read. */
const momentWords = /'\s*(now|today|tomorrow|yesterday)\b/i;

/** Whether the same text means the same another time, and is short enough to be kept. */
export function isKeepable(text: string): boolean {
  return text.length <= textLengthMax && !momentWords.test(text);
}

export class KeptTexts {
  readonly #texts = new RecentTexts<readonly Prepared[]>(limits);

  /** The statements of the text, when the plans of all still hold. */
  find(key: string, session: SqlSession): readonly Prepared[] | undefined {
    const found = this.#texts.find(key);
    return found?.every((statement) => statement.holds(session)) === true ? found : undefined;
  }

  /** Keeps statements of queries; others are seldom sent twice. */
  keep(key: string, statements: readonly Prepared[]): void {
    if (!isKeepable(key)) return;
    if (statements.every((statement) => statement.isReusableQuery))
      this.#texts.keep(key, statements);
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** Statements of a text that was sent before; undefined where spans tell how they are planned. */
export function keptStatements(session: SqlSession, key: string): readonly Prepared[] | undefined {
  const { tracer } = session.environment;
  if (tracer.wantsRules(session.settings.get('log.filter'))) return undefined;
  return session.texts.find(key, session);
}
