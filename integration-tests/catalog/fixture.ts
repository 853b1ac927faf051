/**
 * The captures' schema, as far as both servers take it. A statement that our server refuses by
 * name is left out of both; of a CREATE TABLE only the columns and constraints that it refuses,
 * and of an INSERT the values of such columns.
 *
 *     create table t (a int, b tsvector, c x)  ──▶  create table t (a int)   left out: b, c
 */
import type { ReplaySession } from './replay-session.ts';

export interface Fixture {
  /** What both servers are given. */
  readonly statements: readonly string[];
  /** What was refused, and why. */
  readonly leftOut: readonly string[];
}

/** Functions of extensions are built in here: CREATE EXTENSION makes no object. */
const ofExtension = /^create extension /i;

/** Values that differ from run to run are made the same. */
const settled = [
  "update projects set created_at = '2025-01-01 00:00:00+00'",
  'update otel_logs_and_spans set id = md5(name)::uuid',
  'analyze',
];

/** Statements of a script without psql's commands; texts in dollars are not expected. */
export function statementsOf(script: string): readonly string[] {
  const sql = script.replace(/^(?:create database .*|\\.*)$/gm, '');
  return split(sql, ';').filter((statement) => statement !== '');
}

export async function makeFixture(
  session: ReplaySession,
  statements: readonly string[],
): Promise<Fixture> {
  const taken: string[] = [];
  const leftOut: string[] = [];
  for (const statement of statements) {
    const refusal = ofExtension.test(statement) ? 'none' : await refusalOf(session, statement);
    if (refusal === undefined) {
      taken.push(statement);
      continue;
    }
    const reduced = await reduce(session, statement, taken);
    if (reduced === undefined) leftOut.push(`${statement.slice(0, 60)}: ${refusal}`);
    else {
      taken.push(reduced.statement);
      leftOut.push(...reduced.leftOut);
    }
  }
  for (const statement of settled) {
    const refusal = await refusalOf(session, statement);
    if (refusal !== undefined) throw new Error(`${refusal}: ${statement}`);
  }
  return { statements: [...taken, ...settled], leftOut };
}

async function refusalOf(session: ReplaySession, sql: string): Promise<string | undefined> {
  return (await session.query(sql)).failure?.message;
}

interface Reduced {
  readonly statement: string;
  readonly leftOut: readonly string[];
}

async function reduce(
  session: ReplaySession,
  statement: string,
  taken: readonly string[],
): Promise<Reduced | undefined> {
  const create = /^(create table \S+?)\((.*)\)$/is.exec(statement);
  const insert = /^(insert into (\S+?))\(([^)]*)\)\s*select (.*?) (from .*)$/is.exec(statement);
  const reduced =
    create !== null
      ? await reduceTable(session, create[1] ?? '', split(create[2] ?? '', ','))
      : insert !== null
        ? reduceInsert(insert, taken)
        : undefined;
  if (reduced === undefined) return undefined;
  return (await refusalOf(session, reduced.statement)) === undefined ? reduced : undefined;
}

/** Tries each column in a table of its own, each constraint beside the columns that remain. */
async function reduceTable(
  session: ReplaySession,
  head: string,
  items: readonly string[],
): Promise<Reduced> {
  const kept: string[] = [];
  const leftOut: string[] = [];
  const columns = items.filter((item) => !/^constraint /i.test(item));
  for (const item of [...columns, ...items.filter((each) => !columns.includes(each))]) {
    const whole = await refusalOf(session, probe([...kept, item]));
    const plain = item.split(/ (?:references|generated|default|check)\b/i)[0] ?? item;
    const refusal = whole === undefined ? undefined : await refusalOf(session, probe([plain]));
    if (whole === undefined) kept.push(item);
    else if (refusal === undefined && plain !== item) kept.push(plain);
    if (whole !== undefined) leftOut.push(`${item}: ${whole}`);
    await session.query('drop table if exists fixture_probe');
  }
  return { statement: `${head}(${kept.join(', ')})`, leftOut };
}

function probe(items: readonly string[]): string {
  return `create table fixture_probe(${items.join(', ')})`;
}

function reduceInsert(insert: RegExpExecArray, taken: readonly string[]): Reduced | undefined {
  const [, head, table = '', names = '', values = '', from] = insert;
  const created = taken.find((statement) =>
    new RegExp(`^create table (?:public\\.)?${table}\\(`).test(statement),
  );
  if (created === undefined) return undefined;
  const items = split(created.slice(created.indexOf('(') + 1, -1), ',');
  const known = new Set(items.map((item) => item.split(/\s/)[0]));
  const columns = split(names, ',');
  const expressions = split(values, ',');
  const kept = columns.flatMap((name, i) => (known.has(name) ? [i] : []));
  const pick = (list: readonly string[]): string => kept.map((i) => list[i]).join(', ');
  return {
    statement: `${head}(${pick(columns)}) select ${pick(expressions)} ${from}`,
    leftOut: [],
  };
}

/** Pieces between separators that stand outside of brackets and quotes. */
function split(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let piece = '';
  for (const char of text) {
    if (char === "'") isQuoted = !isQuoted;
    else if (!isQuoted && '(['.includes(char)) depth += 1;
    else if (!isQuoted && ')]'.includes(char)) depth -= 1;
    if (char === separator && depth === 0 && !isQuoted) {
      pieces.push(piece.trim());
      piece = '';
    } else piece += char;
  }
  return [...pieces, piece.trim()];
}
