/**
 * Rows of COPY FROM into a table.
 *
 *     bytes ─▶ blocks ─▶ field-cutter ─▶ cells ─▶ columns ─┐
 *                └ strange rows ─▶ parser ─▶ fields ─▶ column builders ─▶ batch ─▶ TableWrite
 *
 * A block that the cutter or a column refuses goes through the parser whole, which finds the
 * first bad row and says what is wrong with it. The order of rows is kept.
 */
import { setImmediate } from 'node:timers/promises';
import { SqlError } from '../../errors/sql-error.ts';
import type { Column } from '../../columns/column.ts';
import type { TableDefinition } from '../../catalog/table.ts';
import { Arena, Budget } from '../../memory/arena.ts';
import type { Charset } from '../../types/encodings/charset.ts';
import { isText } from '../../types/utf8.ts';
import type { PartitionedTask } from '../write/partitions/partitioned-task.ts';
import type { ReferenceNotes } from '../write/references/reference-notes.ts';
import type { StatementTriggers } from '../write/triggers/statement-triggers.ts';
import type { KeyCheck } from '../write/unique-keys.ts';
import { sessionFormats } from '../facts/evaluation-facts.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { CopyDecoder } from './copy-encoding.ts';
import type { CopyFilter } from './copy-filter.ts';
import { createBinaryCopyParser } from './copy-binary.ts';
import { lineContext, type CopyFormat, type CopyRow, type CopyTarget } from './copy-format.ts';
import { createCopyParser, type LineParser } from './copy-parser.ts';
import { CopySink } from './copy-sink.ts';
import { cellReader, type ColumnReader } from './field-columns.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { SqlSession } from '../sql-session.ts';
import { DomainCheck } from './domain-check.ts';
import { FieldCutter, type Cut } from './field-cutter.ts';
import { FieldRows, type Field } from './field-rows.ts';

export interface CopyTask {
  readonly definition: TableDefinition;
  /** Table position of each field. */
  readonly positions: readonly number[];
  readonly format: CopyFormat;
  /** Which rows are let through; undefined: all. */
  readonly filter: CopyFilter | undefined;
  /** undefined: texts come as UTF-8. */
  readonly charset: Charset | undefined;
  /** Told of the keys of new rows; undefined: the table has none. */
  readonly keys: KeyCheck | undefined;
  /** Those that it fires; undefined: none. */
  readonly triggers: StatementTriggers | undefined;
  /** Told of what new rows reference. */
  readonly references: ReferenceNotes;
  /** Takes the rows of a partitioned table; undefined: the table takes them itself. */
  readonly routed: PartitionedTask | undefined;
}

/** Bytes that are cut at once: some milliseconds of work. */
const blockBytes = 1 << 20;
/** Rows parsed one by one before other connections get a turn. */
const turnRows = 1024;
/** Rows per batch that the store takes in one turn. */
const flushRows = 4096;
const newline = 0x0a;

/** COPY FROM STDIN of one statement. */
export interface CopyLoad {
  push(bytes: Uint8Array): Promise<void>;
  /** Returns the number of rows of the whole COPY. */
  finish(): Promise<number>;
  free(): void;
}

export function createCopyLoad(context: StatementContext, task: CopyTask): CopyLoad {
  if (task.format.format === 'binary') return new BinaryLoad(context, task);
  const load = new TextLoad(context, task);
  return task.charset === undefined ? load : new EncodedLoad(load, task.charset);
}

function relationOf({ definition, positions }: CopyTask): CopyTarget {
  return {
    relation: definition.name,
    columns: positions.map((position) => definition.columns[position]?.name ?? ''),
  };
}

/** Rows parsed one by one, in batches into the table. */
class RowIntake {
  readonly sink: CopySink;
  readonly #rows: FieldRows;

  constructor(context: StatementContext, task: CopyTask, budget: Budget) {
    this.sink = new CopySink(context, task, budget);
    this.#rows = new FieldRows(context.session, task, this.sink.arena);
  }

  async take(rows: Iterable<CopyRow<Field>>): Promise<void> {
    let taken = 0;
    for (const row of rows) {
      this.#rows.append(row);
      if (this.#rows.rowCount >= flushRows) await this.flush();
      if (++taken % turnRows === 0) await setImmediate();
    }
  }

  async flush(): Promise<void> {
    const { rowCount } = this.#rows;
    if (rowCount > 0) await this.sink.insert(this.#rows.finish(), rowCount);
    this.#rows.begin();
  }
}

/** Errors of the reader: those of the type, and of its domain. */
function checkedReader(session: SqlSession, type: SqlType, formats: FormatSettings): ColumnReader {
  const read = cellReader(type, formats);
  const domain = DomainCheck.of(session, type);
  if (domain === undefined) return read;
  return (run, arena) => {
    const column = read(run, arena);
    domain.column(column, run.rowCount, arena);
    return column;
  };
}

class BinaryLoad implements CopyLoad {
  readonly #intake: RowIntake;
  readonly #parser: ReturnType<typeof createBinaryCopyParser>;

  constructor(context: StatementContext, task: CopyTask) {
    const budget = new Budget(context.session.environment.queryMemoryBytesMax);
    this.#intake = new RowIntake(context, task, budget);
    this.#parser = createBinaryCopyParser(relationOf(task));
  }

  async push(bytes: Uint8Array): Promise<void> {
    await this.#intake.take(this.#parser.push(bytes));
  }

  async finish(): Promise<number> {
    await this.#intake.take(this.#parser.finish());
    await this.#intake.flush();
    return this.#intake.sink.rowCount;
  }

  free(): void {
    this.#intake.sink.free();
  }
}

class TextLoad implements CopyLoad {
  readonly #intake: RowIntake;
  readonly #target: CopyTarget;
  readonly #parser: LineParser;
  readonly #arena: Arena;
  /** undefined: the format is left to the parser. */
  readonly #cutter: FieldCutter | undefined;
  readonly #readers: readonly ColumnReader[];
  #block = Buffer.allocUnsafe(blockBytes + (blockBytes >> 2));
  #used = 0;
  /** Bytes that have to be there before a row can end in the block. */
  #wanted = blockBytes;

  constructor(context: StatementContext, task: CopyTask) {
    const { definition, positions, format } = task;
    const budget = new Budget(context.session.environment.queryMemoryBytesMax);
    const formats = sessionFormats(context.session);
    this.#intake = new RowIntake(context, task, budget);
    this.#target = relationOf(task);
    this.#parser = createCopyParser(format, this.#target);
    this.#arena = new Arena(budget);
    const isKnown = FieldCutter.knows(format, positions.length);
    this.#cutter = isKnown ? new FieldCutter(format, positions.length, this.#arena) : undefined;
    this.#readers = positions.flatMap((position) => {
      const column = definition.columns[position];
      return column === undefined ? [] : [checkedReader(context.session, column.type, formats)];
    });
  }

