/**
 * Large objects: made, dropped, read and written by bytes, as PostgreSQL's inv_api.c does it. Holes
 * read as zeros; an object ends with its last page.
 */
import { pageBytes, type LargeObjectRecord } from '../../catalog/large-object-records.ts';
import type { AccessObject } from '../../catalog/access-rights.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import { mustOwn } from '../roles/session-roles.ts';
import type { SqlSession } from '../sql-session.ts';
import { lockRecord } from '../transaction/locks.ts';
import { noteWrite, wasWrittenSince } from '../write/write-moments.ts';
import {
  dropPages,
  insertPages,
  lastPage,
  makePages,
  readPages,
  takePages,
  type Page,
  type Seen,
} from './pages.ts';

/** PostgreSQL's MAX_LARGE_OBJECT_SIZE. */
export const objectBytesMax = (2 ** 31 - 1) * pageBytes;
/** What one call reads. */
const readBytesMax = 256 * 1024 * 1024;
/** Pages that are read or written in one step. */
const stepPages = 512;

const lastNumber = 2 ** 31 - 1;

export function missingObject(oid: number): SqlError {
  return new SqlError('undefined_object', `large object ${oid} does not exist`);
}

/** undefined: there is none of this OID. */
export function findObject(
  { environment, transaction }: SqlSession,
  oid: number,
): LargeObjectRecord | undefined {
  const name = { kind: 'largeobject', key: String(oid) } as const;
  const record = environment.store.findRecord(name, transaction.storeTransaction);
  return record?.kind === 'largeobject' ? record : undefined;
}

/** Errors: 42704. */
export function objectNamed(session: SqlSession, oid: number): LargeObjectRecord {
  const record = findObject(session, oid);
  if (record === undefined) throw missingObject(oid);
  return record;
}

/** Where the moments of an object's writes are among those of tables, and that of its making. */
const writtenKey = (oid: number): number => -1 - oid;
const madeKey = (oid: number): number => -(2 ** 33) - oid;

/**
 * Whoever only reads sees what the statement sees, or the transaction: not what has been done since.
 * Errors: 42704, 0A000 for an object that the statement itself changes, 40001.
 */
export function requireSeen(session: SqlSession, oid: number, since: number): void {
  const { storeTransaction } = session.transaction;
  if (wasWrittenSince(session, madeKey(oid), since)) throw missingObject(oid);
  if (wasWrittenSince(session, writtenKey(oid), since)) {
    throw unsupported('reading a large object that the same statement changes');
  }
  if (storeTransaction?.seesOlder({ kind: 'largeobject', key: String(oid) }) !== true) return;
  const message = 'could not serialize access due to concurrent change of a large object';
  throw new SqlError('serialization_failure', message);
}

export function accessOf({ oid, owner }: LargeObjectRecord): AccessObject {
  return { kind: 'largeobject', id: oid, owner };
}

/** lo_compat_privileges: as before PostgreSQL 9.0, everybody may do everything. */
function isCompatible({ settings }: SqlSession): boolean {
  return settings.get('lo_compat_privileges') === 'on';
}

/** Errors: 42501. */
export function requireRight(
  session: SqlSession,
  record: LargeObjectRecord,
  letter: 'r' | 'w',
): void {
  if (isCompatible(session)) return;
  session.roles.require(accessOf(record), letter, `large object ${record.oid}`);
}

/** Who writes an object waits for others who do, to the end of their transactions. */
export function lockObject(session: SqlSession, oid: number): Promise<void> {
  return lockRecord(session, 'largeobject', `${session.databaseId} ${oid}`);
}

/** `wanted`: 0 for any OID. Errors: 23505. */
export async function createObject(session: SqlSession, wanted: number): Promise<number> {
  await makePages(session);
  const writes = session.transaction.forWriting();
  let oid = wanted;
  while (oid === 0 || (wanted === 0 && findObject(session, oid) !== undefined)) {
    oid = writes.takeOid();
  }
  await lockObject(session, oid);
  if (findObject(session, oid) !== undefined) {
    const index = 'pg_largeobject_metadata_oid_index';
    const message = `duplicate key value violates unique constraint "${index}"`;
    throw new SqlError('unique_violation', message, {
      detail: `Key (oid)=(${oid}) already exists.`,
      schema: 'pg_catalog',
      table: 'pg_largeobject_metadata',
      constraint: index,
    });
  }
  const owner = session.roles.currentOid;
  writes.putRecord({ kind: 'largeobject', key: String(oid), oid, owner });
  noteWrite(session, madeKey(oid));
  return oid;
}

/** Errors: 42704, 42501. */
export async function unlinkObject(session: SqlSession, oid: number): Promise<void> {
  const record = objectNamed(session, oid);
  if (!isCompatible(session) && !session.roles.owns(record)) throw mustOwn(`large object ${oid}`);
  await dropLargeObject(session, oid);
}

