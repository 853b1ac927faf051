/**
 * Primary keys and unique constraints. There is no index: after a write, the table is asked for
 * the new rows' keys, or where these are many, for any key that occurs twice. Writers of the same key
 * wait for one another, so what is asked is what will be committed.
 *
 *     keys locked ─▶ rows written, keys noted ─▶ select … having count(*) > 1 ─▶ 23505
 */
import { SqlError } from '../../errors/sql-error.ts';
import type { Batch } from '../../columns/batch.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { arrayOf } from '../../types/array-codec.ts';
import type { Datum } from '../../types/datum.ts';
import { findTypeRecord } from '../../types/type-table.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { lockNames, type LockMode, type LockWait } from '../../catalog/locks.ts';
import { deleterOfRows, queryDatums, type InternalQuery } from '../statement/internal-query.ts';
import { hidesRows, mayRead } from '../roles/row-security.ts';
import { endTurn, waitForLock } from '../transaction/locks.ts';
import type { SqlSession } from '../sql-session.ts';
import { keyName, keyParts, keysOf, type KeyDefinition, type KeyPart } from './key-definition.ts';
import { KeyReader, type KeyValues } from './key-reader.ts';
import { keyText } from './key-text.ts';

/** More new keys than these, and the whole table is checked. */
const notedKeysMax = 1000;
/** One statement locks at most so many keys; then all of the table. */
const lockedKeysMax = 100_000;

/** The keys of one statement's new rows. */
export class KeyCheck {
  readonly #session: SqlSession;
  readonly #table: TableDefinition;
  readonly #noted: ReadonlyMap<KeyDefinition, NotedKeys>;
  readonly #settled = new Set<KeyDefinition>();
  #isMany = false;
  #locked = 0;
  #hasAll = false;
  /** Locks of keys that the transaction did not have before. */
  readonly #own = new Set<string>();

  constructor(session: SqlSession, table: TableDefinition, keys: readonly KeyDefinition[]) {
    this.#session = session;
    this.#table = table;
    this.#noted = new Map(
      keys.map((key) => [key, { reader: new KeyReader(session, table, key), list: [] }]),
    );
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
    for (const [{ name }, { reader }] of this.#noted) {
      for (const text of reader.texts(rows)) {
        if (text === undefined) continue;
        const resource = lockNames.key(oid, name, text);
        if (!this.#session.transaction.forWriting().hasLock(resource)) this.#own.add(resource);
        await this.#take(resource, 'exclusive');
      }
    }
  }

