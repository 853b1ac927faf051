/**
 * ON CONFLICT DO UPDATE: rows whose key is there already become updates of the row that has it.
 *
 *     rows ─▶ keys ─▶ rows of the table with these keys ─▶ pairs ─▶ WHERE ─▶ SET ─▶ new rows
 */
import { SqlError } from '../../errors/sql-error.ts';
import { must } from '../../errors/assert.ts';
import { makeBatch, type Batch } from '../../columns/batch.ts';
import { buildColumn } from '../../columns/builder.ts';
import { columnReader } from '../../columns/read.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { ConflictUpdate } from '../../plan/planner.ts';
import type { Datum } from '../../types/datum.ts';
import { queryRows } from '../statement/internal-query.ts';
import type { SqlSession } from '../sql-session.ts';
import type { GeneratedColumns } from './generated-columns.ts';
import { keysOf, type KeyDefinition } from './key-definition.ts';
import { KeyReader } from './key-reader.ts';
import { QueriedPairs } from './queried-pairs.ts';
import type { RowStatement } from './write-task.ts';
import { quotedTable, rowsWithKeys, withKey } from './unique-keys.ts';

const copiedBytesMax = 1 << 30;

type Row = readonly (Datum | null)[];

interface Existing {
  readonly rowId: bigint;
  readonly values: Row;
}

/** A row of the batch: inserted as it is, or the update of a row that is there. */
interface Proposed {
  readonly values: Row;
  readonly existing: Existing | undefined;
}

/** The new row of an update, and its key as text. */
interface UpdatedRow {
  readonly row: Row;
  readonly text: string | undefined;
}

interface PreparedUpdate {
  readonly where: PreparedExprs | undefined;
  readonly set: PreparedExprs;
}

export interface ResolvedRows {
  /** Rows to write, in the order of the batch. Valid until the next call. */
  readonly rows: Batch;
  /** Rows that they replace. */
  readonly replaced: BigInt64Array;
  /** Rows that WHERE does not let through: they are locked, not written. */
  readonly passed?: readonly bigint[];
  /** Each row with the one that it replaces, if any; undefined: none replaces any. */
  readonly changes?: readonly { readonly before: Row | undefined; readonly after: Row }[];
}

export interface ConflictParts {
  readonly planned: RowStatement;
  readonly update: ConflictUpdate;
  readonly parameters: readonly (Datum | null)[];
  readonly generated: GeneratedColumns | undefined;
}

export class ConflictRows {
  readonly #session: SqlSession;
  readonly #planned: RowStatement;
  readonly #parameters: readonly (Datum | null)[];
  readonly #key: KeyDefinition;
  readonly #keys: KeyReader;
  readonly #generated: GeneratedColumns | undefined;
  readonly #update: PreparedUpdate | QueriedPairs;
  readonly #arena = new Arena(new Budget(copiedBytesMax));
  /** Keys of rows that this statement wrote. */
  readonly #touched = new Set<string>();

