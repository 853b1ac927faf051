/**
 * Primary keys and unique constraints. There is no index: after a write, the table is asked for
 * the new rows' keys, or where these are many, for any key that occurs twice. Writers of the same key
 * wait for one another, so what is asked is what will be committed.
 *
 *     keys locked ─▶ rows written, keys noted ─▶ select … having count(*) > 1 ─▶ 23505
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Batch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import { isKey, type ConstraintDefinition, type TableDefinition } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { arrayOf } from '../../types/array-codec.ts';
import { withoutBlanks } from '../../types/compare.ts';
import type { Datum } from '../../types/datum.ts';
import { findTypeRecord } from '../../types/type-table.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { lockNames, type LockMode, type LockWait } from '../../catalog/locks.ts';
import { queryDatums } from '../statement/internal-query.ts';
import { endTurn, waitForLock } from '../transaction/locks.ts';
import type { SqlSession } from '../sql-session.ts';

/** More new keys than these, and the whole table is checked. */
const notedKeysMax = 1000;
/** One statement locks at most so many keys; then all of the table. */
const lockedKeysMax = 100_000;

/** What rules keys: constraints, and unique indexes beside them. */
export type KeyDefinition = Pick<ConstraintDefinition, 'name' | 'columns'>;

export function keysOf(table: TableDefinition): readonly KeyDefinition[] {
  const constraints = table.constraints.filter(isKey);
  return [...constraints, ...(table.indexes ?? []).filter(({ isUnique }) => isUnique)];
}

export type Key = readonly Datum[];

/** The keys of one statement's new rows. */
export class KeyCheck {
  readonly #session: SqlSession;
  readonly #table: TableDefinition;
  readonly #noted: ReadonlyMap<KeyDefinition, Key[]>;
  #isMany = false;
  #locked = 0;
  #hasAll = false;

  constructor(session: SqlSession, table: TableDefinition) {
    this.#session = session;
    this.#table = table;
    this.#noted = new Map(keysOf(table).map((key) => [key, []]));
  }

