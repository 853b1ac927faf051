/**
 * What statements did, by user, database and text without literals: pg_stat_statements.
 *
 *     ended ─▶ by raw text ──fold, a few ms a second──▶ by template ──▶ rows, when they are asked for
 *
 * Making a template takes longer than some statements do. So a statement is counted under its raw text,
 * which costs one look-up, and texts become templates later: a little at a time, or when somebody reads.
 * Raw texts never leave this file. Whoever sends new texts faster than they are folded has some of them
 * not counted; `lost` says how many.
 */
import { fingerprintOf, normalizeSql } from '../../sql/fingerprint.ts';
import { lengthNs } from '../spans/time-owners.ts';
import type { QueryEnd, QueryNotes } from '../query-notes.ts';
import type { PhaseName } from '../query-trace.ts';

/** Count, sum, least, most, and the sum of squared differences from the mean. In milliseconds. */
export interface Spread {
  count: number;
  total: number;
  least: number;
  most: number;
  squares: number;
}

export interface StatementCounts {
  readonly user: string;
  readonly database: string;
  readonly plans: Spread;
  readonly calls: Spread;
  rows: number;
  /** Columns of segments found in memory and read from files, where nodes are counted. */
  cacheHits: number;
  reads: number;
  readMs: number;
  logBytes: number;
}

export interface StatementFact extends StatementCounts {
  /** The first 64 bits of the fingerprint, as an int8. */
  readonly queryId: bigint;
  readonly template: string;
}

const rawTextsMax = 2048;
/** A longer text is told apart by its beginning. */
const textCharsMax = 16_384;
const rawCharsMax = 4 * 1024 * 1024;
const foldIntervalMs = 100;
const foldMsMax = 2;
/** PostgreSQL's pg_stat_statements.max. */
const templatesMax = 5000;
/** Share that makes room when there are too many: those called least. */
const evictedShare = 0.05;

const running = new Set<PhaseName>(['execute_plan', 'execute_utility', 'dml.execute']);
/** Before a statement runs. */
const preparing = new Set<PhaseName>(['pgwire.receive', 'parse', 'bind', 'plan', 'queue.wait']);

export class StatementStatistics {
  /** By who asked, and raw text. */
  #raw = new Map<string, Map<string, StatementCounts>>();
  #rawCount = 0;
  #rawChars = 0;
  /** By who asked, and template. */
  readonly #folded = new Map<string, StatementCounts>();
  #timer: NodeJS.Timeout | undefined;
  #lost = 0;
  #sinceMs = Date.now();

  /** A statement that failed, or was prepared and not run, is not counted: PostgreSQL's rule. */
  count(notes: QueryNotes, end: QueryEnd): void {
    const { failure, phases, start } = notes;
    if (failure !== undefined || !phases.some(({ name }) => running.has(name))) return;
    const counts = this.#countsOf(start, start.sql);
    if (counts === undefined) this.#lost += 1;
    else countInto(counts, notes, end);
  }

  #countsOf(asker: Asker, sql: string): StatementCounts | undefined {
    const text = sql.length > textCharsMax ? sql.slice(0, textCharsMax) : sql;
    const { user, database } = asker;
    let ofUser = this.#raw.get(askerKey(asker));
    const known = ofUser?.get(text);
    if (known !== undefined) return known;
    const hasRoom = this.#rawCount < rawTextsMax && this.#rawChars + text.length <= rawCharsMax;
    if (!hasRoom) return undefined;
    if (ofUser === undefined) {
      ofUser = new Map();
      this.#raw.set(askerKey(asker), ofUser);
    }
    const counts = noCounts({ user, database });
    // A copy: a part of a long script would keep all of it.
    ofUser.set(Buffer.from(text).toString(), counts);
    this.#rawCount += 1;
    this.#rawChars += text.length;
    // Few texts that come again and again are cheapest as they are.
    if (this.#rawCount * 2 > rawTextsMax) this.#foldSoon();
    return counts;
  }

