/** COPY FROM STDIN and COPY TO STDOUT: tables and queries; text, CSV and binary. */
import { SqlError, unsupported } from '../../errors/sql-error.ts';
import type { Node } from '@pgsql/types';
import { parseSql } from '../../sql/parse.ts';
import type { ParsedStatement } from '../../sql/statement.ts';
import { createCopyFormatter } from '../copy/copy-formatter.ts';
import { copyOptions } from '../copy/copy-options.ts';
import type { CopyFormat } from '../copy/copy-format.ts';
import { createCopyLoad } from '../copy/copy-load.ts';
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { startQuery } from '../query-runner.ts';
import type { StatementContext } from '../statement-context.ts';
import { closeReasonOf } from '../close-reason.ts';
import { refuseWrite } from '../read-only.ts';
import { guardKeys } from '../write-runner.ts';
import { findTable, nameOf, type RangeVar } from '../definition/relation.ts';
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
  return list.map((item) => item.String?.sval ?? '');
}

function formatCodes(format: CopyFormat, count: number): readonly [number, readonly number[]] {
  const code = format.format === 'binary' ? 1 : 0;
  return [code, Array.from({ length: count }, () => code)];
}

async function copyFrom(body: UtilityBody, context: StatementContext): Promise<number> {
  const { session, out } = context;
  if (body['whereClause'] !== undefined) throw unsupported('COPY FROM with WHERE');
  const relation = (body['relation'] ?? {}) as RangeVar;
  const table = findTable(context, { schema: relation.schemaname, name: relation.relname ?? '' });
  const { definition } = table;
  const names = columnNames(body);
  const positions =
    names.length === 0
      ? definition.columns.map((_, index) => index)
      : names.map((name) => positionOf(name, definition));
  const targets = positions.map((position) => definition.columns[position]?.name ?? '');
  const format = copyOptions(body['options'], targets, context.statement.positionOf);
  if (!definition.temporary) refuseWrite(session, 'COPY FROM');
  const keys = guardKeys(session, definition);
  await keys?.lockAll();
  const load = createCopyLoad(context, { definition, positions, format, keys });
  try {
    const [code, codes] = formatCodes(format, positions.length);
    for await (const bytes of out.copyIn(code, codes)) {
      session.interrupts.check();
      await load.push(bytes);
    }
    const rows = await load.finish();
    await keys?.check();
    return rows;
  } finally {
    load.free();
  }
}

function positionOf(
  name: string,
  definition: { readonly name: string; readonly columns: readonly { readonly name: string }[] },
): number {
  const position = definition.columns.findIndex((column) => column.name === name);
  if (position >= 0) return position;
  const message = `column "${name}" of relation "${definition.name}" does not exist`;
  throw new SqlError('undefined_column', message);
}

async function copyTo(body: UtilityBody, context: StatementContext): Promise<number> {
  const { session, out, trace, parameters } = context;
  const { planned } = session.planNode(copySource(body, context), []);
  if (planned.kind !== 'query') throw unsupported('COPY of a writing statement');
  const names = planned.fields.map((field) => field.name);
  const format = copyOptions(body['options'], names, context.statement.positionOf);
  const [code, codes] = formatCodes(format, names.length);
  const formatter = createCopyFormatter(format, names);
  const running = startQuery(session, planned.plan, {
    parameters,
    output: { kind: 'rows', formats: codes },
    instrument: trace.wantsNodes,
  });
  session.interrupts.current = running;
  out.copyOut(code, codes);
  try {
    const header = formatter.start();
    if (header.length > 0) await out.copyData(header);
    let rows = 0;
    for (;;) {
      const chunk = await running.run.next(0);
      if (chunk === undefined) break;
      rows += chunk.rowCount;
      if (chunk.kind === 'rows') await out.copyData(formatter.rows(chunk.bytes));
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

/** The query behind COPY TO: its own, or one over the table's columns. */
function copySource(body: UtilityBody, context: StatementContext): ParsedStatement {
  const { statement } = context;
  if (body['query'] !== undefined) return { ...statement, node: body['query'] as Node };
  const relation = (body['relation'] ?? {}) as RangeVar;
  const { definition } = findTable(context, {
    schema: relation.schemaname,
    name: relation.relname ?? '',
  });
  const names = columnNames(body);
  for (const name of names) positionOf(name, definition);
  const columns = names.length > 0 ? names : definition.columns.map(({ name }) => name);
  const list = columns.map(quoteIdentifier).join(', ');
  const from = `${quoteIdentifier(definition.schema)}.${quoteIdentifier(definition.name)}`;
  return parseSql(`SELECT ${list} FROM ${from}`)[0] as ParsedStatement;
}