  /**
   * Keeps others from writing these keys until the transaction ends; waits for those who do.
   * Errors: 40P01, 55P03, 57014.
   */
  async lock(rows: Batch): Promise<void> {
    if (this.#hasAll) return;
    const { oid } = this.#table;
    this.#locked += rows.rowCount;
    if (this.#locked > lockedKeysMax) {
      await this.lockAll();
      return;
    }
    await this.#take(lockNames.keys(oid), 'row exclusive');
    for (const key of this.#noted.keys()) {
      for (const text of keyTexts(this.#table, key, rows)) {
        if (text === undefined) continue;
        await this.#take(lockNames.key(oid, key.name, text), 'exclusive');
      }
    }
  }

  async #take(resource: string, mode: LockMode): Promise<void> {
    const transaction = this.#session.transaction.forWriting();
    if (transaction.tryLock(resource, mode)) return;
    await this.#wait(() => transaction.lock(resource, mode));
  }

  /**
   * Whoever waits gives up its turn among the table's writers: the one waited for may want it. What
   * they write meanwhile is noticed row by row.
   */
  async #wait(request: () => LockWait | undefined): Promise<void> {
    endTurn(this.#session, this.#table.oid);
    await waitForLock(this.#session, request());
  }

  /** The same for all keys of the table. */
  async lockAll(): Promise<void> {
    await this.#take(lockNames.keys(this.#table.oid), 'exclusive');
    this.#hasAll = true;
  }

  /** Rows that are about to be written, columns in table order. */
  note(rows: Batch): void {
    if (this.#isMany) return;
    for (const [key, list] of this.#noted) {
      if (list.length + rows.rowCount > notedKeysMax) this.#isMany = true;
      else list.push(...readKeys(key, rows));
    }
  }

  /** The row with the same key may be one that another transaction is about to delete. */
  async #findDuplicate(
    key: KeyDefinition,
    wanted: readonly Key[] | undefined,
  ): Promise<string | undefined> {
    const transaction = this.#session.transaction.forWriting();
    for (;;) {
      const duplicate = await findDuplicate(this.#session, this.#table, key, wanted);
      const [other] = duplicate === undefined ? [] : transaction.writersOf(this.#table.oid);
      if (other === undefined) return duplicate;
      await this.#wait(() => transaction.waitFor(other));
    }
  }

  /** Errors: 23505 with PostgreSQL's detail. */
  async check(): Promise<void> {
    for (const [key, list] of this.#noted) {
      if (!this.#isMany && list.length === 0) continue;
      const wanted = this.#isMany ? undefined : list;
      const names = key.columns.map((position) => columnOf(this.#table, position).name);
      const duplicate = await this.#findDuplicate(key, wanted);
      if (duplicate === undefined) continue;
      throw duplicateKey(this.#table, key, `(${names.join(', ')})=(${duplicate})`);
    }
  }
}

/** The rows' keys without those that hold a NULL, which equals nothing. */
export function readKeys({ columns }: KeyDefinition, rows: Batch): readonly Key[] {
  const readers = columns.map((position) => columnReader(rows.column(position)));
  const keys: Key[] = [];
  for (let row = 0; row < rows.rowCount; row++) {
    const values = readers.map((read) => read(row));
    if (values.every((value) => value !== null)) keys.push(values);
  }
  return keys;
}

function columnOf(table: TableDefinition, position: number): TableDefinition['columns'][number] {
  const column = table.columns[position];
  if (column === undefined) throw new Error(`no column ${position}`);
  return column;
}

export interface KeyQuery {
  readonly columns: readonly TableDefinition['columns'][number][];
  readonly names: readonly string[];
  readonly from: string;
}

export function keyQuery(table: TableDefinition, key: KeyDefinition): KeyQuery {
  const columns = key.columns.map((position) => columnOf(table, position));
  return {
    columns,
    names: columns.map(({ name }) => quoteIdentifier(name)),
    from: `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`,
  };
}

interface KeyFilter {
  readonly where: string;
  readonly parameters: readonly Datum[];
  readonly types: readonly SqlType[];
}

/** `k1 = any($1) and k2 = any($2)`: all rows with one of the keys, and perhaps some others. */
export function anyOf({ columns, names }: KeyQuery, keys: readonly Key[] | undefined): KeyFilter {
  const canList = columns.every(
    ({ type }) => findTypeRecord(`_${type.name as 'text'}`) !== undefined,
  );
  if (keys === undefined || !canList) {
    const where = names.map((name) => `${name} IS NOT NULL`).join(' AND ');
    return { where, parameters: [], types: [] };
  }
  return {
    where: names.map((name, index) => `${name} = ANY($${index + 1})`).join(' AND '),
    parameters: columns.map(({ type }, index) =>
      arrayOf(
        type.name,
        keys.map((values) => values[index] ?? null),
      ),
    ),
    types: columns.map(({ type }): SqlType => ({ name: `_${type.name}` as TypeName, typmod: -1 })),
  };
}

/** A key that two rows have, as text. `wanted` undefined: any key. */
export async function findDuplicate(
  session: SqlSession,
  table: TableDefinition,
  key: KeyDefinition,
  wanted: readonly Key[] | undefined,
): Promise<string | undefined> {
  const query = keyQuery(table, key);
  const { where, parameters, types } = anyOf(query, wanted);
  const { names, from } = query;
  const texts = names.map((name) => `${name}::text`).join(', ');
  const [row] = await queryDatums(session, {
    sql:
      `SELECT concat_ws(', ', ${texts}) FROM ${from} WHERE ${where} ` +
      `GROUP BY ${names.join(', ')} HAVING count(*) > 1 LIMIT 1`,
    parameters,
    types,
  });
  return row === undefined ? undefined : String(row[0]);
}

function duplicateKey(table: TableDefinition, key: KeyDefinition, text: string): SqlError {
  const message = `duplicate key value violates unique constraint "${key.name}"`;
  return new SqlError('unique_violation', message, {
    detail: `Key ${text} already exists.`,
    schema: table.schema,
    table: table.name,
    constraint: key.name,
  });
}

/**
 * ON CONFLICT DO NOTHING: the rows of the batch, as numbers, whose keys neither the table nor an
 * earlier row of the batch has. `arbiters` names the constraints that count; undefined: all.
 */
export async function rowsWithoutConflict(
  session: SqlSession,
  table: TableDefinition,
  rows: Batch,
  arbiters: readonly string[] | undefined,
): Promise<readonly number[]> {
  const keys = keysOf(table).filter(({ name }) => arbiters?.includes(name) ?? true);
  let kept = Array.from({ length: rows.rowCount }, (_, row) => row);
  for (const key of keys) {
    const taken = await takenKeys(session, table, key, readKeys(key, rows));
    const readers = key.columns.map((position) => columnReader(rows.column(position)));
    const { columns } = keyQuery(table, key);
    kept = kept.filter((row) => {
      const values = readers.map((read) => read(row));
      if (values.includes(null)) return true;
      const text = keyText(columns, values as readonly Datum[]);
      if (taken.has(text)) return false;
      taken.add(text);
      return true;
    });
  }
  return kept;
}

async function takenKeys(
  session: SqlSession,
  table: TableDefinition,
  key: KeyDefinition,
  keys: readonly Key[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const query = keyQuery(table, key);
  const { where, parameters, types } = anyOf(query, keys);
  const found = await queryDatums(session, {
    sql: `SELECT ${query.names.join(', ')} FROM ${query.from} WHERE ${where}`,
    parameters,
    types,
  });
  return new Set(found.map((values) => keyText(query.columns, values as readonly Datum[])));
}

/** Keys of a batch, by row; undefined where a part is NULL, which equals nothing. */
export function keyTexts(
  table: TableDefinition,
  key: KeyDefinition,
  rows: Batch,
): readonly (string | undefined)[] {
  const { columns } = keyQuery(table, key);
  const readers = key.columns.map((position) => columnReader(rows.column(position)));
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const values = readers.map((read) => read(row));
    return values.includes(null) ? undefined : keyText(columns, values as readonly Datum[]);
  });
}

/** Equal keys have equal texts: 1.0 and 1.00, 0 and -0, '24 hours' and '1 day'. */
export function keyText(columns: KeyQuery['columns'], values: readonly Datum[]): string {
  return JSON.stringify(values.map((value, index) => comparable(columns[index]?.type, value)));
}

function comparable(type: SqlType | undefined, value: Datum): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return value === 0 ? 0 : String(value);
  if (typeof value === 'string') return type?.name === 'bpchar' ? withoutBlanks(value) : value;
  if (typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if ('digits' in value) return value.special ?? trimmedNumeric(value.digits, value.scale);
  if ('months' in value) {
    const days = BigInt(value.months * 30 + value.days);
    return (days * 86_400_000_000n + value.micros).toString();
  }
  if ('values' in value) {
    const element = type === undefined ? undefined : { name: value.element, typmod: -1 };
    const items = value.values.map((item) => (item === null ? null : comparable(element, item)));
    return [value.dimensions, items];
  }
  if ('fields' in value) {
    return value.fields.map((field) => {
      return field.value === null
        ? null
        : comparable({ name: field.type, typmod: -1 }, field.value);
    });
  }
  if ('ranges' in value) return value.ranges.map((range) => comparable(undefined, range));
  if ('isEmpty' in value) {
    const { isEmpty, lower, upper, lowerInclusive, upperInclusive } = value;
    const bounds = [lower, upper].map((bound) => {
      return bound === null ? null : comparable(undefined, bound);
    });
    return [isEmpty, bounds, lowerInclusive, upperInclusive];
  }
  return [value.micros.toString(), value.zoneSeconds];
}

function trimmedNumeric(digits: bigint, scale: number): string {
  let left = digits;
  let places = scale;
  while (places > 0 && left % 10n === 0n) {
    left /= 10n;
    places -= 1;
  }
  return `${left}e-${places}`;
}
