/**
 * The functions of large objects (PostgreSQL's be-fsstubs.c): called like functions of users, since
 * they read and write tables, and wait for other transactions.
 *
 *     SELECT lo_open(…) ──binder──▶ call of a routine ──▶ runInternal ──▶ pages
 *     FunctionCall 952  ──▶ the same SELECT
 */
import { isLargeObjectFunction } from '../../catalog/large-object-records.ts';
import type { Routine, RoutineRecord } from '../../catalog/routine-records.ts';
import { procsNamed, type ProcFact } from '../../catalog/system/proc-facts.ts';
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import { findTypeByOid, sqlType } from '../../types/type-table.ts';
import type { SqlSession } from '../sql-session.ts';
import type { OpenObject } from '../transaction/descriptors.ts';
import {
  createObject,
  missingObject,
  objectBytesMax,
  findObject,
  readBytes,
  requireRight,
  sizeOf,
  truncateObject,
  unlinkObject,
  writeBytes,
} from './large-object.ts';
import { takeMoment, type Seen } from './pages.ts';

/** libpq's INV_READ and INV_WRITE: who may write may read. */
const readMode = 0x4_0000;
const writeMode = 0x2_0000;

type Run = (session: SqlSession, args: readonly Datum[]) => Promise<Datum>;

const intMax = 2 ** 31 - 1;

interface Opened extends OpenObject {
  readonly seen: Seen;
}