/** Errors: 42704 when another has dropped it meanwhile. */
export async function dropLargeObject(session: SqlSession, oid: number): Promise<void> {
  await lockObject(session, oid);
  const { kind, key } = objectNamed(session, oid);
  session.transaction.descriptors.closeOf(oid);
  noteWrite(session, writtenKey(oid));
  await dropPages(session, { oid, first: 0, last: lastNumber });
  session.transaction.forWriting().dropRecord({ kind, key });
}

export async function sizeOf(session: SqlSession, oid: number, seen: Seen): Promise<number> {
  const last = await lastPage(session, oid, seen);
  return last === undefined ? 0 : last.number * pageBytes + last.byteSize;
}

export interface Range {
  readonly oid: number;
  /** First byte. */
  readonly from: number;
  readonly seen: Seen;
}

/** Up to `count` bytes. Errors: 54000. */
export async function readBytes(
  session: SqlSession,
  { oid, from, seen }: Range,
  count: number,
): Promise<Uint8Array> {
  if (count <= 0) return new Uint8Array(0);
  const step = (first: number, to: number): Promise<readonly Page[]> => {
    const last = Math.min(first + stepPages - 1, pageOf(to - 1));
    return readPages(session, { oid, first, last, seen });
  };
  let pages = await step(pageOf(from), from + count);
  const isWhole = endOf(pages.at(-1)) >= from + count;
  const end = isWhole ? from + count : Math.min(from + count, await sizeOf(session, oid, seen));
  const length = Math.max(0, end - from);
  if (length > readBytesMax) {
    throw new SqlError('program_limit_exceeded', 'large object read request is too large');
  }
  const bytes = new Uint8Array(length);
  for (let first = pageOf(from); ; pages = await step(first, end)) {
    for (const page of pages) copyPage(bytes, page, from);
    first += stepPages;
    if (first * pageBytes >= end) return bytes;
  }
}

function endOf(page: Page | undefined): number {
  return page === undefined ? 0 : page.number * pageBytes + page.data.length;
}

/** `from`: the byte of the object that is the first of `bytes`. */
function copyPage(bytes: Uint8Array, { number, data }: Page, from: number): void {
  const at = number * pageBytes - from;
  const skipped = Math.max(0, -at);
  if (skipped > data.length || at >= bytes.length) return;
  bytes.set(data.subarray(skipped, Math.max(skipped, bytes.length - at)), at + skipped);
}

function pageOf(offset: number): number {
  return Math.floor(offset / pageBytes);
}

/** Errors: 22023 past the largest size, 42704 when it was dropped meanwhile. */
export async function writeBytes(
  session: SqlSession,
  { oid, from }: Omit<Range, 'seen'>,
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length === 0) return;
  if (from + bytes.length > objectBytesMax) {
    const message = `invalid large object write request size: ${bytes.length}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  await lockObject(session, oid);
  objectNamed(session, oid);
  noteWrite(session, writtenKey(oid));
  const end = from + bytes.length;
  for (let first = pageOf(from); first * pageBytes < end; first += stepPages) {
    const last = Math.min(first + stepPages, pageOf(end - 1) + 1) - 1;
    const taken = await takePages(session, { oid, first, last });
    const kept = new Map(taken.map(({ number, data }) => [number, data]));
    const pages: Page[] = [];
    for (let number = first; number <= last; number++) {
      const start = number * pageBytes;
      const own = bytes.subarray(Math.max(0, start - from), start + pageBytes - from);
      const at = Math.max(0, from - start);
      pages.push({ number, data: merged(kept.get(number), own, at) });
    }
    await insertPages(session, oid, pages);
  }
}

/** The page with `bytes` from byte `at` on; zeros between its end and them. */
function merged(before: Uint8Array | undefined, bytes: Uint8Array, at: number): Uint8Array {
  const page = new Uint8Array(Math.max(before?.length ?? 0, at + bytes.length));
  if (before !== undefined) page.set(before);
  page.set(bytes, at);
  return page;
}

/** The object ends with byte `byteSize`, longer or shorter. Errors: 22023, 42704. */
export async function truncateObject(
  session: SqlSession,
  oid: number,
  byteSize: number,
): Promise<void> {
  if (byteSize < 0 || byteSize > objectBytesMax) {
    const message = `invalid large object truncation target: ${byteSize}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  await lockObject(session, oid);
  objectNamed(session, oid);
  noteWrite(session, writtenKey(oid));
  const number = pageOf(byteSize);
  const [before] = await takePages(session, { oid, first: number, last: number });
  const data = new Uint8Array(byteSize - number * pageBytes);
  if (before !== undefined) data.set(before.data.subarray(0, data.length));
  if (number < lastNumber) await dropPages(session, { oid, first: number + 1, last: lastNumber });
  await insertPages(session, oid, [{ number, data }]);
}
