/**
 * The first key of a TopK sort: which rows of a batch may still be among the first `fetch`.
 *
 *     batch ──codes of the key──▶ at most the limit ──▶ rows that are kept
 *                                   └─▶ candidates; when there are twice `fetch`, the best
 *                                       `fetch` stay and the worst of them is the new limit
 *
 * Only first keys count here, so a row that ties with the limit is kept. NULLs have the lowest or
 * the highest code; a value that shares it is kept as well.
 */
import { kernels } from '../../kernels/kernels.ts';
import type { Arena } from '../../memory/arena.ts';
import { withSelection, type Batch } from '../../columns/batch.ts';
import { columnReader } from '../../columns/read.ts';
import type { Column } from '../../columns/column.ts';
import { layoutOf } from '../../types/type-table.ts';
import type { Datum } from '../../types/datum.ts';
import type { SqlType } from '../../types/sql-type.ts';
import { Growable } from '../keys/growable.ts';
import { valueOfCode } from './code-value.ts';
import { sortRecords, type KeyOrder } from './sort-codes.ts';

const lowestCode = 0n;
const highestCode = 2n ** 64n - 1n;

export class TopKBound {
  readonly #order: KeyOrder;
  readonly #fetch: number;
  readonly #candidates: Growable;
  #count = 0;
  #limit: bigint | undefined;
  #type: SqlType | undefined;
  #isNew = false;

  /** `fetch` is at least 1; `arena` holds up to three times as many codes, or a batch of them. */
  constructor(order: KeyOrder, fetch: number, arena: Arena) {
    this.#order = order;
    this.#fetch = fetch;
    this.#candidates = new Growable(arena);
  }

  /** The batch without rows that come after the limit. */
  narrow(batch: Batch, key: Column, scratch: Arena): Batch {
    if (!hasDirectCode(key)) return batch;
    this.#type = key.type;
    const codes = this.#codes(key, batch.physicalRows, scratch);
    const kept = this.#below(batch, codes, scratch);
    if (kept.rowCount === 0 || !this.#admit(kept, codes)) return kept;
    return this.#below(kept, codes, scratch);
  }

  /** The limit as a value, once after each change; undefined when it is NULL or there is none. */
  value(scratch: Arena): Datum | undefined {
    const limit = this.#limit;
    if (!this.#isNew || limit === undefined || this.#type === undefined) return undefined;
    this.#isNew = false;
    if (limit === lowestCode || limit === highestCode) return undefined;
    const { descending } = this.#order;
    const column = valueOfCode(descending ? highestCode - limit : limit, this.#type, scratch);
    return columnReader(column)(0) ?? undefined;
  }

  #codes(key: Column, rowCount: number, scratch: Arena): number {
    const { pointer } = sortRecords([{ ...key, validity: 0 }], [this.#order], rowCount, scratch);
    if (key.validity !== 0) {
      const word = this.#order.nullsFirst ? lowestCode : highestCode;
      kernels().replaceNullCodes(key.validity, rowCount, pointer, word);
    }
    return pointer;
  }

  #below(batch: Batch, codes: number, scratch: Arena): Batch {
    if (this.#limit === undefined) return batch;
    const { selection, rowCount } = batch;
    const out = scratch.allocate((rowCount + 1) * 4);
    const limit = this.#limit;
    const found = kernels().selectCodesBelow(codes, 8, selection, rowCount, limit, out);
    return found === rowCount ? batch : withSelection(batch, found, out);
  }

  /** Adds the rows' codes to the candidates; whether the limit changed. */
  #admit({ selection, rowCount }: Batch, codes: number): boolean {
    const total = this.#count + rowCount;
    this.#candidates.reserve(total * 8, this.#count * 8);
    const { pointer } = this.#candidates;
    const out = pointer + this.#count * 8;
    if (selection === 0) kernels().copyBytes(codes, rowCount * 8, out);
    else kernels().gather64(codes, selection, rowCount, out);
    this.#count = total;
    const isFirst = this.#limit === undefined && total >= this.#fetch;
    if (!isFirst && total < this.#fetch * 2) return false;
    const nth = kernels().selectNthCode(pointer, total, this.#fetch - 1);
    const limit = BigInt.asUintN(64, nth);
    this.#count = this.#fetch;
    this.#isNew = limit !== this.#limit;
    this.#limit = limit;
    return this.#isNew;
  }
}

/** Keys whose code does not depend on the other rows: of fixed width. */
function hasDirectCode(key: Column): boolean {
  const layout = layoutOf(key.type.name);
  return key.encoding === 'plain' && layout !== 'varlen' && layout !== 'b16';
}
