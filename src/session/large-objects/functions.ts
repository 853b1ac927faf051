/**
 * The functions of large objects (PostgreSQL's be-fsstubs.c): called like functions of users, since
 * they read and write tables, and wait for other transactions.
 *
 *     SELECT lo_open(…) ──binder──▶ call of a routine ──▶ runInternal ──▶ pages
 *     FunctionCall 952  ──▶ the same SELECT
 */
import { isLargeObjectFunction } from '../../catalog/large-object-records.ts';
import type { Routine, RoutineRecord } from '../../catalog/routine-records.ts';
import { procByOid, procsNamed, type ProcFact } from '../../catalog/system/proc-facts.ts';
import { must } from '../../errors/assert.ts';
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import { findTypeByOid, sqlType } from '../../types/type-table.ts';
import type { SqlSession } from '../sql-session.ts';
import type { OpenObject } from '../transaction/descriptors.ts';
import {
  createObject,
  objectBytesMax,
  objectNamed,
  readBytes,
  requireRight,
  requireSeen,
  sizeOf,
  truncateObject,
  unlinkObject,
  writeBytes,
} from './large-object.ts';
import { writeMoment } from '../write/write-moments.ts';
import { takeMoment, type Seen } from './pages.ts';

/** libpq's INV_READ and INV_WRITE: who may write may read. */
const readMode = 0x4_0000;
const writeMode = 0x2_0000;

/** Who calls, and when the statement began that does: whoever only reads sees that moment. */
interface Caller {
  readonly session: SqlSession;
  readonly since: number;
}

type Run = (caller: Caller, args: readonly Datum[]) => Promise<Datum>;

const intMax = 2 ** 31 - 1;

interface Opened extends OpenObject {
  readonly seen: Seen;
}

/** Errors: 42704, 22023, 42501; 0A000, 40001 for what whoever only reads should not see yet. */
function opened({ session, since }: Caller, oid: number, mode: number): Opened {
  const writes = (mode & writeMode) !== 0;
  if (!writes && (mode & readMode) === 0) {
    const message = `invalid flags for opening a large object: ${mode}`;
    throw new SqlError('invalid_parameter_value', message);
  }
  if (!writes) requireSeen(session, oid, since);
  const record = objectNamed(session, oid);
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
  caller: Caller,
  oid: number,
  [from, count]: readonly [from: number, count: number],
): Promise<Uint8Array> {
  const object = opened(caller, oid, readMode);
  try {
    const { seen } = object;
    return await readBytes(caller.session, { oid, from: checkedTarget(from), seen }, count);
  } finally {
    object.release();
  }
}

async function put(
  caller: Caller,
  oid: number,
  [from, bytes]: readonly [from: number, bytes: Uint8Array],
): Promise<void> {
  opened(caller, oid, writeMode);
  await writeBytes(caller.session, { oid, from: checkedTarget(from) }, bytes);
}

function refuseFiles(): Promise<never> {
  throw unsupported('reading and writing files of the server');
}

/** By OID of pg_proc. */
const runs: ReadonlyMap<number, Run> = new Map<number, Run>([
  [715, ({ session }, [oid]) => createObject(session, oid as number)],
  [764, refuseFiles],
  [765, refuseFiles],
  [767, refuseFiles],
  [
    952,
    async (caller, [oid, mode]) =>
      caller.session.transaction.descriptors.add(opened(caller, oid as number, mode as number)),
  ],
  [
    953,
    async ({ session }, [descriptor]) => {
      session.transaction.descriptors.close(descriptor as number);
      return 0;
    },
  ],
  [954, ({ session }, [descriptor, count]) => read(session, descriptor as number, count as number)],
  [
    955,
    ({ session }, [descriptor, bytes]) => write(session, descriptor as number, bytes as Uint8Array),
  ],
  [
    956,
    async ({ session }, [descriptor, offset, whence]) => {
      const place = [offset as number, whence as number] as const;
      const at = await seek(session, descriptor as number, place);
      return inInt(at, 'lo_lseek', descriptor as number);
    },
  ],
  [957, ({ session }) => createObject(session, 0)],
  [
    958,
    async ({ session }, [descriptor]) =>
      inInt(find(session, descriptor as number).offset, 'lo_tell', descriptor as number),
  ],
  [
    964,
    async ({ session }, [oid]) => {
      await unlinkObject(session, oid as number);
      return 1;
    },
  ],
  [
    1004,
    ({ session }, [descriptor, size]) => truncate(session, descriptor as number, size as number),
  ],
  [
    3170,
    async ({ session }, [descriptor, offset, whence]) => {
      const place = [Number(offset), whence as number] as const;
      return BigInt(await seek(session, descriptor as number, place));
    },
  ],
  [3171, async ({ session }, [descriptor]) => BigInt(find(session, descriptor as number).offset)],
  [
    3172,
    ({ session }, [descriptor, size]) => truncate(session, descriptor as number, Number(size)),
  ],
  [
    3457,
    async ({ session }, [wanted, bytes]) => {
      const oid = await createObject(session, wanted as number);
      await writeBytes(session, { oid, from: 0 }, bytes as Uint8Array);
      return oid;
    },
  ],
  [3458, (caller, [oid]) => get(caller, oid as number, [0, Infinity])],
  [
    3459,
    (caller, [oid, from, count]) => {
      if ((count as number) < 0) {
        throw new SqlError('invalid_parameter_value', 'requested length cannot be negative');
      }
      return get(caller, oid as number, [Number(from), count as number]);
    },
  ],
  [
    3460,
    async (caller, [oid, from, bytes]) => {
      await put(caller, oid as number, [Number(from), bytes as Uint8Array]);
      return '';
    },
  ],
]);

interface Call {
  /** No NULL among them. */
  readonly values: readonly Datum[];
  /** When the statement began that calls it; absent: it is a statement of its own. */
  readonly since?: number;
}

export function runInternal(
  session: SqlSession,
  { oid }: RoutineRecord,
  { values, since = writeMoment(session) }: Call,
): Promise<Datum> {
  return must(runs.get(oid), 'a function')({ session, since }, values);
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

const routinesByOid = new Map<number, Routine>();

/** One of these by its OID. */
export function internalRoutine(oid: number): Routine | undefined {
  if (!runs.has(oid)) return undefined;
  const known = routinesByOid.get(oid) ?? routineOf(must(procByOid(oid), 'a function'));
  routinesByOid.set(oid, known);
  return known;
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