  constructor(session: SqlSession, { planned, update, parameters, generated }: ConflictParts) {
    this.#session = session;
    this.#planned = planned;
    this.#parameters = parameters;
    this.#generated = generated;
    const name = planned.conflict?.arbiters?.[0];
    this.#key = must(
      keysOf(planned.table).find((key) => key.name === name),
      'the key of ON CONFLICT',
    );
    this.#keys = new KeyReader(session, planned.table, this.#key);
    this.#update =
      'plan' in update
        ? new QueriedPairs(session, update, parameters)
        : {
            where: update.where === undefined ? undefined : prepare([update.where]),
            set: prepare(update.exprs),
          };
  }

  /** Errors: 21000 when a row would be written a second time; those of WHERE and SET. */
  async resolve(batch: Batch): Promise<ResolvedRows> {
    const { table } = this.#planned;
    this.#arena.reset();
    const existing = await this.#findExisting(batch);
    const texts = this.#keys.texts(batch);
    if (existing.size === 0 && this.#areNew(texts)) {
      return { rows: batch, replaced: new BigInt64Array(0) };
    }
    const readers = table.columns.map((_, index) => columnReader(batch.column(index)));
    const proposed = texts.map((text, row): Proposed => {
      const values = readers.map((read) => read(row));
      return { values, existing: text === undefined ? undefined : existing.get(text) };
    });
    const updated = await this.#chosen(proposed.filter((each) => each.existing !== undefined));
    const rows: Row[] = [];
    const replaced: bigint[] = [];
    const passed: bigint[] = [];
    const changes: { readonly before: Row | undefined; readonly after: Row }[] = [];
    for (const [row, each] of proposed.entries()) {
      const text = texts[row];
      if (each.existing === undefined) {
        if (text !== undefined) this.#touch(text);
        rows.push(each.values);
        changes.push({ before: undefined, after: each.values });
        continue;
      }
      const values = updated.get(each);
      if (text !== undefined && this.#touched.has(text)) throw secondTime();
      if (values === undefined) {
        passed.push(each.existing.rowId);
        continue;
      }
      if (text !== undefined) this.#touch(text);
      if (values.text !== undefined && values.text !== text) this.#touched.add(values.text);
      rows.push(values.row);
      changes.push({ before: each.existing.values, after: values.row });
      replaced.push(each.existing.rowId);
    }
    return { rows: this.#batchOf(rows), replaced: BigInt64Array.from(replaced), passed, changes };
  }

  /** Whether no key was seen by this statement yet; they count as seen from then on. */
  #areNew(texts: readonly (string | undefined)[]): boolean {
    const own = texts.filter((text) => text !== undefined);
    if (new Set(own).size < own.length || own.some((text) => this.#touched.has(text))) return false;
    for (const text of own) this.#touched.add(text);
    return true;
  }

  #touch(text: string): void {
    if (this.#touched.has(text)) throw secondTime();
    this.#touched.add(text);
  }

  /** Rows of the table that have one of the batch's keys, by key. */
  async #findExisting(batch: Batch): Promise<ReadonlyMap<string, Existing>> {
    const { table } = this.#planned;
    const keys = withKey(this.#keys.read(batch));
    const found = new Map<string, Existing>();
    if (keys.length === 0) return found;
    const filter = rowsWithKeys(table, this.#key, keys);
    const rows = await queryRows(this.#session, { from: quotedTable(table), ...filter });
    const texts = this.#keys.texts(this.#batchOf(rows.map(({ values }) => values)));
    for (const [index, row] of rows.entries()) {
      const text = texts[index];
      if (text !== undefined) found.set(text, row);
    }
    return found;
  }

  /** The new values of rows that WHERE lets through. */
  async #chosen(pairs: readonly Proposed[]): Promise<ReadonlyMap<Proposed, UpdatedRow>> {
    if (pairs.length === 0) return new Map();
    if (!(this.#update instanceof QueriedPairs)) return this.#computed(pairs, this.#update);
    const asked = await this.#update.newRows(
      pairs.map(({ existing, values }) => [must(existing, 'a row').values, values] as const),
    );
    const chosen = pairs.filter((_, place) => asked.has(place));
    return this.#updatedRows(chosen, this.#batchOf([...asked.values()]));
  }

  #computed(
    pairs: readonly Proposed[],
    { where, set }: PreparedUpdate,
  ): ReadonlyMap<Proposed, UpdatedRow> {
    const chosen = where === undefined ? pairs : this.#filtered(pairs, where);
    if (chosen.length === 0) return new Map();
    return this.#updatedRows(chosen, makeBatch(this.#evaluate(set, chosen), chosen.length));
  }

  #updatedRows(chosen: readonly Proposed[], set: Batch): ReadonlyMap<Proposed, UpdatedRow> {
    const rows = this.#generated?.fill(set, 0) ?? set;
    const texts = this.#keys.texts(rows);
    const readers = this.#planned.table.columns.map((_, at) => columnReader(rows.column(at)));
    const updated = chosen.map((pair, index): [Proposed, UpdatedRow] => {
      return [pair, { row: readers.map((read) => read(index)), text: texts[index] }];
    });
    return new Map(updated);
  }

  #filtered(pairs: readonly Proposed[], where: PreparedExprs): readonly Proposed[] {
    const [column] = this.#evaluate(where, pairs);
    const read = columnReader(must(column, 'WHERE'));
    return pairs.filter((_, index) => read(index) === true);
  }

  #evaluate(
    exprs: PreparedExprs,
    pairs: readonly Proposed[],
  ): ReturnType<PreparedExprs['evaluate']> {
    const { columns } = this.#planned.table;
    const sides = [
      pairs.map(({ existing }) => must(existing, 'the row that is there').values),
      pairs.map(({ values }) => values),
    ];
    const built = sides.flatMap((rows) =>
      columns.map(({ type }, index) =>
        buildColumn(
          type,
          rows.map((row) => row[index] ?? null),
          this.#arena,
        ),
      ),
    );
    const context = this.#session.constantContext(this.#arena);
    return exprs.evaluate(makeBatch(built, pairs.length), context, this.#parameters);
  }

  #batchOf(rows: readonly Row[]): Batch {
    const columns = this.#planned.table.columns.map(({ type }, index) =>
      buildColumn(
        type,
        rows.map((row) => row[index] ?? null),
        this.#arena,
      ),
    );
    return makeBatch(columns, rows.length);
  }

  free(): void {
    if (this.#update instanceof QueriedPairs) this.#update.free();
    this.#arena.free();
  }
}

function secondTime(): SqlError {
  const message = 'ON CONFLICT DO UPDATE command cannot affect row a second time';
  const words = 'no rows proposed for insertion within the same command have duplicate';
  const hint = `Ensure that ${words} constrained values.`;
  return new SqlError('cardinality_violation', message, { hint });
}