  #foldSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#fold(foldMsMax);
      if (this.#rawCount * 2 > rawTextsMax) this.#foldSoon();
    }, foldIntervalMs).unref();
  }

  #fold(mostMs: number): void {
    const began = performance.now();
    for (const [asker, ofUser] of this.#raw) {
      for (const [text, counts] of ofUser) {
        if (performance.now() - began > mostMs) return;
        ofUser.delete(text);
        this.#rawCount -= 1;
        this.#rawChars -= text.length;
        this.#keep(normalizeSql(text), counts);
      }
      this.#raw.delete(asker);
    }
  }

  #keep(template: string, counts: StatementCounts): void {
    const key = `${askerKey(counts)}\n${template}`;
    const known = this.#folded.get(key);
    if (known !== undefined) addCounts(known, counts);
    else {
      if (this.#folded.size >= templatesMax) this.#evict();
      this.#folded.set(key, counts);
    }
  }

  #evict(): void {
    const rarest = [...this.#folded]
      .toSorted(([, a], [, b]) => a.calls.count - b.calls.count)
      .slice(0, Math.ceil(templatesMax * evictedShare));
    for (const [key] of rarest) this.#folded.delete(key);
    this.#lost += rarest.length;
  }

  all(): readonly StatementFact[] {
    this.#fold(Number.POSITIVE_INFINITY);
    return [...this.#folded].map(([key, counts]) => {
      const template = key.slice(askerKey(counts).length + 1);
      return { ...counts, template, queryId: queryIdOf(template) };
    });
  }

  /** Statements whose counts were given up, and since when they are counted. */
  info(): { readonly lost: number; readonly sinceMs: number } {
    return { lost: this.#lost, sinceMs: this.#sinceMs };
  }

  /** Forgets what is wanted; everything when the test is absent. */
  reset(isWanted?: (fact: StatementFact) => boolean): void {
    if (isWanted !== undefined) {
      for (const fact of this.all()) {
        if (isWanted(fact)) this.#folded.delete(`${askerKey(fact)}\n${fact.template}`);
      }
      return;
    }
    this.#raw = new Map();
    this.#rawCount = 0;
    this.#rawChars = 0;
    this.#folded.clear();
    this.#lost = 0;
    this.#sinceMs = Date.now();
  }
}

/** As `query.fingerprint` of spans begins. */
export function queryIdOf(template: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${fingerprintOf(template).slice(0, 16)}`));
}

function noSpread(): Spread {
  return { count: 0, total: 0, least: 0, most: 0, squares: 0 };
}

type Asker = Pick<StatementCounts, 'user' | 'database'>;

function askerKey({ user, database }: Asker): string {
  return `${user}\n${database}`;
}

function noCounts({ user, database }: Asker): StatementCounts {
  return {
    user,
    database,
    plans: noSpread(),
    calls: noSpread(),
    rows: 0,
    cacheHits: 0,
    reads: 0,
    readMs: 0,
    logBytes: 0,
  };
}

function countInto(counts: StatementCounts, notes: QueryNotes, end: QueryEnd): void {
  let preparedNs = 0;
  for (const phase of notes.phases) {
    const { name, attributes } = phase;
    const ns = lengthNs(phase);
    if (preparing.has(name)) preparedNs += ns;
    if (name === 'plan') addOne(counts.plans, ns / 1e6);
    const bytes = attributes?.['wal.bytes'];
    if (typeof bytes === 'number') counts.logBytes += bytes;
  }
  const ns = Math.max(0, end.endNs - notes.start.startNs - preparedNs);
  addOne(counts.calls, ns / 1e6);
  counts.rows += end.rows;
  for (const { statistics } of notes.plans) {
    for (const { cacheHits, reads, ioNs } of statistics) {
      counts.cacheHits += cacheHits;
      counts.reads += reads;
      counts.readMs += ioNs / 1e6;
    }
  }
}

/** Welford's rule. */
function addOne(into: Spread, value: number): void {
  const before = into.count === 0 ? value : into.total / into.count;
  into.least = into.count === 0 ? value : Math.min(into.least, value);
  into.most = into.count === 0 ? value : Math.max(into.most, value);
  into.count += 1;
  into.total += value;
  into.squares += (value - before) * (value - into.total / into.count);
}

/** Chan's rule: the squared differences of two sets, taken together. */
function addSpread(into: Spread, other: Spread): void {
  if (other.count === 0) return;
  if (into.count === 0) {
    Object.assign(into, other);
    return;
  }
  const count = into.count + other.count;
  const apart = other.total / other.count - into.total / into.count;
  into.squares += other.squares + (apart ** 2 * into.count * other.count) / count;
  into.count = count;
  into.total += other.total;
  into.least = Math.min(into.least, other.least);
  into.most = Math.max(into.most, other.most);
}

function addCounts(into: StatementCounts, other: StatementCounts): void {
  addSpread(into.plans, other.plans);
  addSpread(into.calls, other.calls);
  into.rows += other.rows;
  into.cacheHits += other.cacheHits;
  into.reads += other.reads;
  into.readMs += other.readMs;
  into.logBytes += other.logBytes;
}
