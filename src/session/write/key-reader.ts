/**
 * Keys of rows: columns as they are, expressions evaluated. A row has no key where a part is NULL,
 * which equals nothing, or where the condition of a partial index does not hold.
 */
import type { TableDefinition } from '../../catalog/table.ts';
import type { Batch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import { prepare } from '../../expr/compile.ts';
import type { PreparedExprs } from '../../expr/evaluate.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import { expressionOf } from '../../plan/binder/write/assignments.ts';
import { bindCheck, bindRowExpression } from '../../plan/binder/bind-statement.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlSession } from '../sql-session.ts';
import { keyParts, type KeyDefinition, type KeyPart } from './key-definition.ts';
import { keyText } from './key-text.ts';

const bytesMax = 1 << 30;

export type KeyValues = readonly (Datum | null)[];

export class KeyReader {
  readonly parts: readonly KeyPart[];
  readonly #session: SqlSession;
  readonly #key: KeyDefinition;
  /** The expressions, then the condition; undefined: there are none. */
  readonly #computed: PreparedExprs | undefined;

  constructor(session: SqlSession, table: TableDefinition, key: KeyDefinition) {
    this.parts = keyParts(table, key);
    this.#session = session;
    this.#key = key;
    const { expressions = [], where } = key;
    if (expressions.length === 0 && where === undefined) return;
    const options = session.plannerOptions({ positionOf: () => 0 });
    const bound = expressions.map(({ sql }) =>
      bindRowExpression(expressionOf(sql), options, table),
    );
    if (where !== undefined) bound.push(bindCheck(expressionOf(where), options, table));
    this.#computed = prepare(bound);
  }

  /** By row; the batch has the table's columns first. */
  read(rows: Batch): readonly (KeyValues | undefined)[] {
    if (this.#computed === undefined) return this.#readRows(rows, []);
    const arena = new Arena(new Budget(bytesMax));
    try {
      const context = this.#session.constantContext(arena);
      const columns = this.#computed.evaluate(rows, context, []);
      return this.#readRows(
        rows,
        columns.map((column) => columnReader(column)),
      );
    } finally {
      arena.free();
    }
  }

  #readRows(
    rows: Batch,
    computed: readonly ((row: number) => Datum | null)[],
  ): readonly (KeyValues | undefined)[] {
    const { columns, where, nullsEqual } = this.#key;
    const rest = computed.values();
    const readers = columns.map((position) =>
      position < 0 ? rest.next().value : columnReader(rows.column(position)),
    );
    const isIn = where === undefined ? undefined : computed.at(-1);
    return Array.from({ length: rows.rowCount }, (_, row) => {
      if (isIn !== undefined && isIn(row) !== true) return undefined;
      const values = readers.map((read) => read?.(row) ?? null);
      return nullsEqual !== true && values.includes(null) ? undefined : values;
    });
  }

  /** By row, as text; undefined: the row has none. */
  texts(rows: Batch): readonly (string | undefined)[] {
    return this.read(rows).map((values) => values && keyText(this.parts, values));
  }
}