/** Errors: 42704, 22023, 42501. */
function opened(session: SqlSession, oid: number, mode: number): Opened {
  const writes = (mode & writeMode) !== 0;
  if (!writes && (mode & readMode) === 0) {
    const message = `invalid flags for opening a large object: ${mode}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  const record = findObject(session, oid);
  if (record === undefined) throw missingObject(oid);
  requireRight(session, record, 'r');
  if (writes) requireRight(session, record, 'w');
  const seen = writes ? undefined : takeMoment(session);
  return { oid, writes, offset: 0, seen, release: () => seen?.release() };
}

function find({ transaction }: SqlSession, descriptor: Datum): Opened {
  return transaction.descriptors.find(descriptor as number) as Opened;
}

/** Errors: 55000, 42704. */
function findWriting(session: SqlSession, descriptor: Datum): Opened {
  const object = find(session, descriptor);
  if (object.writes) return object;
  const message = `large object descriptor ${String(descriptor)} was not opened for writing`;
  throw new SqlError('object_not_in_prerequisite_state', message);
}

async function read(session: SqlSession, descriptor: Datum, count: number): Promise<Uint8Array> {
  const object = find(session, descriptor);
  const range = { oid: object.oid, from: object.offset, seen: object.seen };
  const bytes = await readBytes(session, range, Math.max(0, count));
  object.offset += bytes.length;
  return bytes;
}

async function write(session: SqlSession, descriptor: Datum, bytes: Uint8Array): Promise<number> {
  const object = findWriting(session, descriptor);
  await writeBytes(session, { oid: object.oid, from: object.offset }, bytes);
  object.offset += bytes.length;
  return bytes.length;
}

/** Errors: 22023. */
function checkedTarget(offset: number): number {
  if (offset >= 0 && offset <= objectBytesMax) return offset;
  throw new SqlError('invalid_parameter_value', `invalid large object seek target: ${offset}`);
}

async function seek(
  session: SqlSession,
  descriptor: Datum,
  [offset, whence]: readonly [offset: number, whence: number],
): Promise<number> {
  const object = find(session, descriptor);
  if (whence < 0 || whence > 2) {
    throw new SqlError('invalid_parameter_value', `invalid whence setting: ${whence}`);
  }
  const bases = [0, object.offset];
  const base = bases[whence] ?? (await sizeOf(session, object.oid, object.seen));
  object.offset = checkedTarget(base + offset);
  return object.offset;
}

/** Errors: 22003. */
function inInt(value: number, call: string, descriptor: Datum): number {
  if (value <= intMax) return value;
  const message = `${call} result out of range for large-object descriptor ${String(descriptor)}`;
  throw new SqlError('numeric_value_out_of_range', message);
}

async function truncate(session: SqlSession, descriptor: Datum, byteSize: number): Promise<number> {
  const { oid } = findWriting(session, descriptor);
  await truncateObject(session, oid, byteSize);
  return 0;
}

async function get(
  session: SqlSession,
  oid: number,
  [from, count]: readonly [from: number, count: number],
): Promise<Uint8Array> {
  const object = opened(session, oid, readMode);
  try {
    const { seen } = object;
    return await readBytes(session, { oid, from: checkedTarget(from), seen }, count);
  } finally {
    object.release();
  }
}

async function put(
  session: SqlSession,
  oid: number,
  [from, bytes]: readonly [from: number, bytes: Uint8Array],
): Promise<void> {
  opened(session, oid, writeMode);
  await writeBytes(session, { oid, from: checkedTarget(from) }, bytes);
}

function refuseFiles(): Promise<never> {
  throw unsupported('reading and writing files of the server');
}

/** By OID of pg_proc. */
const runs: ReadonlyMap<number, Run> = new Map<number, Run>([
  [715, (session, [oid]) => createObject(session, oid as number)],
  [764, refuseFiles],
  [765, refuseFiles],
  [767, refuseFiles],
  [
    952,
    async (session, [oid, mode]) =>
      session.transaction.descriptors.add(opened(session, oid as number, mode as number)),
  ],
  [
    953,
    async (session, [descriptor]) => {
      session.transaction.descriptors.close(descriptor as number);
      return 0;
    },
  ],
  [954, (session, [descriptor, count]) => read(session, descriptor as number, count as number)],
  [955, (session, [descriptor, bytes]) => write(session, descriptor as number, bytes as Uint8Array)],
  [
    956,
    async (session, [descriptor, offset, whence]) => {
      const place = [offset as number, whence as number] as const;
      const at = await seek(session, descriptor as number, place);
      return inInt(at, 'lo_lseek', descriptor as number);
    },
  ],
  [957, (session) => createObject(session, 0)],
  [
    958,
    async (session, [descriptor]) =>
      inInt(find(session, descriptor as number).offset, 'lo_tell', descriptor as number),
  ],
  [
    964,
    async (session, [oid]) => {
      await unlinkObject(session, oid as number);
      return 1;
    },
  ],
  [1004, (session, [descriptor, size]) => truncate(session, descriptor as number, size as number)],
  [
    3170,
    async (session, [descriptor, offset, whence]) => {
      const place = [Number(offset), whence as number] as const;
      return BigInt(await seek(session, descriptor as number, place));
    },
  ],
  [3171, async (session, [descriptor]) => BigInt(find(session, descriptor as number).offset)],
  [3172, (session, [descriptor, size]) => truncate(session, descriptor as number, Number(size))],
  [
    3457,
    async (session, [wanted, bytes]) => {
      const oid = await createObject(session, wanted as number);
      await writeBytes(session, { oid, from: 0 }, bytes as Uint8Array);
      return oid;
    },
  ],
  [3458, (session, [oid]) => get(session, oid as number, [0, Infinity])],
  [
    3459,
    (session, [oid, from, count]) => {
      if ((count as number) < 0) {
        throw new SqlError('invalid_parameter_value', 'requested length cannot be negative');
      }
      return get(session, oid as number, [Number(from), count as number]);
    },
  ],
  [
    3460,
    async (session, [oid, from, bytes]) => {
      await put(session, oid as number, [Number(from), bytes as Uint8Array]);
      return '';
    },
  ],
]);

/** `values`: of a call with no NULL. */
export function runInternal(
  session: SqlSession,
  { oid }: RoutineRecord,
  values: readonly Datum[],
): Promise<Datum> {
  return must(runs.get(oid), 'a function')(session, values);
}

const routines = new Map<string, readonly Routine[]>();

/** Those of pg_catalog, as the binder knows functions of users. */
export function internalRoutines(name: string): readonly Routine[] {
  if (!isLargeObjectFunction(name)) return [];
  const known = routines.get(name);
  if (known !== undefined) return known;
  const made = procsNamed(name)
    .filter(({ oid }) => runs.has(oid))
    .map(routineOf);
  if (made.length > 0) routines.set(name, made);
  return made;
}

function routineOf({ oid, name, args, result }: ProcFact): Routine {
  const record: RoutineRecord = {
    kind: 'routine',
    key: String(oid),
    oid,
    schema: 'pg_catalog',
    name,
    owner: '',
    isProcedure: false,
    language: 'internal',
    parameters: args.map((type) => ({ name: '', mode: 'in', type })),
    result,
    returnsSet: false,
    body: '',
    volatility: 'volatile',
    isStrict: true,
    parallel: 'unsafe',
    isLeakproof: false,
    isDefiner: false,
    cost: 1,
    rows: 0,
  };
  const parameters = args.map((type) => ({ name: '', mode: 'in', type: typeOf(type) }) as const);
  return { record, parameters, result: typeOf(result) };
}

function typeOf(oid: number): Routine['result'] {
  return sqlType(must(findTypeByOid(oid), 'a type').name);
}