  /** Gives back locks of rows that are not written after all; keys of `kept` stay. */
  unlockAllBut(kept: Batch): void {
    const { oid } = this.#table;
    for (const [{ name }, { reader }] of this.#noted) {
      for (const text of reader.texts(kept)) {
        if (text !== undefined) this.#own.delete(lockNames.key(oid, name, text));
      }
    }
    const transaction = this.#session.transaction.forWriting();
    for (const resource of this.#own) transaction.unlock(resource);
    this.#own.clear();
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
    for (const { reader, list } of this.#noted.values()) {
      if (list.length + rows.rowCount > notedKeysMax) this.#isMany = true;
      else list.push(...withKey(reader.read(rows)));
    }
  }

  /** A row with the same key may be one that another transaction is about to delete. */
  async #findDuplicate(
    key: KeyDefinition,
    wanted: readonly KeyValues[] | undefined,
  ): Promise<string | undefined> {
    const transaction = this.#session.transaction.forWriting();
    for (;;) {
      const duplicate = await findDuplicate(this.#session, this.#table, key, wanted);
      if (duplicate === undefined) return undefined;
      const other = await deleterOf(this.#session, this.#table, key, wanted);
      if (other === undefined) return duplicate;
      await this.#wait(() => transaction.waitFor(other));
    }
  }

  /** The new rows' keys of one kind, as long as they are not checked; undefined: too many. */
  openKeys(key: KeyDefinition): readonly KeyValues[] | undefined {
    const list = this.#settled.has(key) ? [] : this.#noted.get(key)?.list;
    return this.#isMany ? undefined : list;
  }

  get keys(): Iterable<KeyDefinition> {
    return this.#noted.keys();
  }

  /** Somebody looked at all rows with the key's values: none occurs twice. */
  settle(key: KeyDefinition): void {
    this.#settled.add(key);
  }

  /** Errors: 23505 with PostgreSQL's detail. */
  async check(): Promise<void> {
    for (const [key, { list }] of this.#noted) {
      if (this.#settled.has(key) || (!this.#isMany && list.length === 0)) continue;
      const wanted = this.#isMany ? undefined : list;
      const duplicate = await this.#findDuplicate(key, wanted);
      if (duplicate === undefined) continue;
      const text = `${keyName(this.#table, key)}=(${duplicate})`;
      throw duplicateKey(this.#session, [this.#table, key], text);
    }
  }
}

/** Keys of new rows, up to `notedKeysMax`. */
interface NotedKeys {
  readonly reader: KeyReader;
  readonly list: KeyValues[];
}

export function withKey(keys: readonly (KeyValues | undefined)[]): readonly KeyValues[] {
  return keys.filter((values) => values !== undefined);
}

interface KeyFilter {
  readonly where: string;
  readonly parameters: readonly Datum[];
  readonly types: readonly SqlType[];
}

/**
 * All rows with one of the keys, and perhaps some others: `k1 = any($1) and k2 = any($2)`, or for one
 * key `k1 = $1 and k2 = $2`, which is quicker.
 */
export function rowsWithKeys(
  table: TableDefinition,
  key: KeyDefinition,
  keys: readonly KeyValues[] | undefined,
): KeyFilter {
  const parts = keyParts(table, key);
  const condition = key.where === undefined ? [] : [`(${key.where})`];
  const canList = parts.every(
    ({ type }) => findTypeRecord(`_${type.name as 'text'}`) !== undefined,
  );
  if (keys === undefined || !canList) {
    const tests = key.nullsEqual === true ? [] : parts.map(({ sql }) => `${sql} IS NOT NULL`);
    const where = [...condition, ...tests].join(' AND ');
    return { where: where === '' ? 'true' : where, parameters: [], types: [] };
  }
  const [only] = keys;
  if (only !== undefined && keys.length === 1) return rowsWithKey(parts, condition, only);
  const listed = parts.map(({ sql }, index) => {
    const isListed = `${sql} = ANY($${index + 1})`;
    const hasNull = keys.some((values) => values[index] === null);
    return hasNull ? `(${isListed} OR ${sql} IS NULL)` : isListed;
  });
  return {
    where: [...condition, ...listed].join(' AND '),
    parameters: parts.map(({ type }, index) =>
      arrayOf(
        type.name,
        keys.map((values) => values[index] ?? null),
      ),
    ),
    types: parts.map(({ type }): SqlType => ({ name: `_${type.name}` as TypeName, typmod: -1 })),
  };
}

function rowsWithKey(
  parts: readonly KeyPart[],
  condition: readonly string[],
  key: KeyValues,
): KeyFilter {
  const given = parts.flatMap(({ type }, index) => {
    const value = key[index] ?? null;
    return value === null ? [] : [{ type, value, index }];
  });
  const tests = parts.map(({ sql }, index) => {
    const place = given.findIndex((each) => each.index === index);
    return place < 0 ? `${sql} IS NULL` : `${sql} = $${place + 1}`;
  });
  return {
    where: [...condition, ...tests].join(' AND '),
    parameters: given.map(({ value }) => value),
    types: given.map(({ type: { name } }): SqlType => ({ name, typmod: -1 })),
  };
}

export function quotedTable({ schema, name }: TableDefinition): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** A key that two rows have, as text. `wanted` undefined: any key. */
export async function findDuplicate(
  session: SqlSession,
  table: TableDefinition,
  key: KeyDefinition,
  wanted: readonly KeyValues[] | undefined,
): Promise<string | undefined> {
  if (wanted?.length === 1) {
    const { where, parameters, types } = rowsWithKeys(table, key, wanted);
    const sql = `SELECT 1 FROM ${quotedTable(table)} WHERE ${where} LIMIT 2`;
    if ((await queryDatums(session, { sql, parameters, types })).length < 2) return undefined;
  }
  const [row] = await queryDatums(session, duplicateQuery(table, key, wanted));
  return row === undefined ? undefined : String(row[0]);
}

/** One row with the text of a key that occurs twice, or none. */
export function duplicateQuery(
  table: TableDefinition,
  key: KeyDefinition,
  wanted: readonly KeyValues[] | undefined,
): InternalQuery {
  const { where, parameters, types } = rowsWithKeys(table, key, wanted);
  const names = keyParts(table, key).map(({ sql }) => sql);
  const texts = names.map((name) => `coalesce(${name}::text, 'null')`).join(', ');
  return {
    sql:
      `SELECT concat_ws(', ', ${texts}) FROM ${quotedTable(table)} WHERE ${where} ` +
      `GROUP BY ${names.join(', ')} HAVING count(*) > 1 LIMIT 1`,
    parameters,
    types,
  };
}

/** Keys of expressions only to whom may read all of the table. */
function showsKey(
  session: SqlSession,
  table: TableDefinition,
  { columns }: KeyDefinition,
): boolean {
  if (hidesRows(session, table)) return false;
  const names = columns.map((position) => table.columns[position]?.name);
  const isPlain = names.every((name) => name !== undefined);
  return mayRead(session, table, isPlain ? names : []);
}

function duplicateKey(
  session: SqlSession,
  [table, key]: readonly [TableDefinition, KeyDefinition],
  text: string,
): SqlError {
  const message = `duplicate key value violates unique constraint "${key.name}"`;
  return new SqlError('unique_violation', message, {
    ...(showsKey(session, table, key) ? { detail: `Key ${text} already exists.` } : {}),
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
    const reader = new KeyReader(session, table, key);
    const values = reader.read(rows);
    const taken = await takenKeys(session, table, key, withKey(values));
    kept = kept.filter((row) => {
      const own = values[row];
      if (own === undefined) return true;
      const text = keyText(reader.parts, own);
      if (taken.has(text)) return false;
      taken.add(text);
      return true;
    });
  }
  return kept;
}

/** An open transaction that deletes, or updates, a row with one of the keys. */
async function deleterOf(
  session: SqlSession,
  table: TableDefinition,
  key: KeyDefinition,
  wanted: readonly KeyValues[] | undefined,
): Promise<number | undefined> {
  if (wanted === undefined) return session.transaction.forWriting().writersOf(table.oid)[0];
  const filter = rowsWithKeys(table, key, wanted);
  return deleterOfRows(session, table.oid, { from: quotedTable(table), ...filter });
}

/** Those of the keys that rows have, when nobody is about to delete one of these. */
async function takenKeys(
  session: SqlSession,
  table: TableDefinition,
  key: KeyDefinition,
  keys: readonly KeyValues[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  for (;;) {
    const deleter = await deleterOf(session, table, key, keys);
    if (deleter === undefined) break;
    await waitForLock(session, session.transaction.forWriting().waitFor(deleter));
  }
  const parts = keyParts(table, key);
  const { where, parameters, types } = rowsWithKeys(table, key, keys);
  const names = parts.map(({ sql }) => sql).join(', ');
  const found = await queryDatums(session, {
    sql: `SELECT ${names} FROM ${quotedTable(table)} WHERE ${where}`,
    parameters,
    types,
  });
  return new Set(found.map((values) => keyText(parts, values)));
}
