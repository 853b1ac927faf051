/** COPY FROM STDIN and COPY TO STDOUT: tables and queries; text, CSV and binary. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import { parseSql } from '../../sql/parse.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { copyCharset, encodeCopyData } from '../copy/copy-encoding.ts';
import { CopyFilter } from '../copy/copy-filter.ts';
import { createCopyFormatter } from '../copy/copy-formatter.ts';
import { copyOptions, specifiedTwice, type CopySubject } from '../copy/copy-options.ts';
import type { Table, TableDefinition } from '../../catalog/table.ts';
import { findOwnRelation } from '../roles/own-relation.ts';
import { policiesFor } from '../roles/row-security.ts';
import type { CopyFormat } from '../copy/copy-format.ts';
import { createCopyLoad } from '../copy/copy-load.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { encodeBinaryRows } from '../statement/client-encoding.ts';
import { startQuery } from '../statement/query-runner.ts';
import type { Charset } from '../../types/encodings/charset.ts';
import type { TypeName } from '../../types/sql-type.ts';
import type { ResultWriter } from '../session.ts';
import type { StatementContext } from '../statement/statement-context.ts';
import { closeReasonOf } from '../tracing/close-reason.ts';
import { lockedPlan } from '../transaction/locks.ts';
import { refuseWrite } from '../transaction/read-only.ts';
import { asWholeStatement, fireAtEnd } from '../write/triggers/whole-statement.ts';
import { StatementTriggers } from '../write/triggers/statement-triggers.ts';
import { ReferenceNotes } from '../write/references/reference-notes.ts';
import { keysOf } from '../write/key-definition.ts';
import { lockParents } from '../transaction/locks.ts';
import { PartitionedTask } from '../write/partitions/partitioned-task.ts';
import { guardKeys, type RowStatement } from '../write/write-task.ts';
import { findTable, nameOf, type RangeVar } from '../definition/relation.ts';
import { nodeKind } from '../statement/statement-kind.ts';
import type { Utility, UtilityBody } from './utility.ts';

export const copyStatement: Utility = {
  kind: 'CopyStmt',
  locks: (body) => {
    const mode = body['is_from'] === true ? 'row exclusive' : 'access share';
    const relation = body['relation'] as RangeVar | undefined;
    return relation === undefined ? [] : [{ name: nameOf(relation), mode }];
  },
  async run(body, context) {
    if (body['filename'] !== undefined || body['is_program'] === true) {
      throw unsupported('COPY with a file or program of the server');
    }
    const rows =
      body['is_from'] === true ? await copyFrom(body, context) : await copyTo(body, context);
    context.out.commandComplete(`COPY ${rows}`);
    return rows;
  },
};

function columnNames(body: UtilityBody): readonly string[] {
  const list = (body['attlist'] ?? []) as readonly {
    readonly String?: { readonly sval?: string };
  }[];
  const names = list.map((item) => item.String?.sval ?? '');
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw specifiedTwice(twice);
  return names;
}

function formatCodes(format: CopyFormat, count: number): readonly [number, readonly number[]] {
  const code = format.format === 'binary' ? 1 : 0;
  return [code, Array.from({ length: count }, () => code)];
}

async function copyFrom(body: UtilityBody, context: StatementContext): Promise<number> {
  const { session, out } = context;
  const relation = (body['relation'] ?? {}) as RangeVar;
  const { definition } = copiedTable(context, relation, true);
  if (policiesFor(session, definition, undefined) !== undefined) {
    const message = 'COPY FROM not supported with row-level security';
    const hint = 'Use INSERT statements instead.';
    throw new SqlError('feature_not_supported', message, { hint });
  }
  const names = columnNames(body);
  const positions =
    names.length === 0
      ? definition.columns.flatMap(({ generated }, i) => (generated === undefined ? [i] : []))
      : names.map((name) => positionOf(name, definition));
  const targets = positions.map((position) => definition.columns[position]?.name ?? '');
  const format = copyOptions(body['options'], {
    isFrom: true,
    columns: targets,
    table: { name: definition.name, columns: definition.columns.map(({ name }) => name) },
    positionOf: context.statement.positionOf,
  });
  const where = body['whereClause'] as Node | undefined;
  const filter = where === undefined ? undefined : new CopyFilter(context, definition, where);
  const charset = copyCharset(session, format, 'in');
  if (!definition.temporary) refuseWrite(session, 'COPY FROM');
  await lockParents(session, definition.oid);
  const routed = PartitionedTask.of(session, copied(definition), {
    ...{ parameters: [], rowsExpected: 0 },
  });
  const keys = routed ? undefined : guardKeys(session, definition, keysOf(definition));
  await keys?.lockAll();
  const references = new ReferenceNotes(session, definition, 'insert');
  const triggers = StatementTriggers.of(session, { table: definition, events: ['insert'] });
  const given = { definition, positions, format, filter, charset };
  const task = { ...given, keys, references, triggers, routed };
  const load = createCopyLoad(context, task);
  try {
    const [code, codes] = formatCodes(format, positions.length);
    let isBegun = false;
    for await (const bytes of out.copyIn(code, codes)) {
      session.interrupts.check();
      if (!isBegun) await triggers?.beforeStatement();
      isBegun = true;
      await load.push(bytes);
    }
    if (!isBegun) await triggers?.beforeStatement();
    const rows = await load.finish();
    await (routed ?? keys)?.check();
    session.references.add(routed?.referenceEvents() ?? references.events());
    await asWholeStatement(session, () => Promise.resolve(fireAtEnd(session, triggers)));
    return rows;
  } finally {
    routed?.free();
    load.free();
  }
}

/** Rows of COPY as rows of an INSERT. */
function copied(table: TableDefinition): RowStatement {
  return { operation: 'insert', table, returning: [] };
}

