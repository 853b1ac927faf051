/** Reads a capture file: the statements that one client sent, with what PostgreSQL answered. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface CapturedStatement {
  /** `catalog 3` or `other 3`: its section and its number there. */
  readonly name: string;
  readonly sql: string;
  readonly isExtended: boolean;
  /** Names of the parameters' types as the client declared them; `0` where it did not. */
  readonly parameterTypes: readonly string[];
  readonly parameters: readonly (string | null)[];
  /** SQLSTATE that PostgreSQL answered with; undefined: it succeeded. */
  readonly sqlState: string | undefined;
  readonly message: string;
}

export interface Capture {
  readonly client: string;
  /** Parameters of the startup message. */
  readonly startup: Readonly<Record<string, string>>;
  readonly statements: readonly CapturedStatement[];
}

export const captureFolder = process.env['CAPTURES'] ?? join('..', 'shared', 'captures');

export function captureFiles(folder = captureFolder): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !name.startsWith('_'))
    .map((name) => join(folder, name));
}

export function readCapture(path: string): Capture {
  const text = readFileSync(path, 'utf8');
  const statements: CapturedStatement[] = [];
  let section = 'catalog';
  for (const block of text.split(/^(?=-- (?:\[\d+\]|=====))/m)) {
    if (block.startsWith('-- =====')) section = block.includes('catalog') ? 'catalog' : 'other';
    const statement = parseBlock(block, section);
    if (statement !== undefined) statements.push(statement);
  }
  return { client: basename(path, '.sql'), startup: startupOf(text), statements };
}

/** The first of the connections that the client made. */
function startupOf(text: string): Readonly<Record<string, string>> {
  const quoted = /^-- startup: ("(?:[^"\\]|\\.)*")/m.exec(text)?.[1];
  if (quoted === undefined) return {};
  const [, parameters = '{}'] = /^\S+ (.*)$/.exec(JSON.parse(quoted) as string) ?? [];
  return JSON.parse(parameters) as Record<string, string>;
}

function parseBlock(block: string, section: string): CapturedStatement | undefined {
  const head = /^-- \[(\d+)\] (\S+)(.*)\n/.exec(block);
  if (head === null) return undefined;
  const [line, number, protocol = '', rest = ''] = head;
  const body = block
    .slice(line.length)
    .replace(/^-- cols:.*\n/m, '')
    .replace(/^--\s*$/gm, '');
  const sample = /sample_params=(\[.*?\])(?= tag=| ERROR|$)/.exec(rest)?.[1];
  const error = / ERROR (\w{5}) ?(.*)$/.exec(rest);
  return {
    name: `${section} ${number}`,
    sql: body.trim().replace(/;$/, ''),
    isExtended: protocol.startsWith('ext'),
    parameterTypes: /param_oids=(\S+)/.exec(rest)?.[1]?.split(',') ?? [],
    parameters: sample === undefined ? [] : (JSON.parse(sample) as (string | null)[]),
    sqlState: error?.[1],
    message: error?.[2] ?? '',
  };
}
