/** Runs a test file against one peer and says where the answers differ. */
import { rowText, typesText, type Answer } from './answer.ts';
import type { Peer } from './peer.ts';
import { appliesTo, type ScriptRecord } from './script.ts';

export interface Difference {
  readonly line: number;
  readonly sql: string;
  readonly expected: string;
  readonly actual: string;
}

export interface Target {
  readonly name: 'timefusion' | 'postgres' | 'pglite';
  /** Opens one more session; undefined for a peer that has one only. */
  readonly open: (() => Promise<Peer>) | undefined;
  readonly first: Peer;
  /** Queries are repeated over the extended protocol. */
  readonly isRepeated: boolean;
}

/** What the file would say, had it been written from these answers. */
export interface Outcome {
  readonly record: ScriptRecord;
  readonly difference: Difference | undefined;
}

const setup = (schema: string): readonly string[] => [
  'rollback',
  'discard all',
  `drop schema if exists "${schema}" cascade`,
  `create schema "${schema}"`,
  ...session(schema),
];
const session = (schema: string): readonly string[] => [
  `set search_path = "${schema}"`,
  "set timezone = 'UTC'",
];

export async function runScript(
  records: readonly ScriptRecord[],
  target: Target,
  schema: string,
): Promise<readonly Outcome[]> {
  const sessions = new Map<string, Peer>([['', target.first]]);
  for (const sql of setup(schema)) await target.first.run(sql);
  const outcomes: Outcome[] = [];
  for (const record of records) {
    if (!appliesTo(record, target.name)) {
      outcomes.push({ record, difference: undefined });
      continue;
    }
    const peer = await sessionFor(record.connection, sessions, target, schema);
    if (peer === undefined) break;
    outcomes.push(await runRecord(record, peer, target));
  }
  for (const [name, peer] of sessions) if (name !== '') await peer.close();
  await target.first.run('rollback');
  await target.first.run(`drop schema if exists "${schema}" cascade`);
  return [
    ...outcomes,
    ...records.slice(outcomes.length).map((record) => ({ record, difference: undefined })),
  ];
}

async function sessionFor(
  name: string,
  sessions: Map<string, Peer>,
  { open }: Target,
  schema: string,
): Promise<Peer | undefined> {
  const known = sessions.get(name);
  if (known !== undefined) return known;
  const peer = await open?.();
  if (peer === undefined) return undefined;
  for (const sql of session(schema)) await peer.run(sql);
  sessions.set(name, peer);
  return peer;
}

async function runRecord(record: ScriptRecord, peer: Peer, target: Target): Promise<Outcome> {
  const answer = await peer.run(record.sql, record.copied);
  const written = writeAnswer(record, answer);
  const difference = compare(record, written);
  if (difference !== undefined || !canRepeat(record, target))
    return { record: written, difference };
  const again = writeAnswer(record, await peer.runExtended(record.sql, 0));
  const second = compare(record, again);
  return {
    record: written,
    difference: second && { ...second, sql: `(extended protocol) ${second.sql}` },
  };
}

/** Errors are not repeated: they end the transaction that the test may be in. */
function canRepeat({ header, sql }: ScriptRecord, { isRepeated }: Target): boolean {
  const isQuery = header.startsWith('query') && /^\s*(select|values|with|table)\b/i.test(sql);
  return isRepeated && isQuery && !/ once\b/.test(header);
}

function flagsOf(header: string): readonly string[] {
  return header.split(' ').filter((word) => ['rowsort', 'names', 'once'].includes(word));
}

/** The record with its header and expected lines as this answer makes them. */
function writeAnswer(record: ScriptRecord, answer: Answer): ScriptRecord {
  const { failure, columns, rows, tag } = answer;
  if (failure !== undefined) {
    const at = failure.position > 0 ? ` at ${failure.position}` : '';
    const header = `statement error ${failure.code}${at}`;
    return { ...record, header, expected: failure.message.split('\n') };
  }
  if (columns === undefined) {
    const header = `statement ok ${tag}`.trimEnd();
    return { ...record, header, expected: rows.map(rowText) };
  }
  const flags = flagsOf(record.header);
  const lines = rows.map(rowText);
  if (flags.includes('rowsort')) lines.sort();
  if (flags.includes('names')) lines.unshift(columns.map(({ name }) => name).join(' | '));
  return { ...record, header: ['query', typesText(answer), ...flags].join(' '), expected: lines };
}

function compare(wanted: ScriptRecord, written: ScriptRecord): Difference | undefined {
  const expected = [wanted.header, ...sortedAsAsked(wanted)].join('\n');
  const actual = [written.header, ...sortedAsAsked(written)].join('\n');
  return expected === actual ? undefined : { line: wanted.line, sql: wanted.sql, expected, actual };
}

function sortedAsAsked({ header, expected }: ScriptRecord): readonly string[] {
  const flags = flagsOf(header);
  if (!flags.includes('rowsort')) return expected;
  const [names, rows] = flags.includes('names')
    ? [expected.slice(0, 1), expected.slice(1)]
    : [[], expected];
  return [...names, ...rows.toSorted()];
}