function positionOf(name: string, definition: Pick<TableDefinition, 'name' | 'columns'>): number {
  const position = definition.columns.findIndex((column) => column.name === name);
  if (definition.columns[position]?.generated !== undefined) {
    const message = `column "${name}" is a generated column`;
    const detail = 'Generated columns cannot be used in COPY.';
    throw new SqlError('invalid_column_reference', message, { detail });
  }
  if (position >= 0) return position;
  const message = `column "${name}" of relation "${definition.name}" does not exist`;
  throw new SqlError('undefined_column', message);
}

async function copyTo(body: UtilityBody, context: StatementContext): Promise<number> {
  const { session, out, trace, parameters } = context;
  const { statement: source, table } = copySource(body, context);
  const planned = await lockedPlan(session, () => session.planNode(source, []).planned);
  if (planned.kind !== 'query') throw unsupported('COPY of a writing statement');
  if (planned.constantError !== undefined) throw planned.constantError;
  const names = planned.fields.map((field) => field.name);
  const format = copyOptions(body['options'], {
    isFrom: false,
    columns: names,
    ...(table === undefined ? {} : { table }),
    positionOf: context.statement.positionOf,
  });
  const [code, codes] = formatCodes(format, names.length);
  const charset = copyCharset(session, format, 'out');
  const formatter = createCopyFormatter(format, names);
  const types = planned.fields.map(({ type }) => type.name);
  const isBinary = format.format === 'binary';
  const running = startQuery(session, planned.plan, {
    parameters,
    output: { kind: 'rows', formats: codes },
    instrument: trace.wantsNodes,
  });
  session.interrupts.current = running;
  out.copyOut(code, codes);
  try {
    const header = formatter.start();
    if (header.length > 0) await sendEncoded(out, header, isBinary ? undefined : charset);
    let rows = 0;
    for (;;) {
      const chunk = await running.run.next(0);
      if (chunk === undefined) break;
      rows += chunk.rowCount;
      if (chunk.kind !== 'rows') continue;
      if (!isBinary) await sendEncoded(out, formatter.rows(chunk.bytes), charset);
      else await out.copyData(formatter.rows(inBinary(chunk.bytes, types, charset)));
    }
    const trailer = formatter.end();
    if (trailer.length > 0) await out.copyData(trailer);
    out.copyDone();
    await running.close('exhausted', trace);
    return rows;
  } catch (error) {
    await running.close(closeReasonOf(error), trace);
    throw error;
  }
}

const noMerge = 'MERGE not supported in COPY';

/** Errors: 22P05, behind the lines before the one that cannot be said. */
async function sendEncoded(
  out: ResultWriter,
  messages: Uint8Array,
  charset: Charset | undefined,
): Promise<void> {
  if (charset === undefined) {
    await out.copyData(messages);
    return;
  }
  const { encoded, error } = encodeCopyData(messages, charset);
  if (encoded.length > 0) await out.copyData(encoded);
  if (error !== undefined) throw error;
}

function inBinary(
  rows: Uint8Array,
  types: readonly TypeName[],
  charset: Charset | undefined,
): Uint8Array {
  return charset === undefined ? rows : encodeBinaryRows(rows, types, charset);
}

/** The query behind COPY TO: its own, or one over the table's columns. */
function copySource(body: UtilityBody, context: StatementContext): CopySource {
  const { statement } = context;
  if (body['query'] !== undefined) {
    const node = body['query'] as Node;
    if (nodeKind(node) === 'MergeStmt') throw new SqlError('feature_not_supported', noMerge);
    return { statement: { ...statement, node }, table: undefined };
  }
  const { definition } = copiedTable(context, (body['relation'] ?? {}) as RangeVar, false);
  const names = columnNames(body);
  for (const name of names) positionOf(name, definition);
  const stored = definition.columns.filter(({ generated }) => generated === undefined);
  const columns = names.length > 0 ? names : stored.map(({ name }) => name);
  const list = columns.map(quoteIdentifier).join(', ');
  const from = `${quoteIdentifier(definition.schema)}.${quoteIdentifier(definition.name)}`;
  const table = { name: definition.name, columns: definition.columns.map(({ name }) => name) };
  return { statement: parseSql(`SELECT ${list} FROM ${from}`)[0] as ParsedStatement, table };
}

interface CopySource {
  readonly statement: ParsedStatement;
  readonly table: CopySubject['table'];
}

/** Errors: 42P01, 42809. */
function copiedTable(context: StatementContext, relation: RangeVar, isFrom: boolean): Table {
  const { schemaname: schema, relname: name = '' } = relation;
  const noun = findOwnRelation(context.session, schema, name)?.noun ?? 'table';
  if (noun !== 'table') {
    const message = `cannot copy ${isFrom ? 'to' : 'from'} ${noun} "${name}"`;
    const ofView = 'To enable copying to a view, provide an INSTEAD OF INSERT trigger.';
    const hint = isFrom ? ofView : 'Try the COPY (SELECT ...) TO variant.';
    const isHinted = !isFrom || noun === 'view';
    throw new SqlError('wrong_object_type', message, isHinted ? { hint } : {});
  }
  const table = findTable(context, { schema, name });
  if (isFrom || table.definition.partitionBy === undefined) return table;
  throw new SqlError('wrong_object_type', `cannot copy from partitioned table "${name}"`, {
    hint: 'Try the COPY (SELECT ...) TO variant.',
  });
}
