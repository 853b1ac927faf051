/** Reads a capture file: the statements that one client sent, with what PostgreSQL answered. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CapturedStatement {
  readonly number: number;
  readonly sql: string;
  readonly isExtended: boolean;
  readonly parameters: readonly string[];
  /** SQLSTATE that PostgreSQL answered with; undefined: it succeeded. */
  readonly sqlState: string | undefined;
  /** `name:type` per result column; empty when there are none. */
  readonly columns: readonly string[];
  /** True in the section of catalog queries, false for everything else that the client sent. */
  readonly isCatalog: boolean;
}

export interface Capture {
  readonly client: string;
  readonly statements: readonly CapturedStatement[];
}

export const captureFolder = join('..', 'shared', 'captures');

export function captureFiles(folder = captureFolder): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !name.startsWith('_'))
    .map((name) => join(folder, name));
}

export function readCapture(path: string): Capture {
  const client = path.replace(/^.*\//, '').replace(/\.sql$/, '');
  const statements: CapturedStatement[] = [];
  let isCatalog = true;
  for (const block of readFileSync(path, 'utf8').split(/^(?=-- (?:\[\d+\]|=====))/m)) {
    if (block.startsWith('-- =====')) isCatalog = block.includes('catalog');
    const statement = parseBlock(block, isCatalog);
    if (statement !== undefined) statements.push(statement);
  }
  return { client, statements };
}

function parseBlock(block: string, isCatalog: boolean): CapturedStatement | undefined {
  const head = /^-- \[(\d+)\] (\S+)(.*)\n/.exec(block);
  if (head === null) return undefined;
  const [line, number, protocol = '', rest = ''] = head;
  const columns = /^-- cols: (.*)\n/m.exec(block)?.[1];
  const body = block
    .slice(line.length)
    .replace(/^-- cols:.*\n/m, '')
    .replace(/^--\s*$/gm, '');
  const sample = /sample_params=(\[.*?\])(?= tag=| ERROR|$)/.exec(rest)?.[1];
  return {
    number: Number(number),
    sql: body.trim().replace(/;$/, ''),
    isExtended: protocol.startsWith('ext'),
    parameters: sample === undefined ? [] : (JSON.parse(sample) as string[]),
    sqlState: / ERROR (\w{5})/.exec(rest)?.[1],
    columns: columns === undefined ? [] : columns.split(', '),
    isCatalog,
  };
}