  /** Takes what came before the next bytes, which are not text: the error names their line. */
  async refuse(error: SqlError): Promise<never> {
    await this.#takeBlock();
    const where = lineContext(this.#target, this.#parser.lineCount + 1);
    error.fields = { ...error.fields, where };
    throw error;
  }

  async push(bytes: Uint8Array): Promise<void> {
    this.#reserve(bytes.length);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
    if (this.#used >= this.#wanted) await this.#takeBlock();
  }

  #reserve(byteSize: number): void {
    const wanted = this.#used + byteSize;
    if (wanted <= this.#block.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#block.length * 2));
    this.#block.copy(grown, 0, 0, this.#used);
    this.#block = grown;
  }

  async finish(): Promise<number> {
    await this.#takeBlock();
    await this.#parse(this.#block.subarray(0, this.#used));
    await this.#intake.take(this.#parser.finish());
    await this.#intake.flush();
    return this.#intake.sink.rowCount;
  }

  /** Takes the whole rows of the block; what begins a further row stays. */
  async #takeBlock(): Promise<void> {
    const bytes = this.#block.subarray(0, this.#used);
    let from = 0;
    this.#cutter?.load(bytes);
    while (from < bytes.length) {
      const next = await this.#takePiece(bytes, from);
      if (next === 'wait') break;
      from = next;
    }
    this.#block.copy(this.#block, 0, from, this.#used);
    this.#used -= from;
    this.#wanted = Math.max(blockBytes, this.#used * 2);
  }

  /** Takes rows from byte `from` on; returns where the next ones begin. */
  async #takePiece(bytes: Buffer, from: number): Promise<number | 'wait'> {
    const lineEnd = this.#cutter === undefined ? undefined : this.#parser.fresh;
    const cut = lineEnd === undefined ? undefined : this.#cutter?.cut(from, lineEnd);
    if (cut === undefined || (cut.rowCount === 0 && cut.stop === 'strange')) {
      const end = this.#lineEndFrom(bytes, from);
      await this.#parse(bytes.subarray(from, end));
      return end;
    }
    if (cut.rowCount === 0) return 'wait';
    const piece = bytes.subarray(from, cut.end);
    await this.#intake.flush();
    const columns = isText(piece) ? this.#columns(cut) : undefined;
    if (columns === undefined) await this.#parse(piece);
    else {
      this.#parser.skip(cut.lineCount);
      await this.#intake.sink.insert(columns, cut.rowCount);
      await setImmediate();
    }
    return cut.end;
  }

  /** Behind the line that is left to the parser; or all, where no line can be told. */
  #lineEndFrom(bytes: Buffer, from: number): number {
    if (this.#cutter === undefined || this.#parser.hasOtherEnds) return bytes.length;
    const end = bytes.indexOf(newline, from);
    return end < 0 ? bytes.length : end + 1;
  }

  /** undefined: a value is refused, and the parser will say which. */
  #columns({ rowCount }: Cut): readonly Column[] | undefined {
    const { arena } = this.#intake.sink;
    try {
      return this.#readers.map((read, column) =>
        read({ cells: this.#cutter?.cells(column) ?? 0, rowCount }, arena),
      );
    } catch (error) {
      if (error instanceof SqlError) return undefined;
      throw error;
    }
  }

  async #parse(bytes: Buffer): Promise<void> {
    await this.#intake.take(this.#parser.push(bytes));
  }

  free(): void {
    this.#intake.sink.free();
    this.#arena.free();
  }
}

/** Text in another encoding than UTF-8. Errors: 22021, 22P05. */
class EncodedLoad implements CopyLoad {
  readonly #load: TextLoad;
  readonly #decoder: CopyDecoder;

  constructor(load: TextLoad, charset: Charset) {
    this.#load = load;
    this.#decoder = new CopyDecoder(charset);
  }

  async push(bytes: Uint8Array): Promise<void> {
    const { text, error } = this.#decoder.push(bytes);
    await this.#load.push(text);
    if (error !== undefined) await this.#load.refuse(error);
  }

  async finish(): Promise<number> {
    const error = this.#decoder.finish();
    return error === undefined ? this.#load.finish() : this.#load.refuse(error);
  }

  free(): void {
    this.#load.free();
  }
}
