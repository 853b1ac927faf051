/**
 * Replays captured catalog statements against a server and prints a table, client by client.
 *
 *     node dist/integration-tests/catalog/replay.js postgres://postgres@127.0.0.1:5432/postgres
 *         [--all] [--client psql15] [--against postgres://…] [--folder ../shared/captures]
 *
 * `--all` replays session control and payload statements, too. `--against` runs each statement on
 * a PostgreSQL 15 as well and counts where result columns (names and types) or numbers of rows
 * differ. Statements that PostgreSQL refused are expected to be refused with the same SQLSTATE.
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { captureFiles, captureFolder, readCapture, type CapturedStatement } from './capture.ts';

const timeoutMs = 20_000;
const shownMax = 8;

export interface Answer {
  readonly error: string | undefined;
  readonly sqlState: string | undefined;
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly ms: number;
}

export interface ReplayResult {
  readonly client: string;
  readonly statement: CapturedStatement;
  readonly answer: Answer;
  readonly reference: Answer | undefined;
}

interface ResultLike {
  readonly fields?: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows?: readonly unknown[];
}

async function connect(address: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: address, query_timeout: timeoutMs });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Text parameters as they were; bytes (`\x…`) in binary format. */
function parameterValues(statement: CapturedStatement): readonly (string | Buffer | null)[] {
  const wanted = Math.max(0, ...[...statement.sql.matchAll(/\$(\d+)/g)].map((m) => Number(m[1])));
  return Array.from({ length: wanted }, (_, i) => {
    const value = statement.parameters[i];
    if (value === undefined) return null;
    return /^\\x[0-9a-f]*$/.test(value) ? Buffer.from(value.slice(2), 'hex') : value;
  });
}

export async function run(client: pg.Client, statement: CapturedStatement): Promise<Answer> {
  const values = parameterValues(statement);
  const startMs = performance.now();
  try {
    const raw: unknown = statement.isExtended
      ? await client.query({ text: statement.sql, values: [...values] })
      : await client.query(statement.sql);
    const results = (Array.isArray(raw) ? raw : [raw]) as readonly ResultLike[];
    const last = results.at(-1);
    return {
      error: undefined,
      sqlState: undefined,
      columns: (last?.fields ?? []).map((field) => `${field.name}:${field.dataTypeID}`),
      rowCount: last?.rows?.length ?? 0,
      ms: performance.now() - startMs,
    };
  } catch (error) {
    const { message, code } = error as { readonly message: string; readonly code?: string };
    return {
      error: message,
      sqlState: code,
      columns: [],
      rowCount: 0,
      ms: performance.now() - startMs,
    };
  }
}

export interface ReplayOptions {
  readonly address: string;
  readonly against?: string | undefined;
  readonly client?: string | undefined;
  readonly all?: boolean | undefined;
  readonly folder?: string | undefined;
}

export async function replay(options: ReplayOptions): Promise<readonly ReplayResult[]> {
  const results: ReplayResult[] = [];
  for (const path of captureFiles(options.folder ?? captureFolder)) {
    const capture = readCapture(path);
    if (options.client !== undefined && capture.client !== options.client) continue;
    const chosen = capture.statements.filter(({ isCatalog }) => isCatalog || options.all === true);
    const client = await connect(options.address);
    const other = options.against === undefined ? undefined : await connect(options.against);
    for (const statement of chosen) {
      const answer = await run(client, statement);
      const reference = other && (await run(other, statement));
      results.push({ client: capture.client, statement, answer, reference });
    }
    await client.end();
    await other?.end();
  }
  return results;
}

/** Whether the server answered as PostgreSQL did: rows for rows, an error for an error. */
export function isAsExpected({ statement, answer, reference }: ReplayResult): boolean {
  const refused = reference === undefined ? statement.sqlState : reference.sqlState;
  return refused === undefined ? answer.error === undefined : answer.sqlState === refused;
}

/** The difference from PostgreSQL in columns, or in the number of rows. */
export function difference({ answer, reference }: ReplayResult): string | undefined {
  if (reference === undefined || reference.error !== undefined || answer.error !== undefined) {
    return undefined;
  }
  const [ours, theirs] = [answer.columns.join(), reference.columns.join()];
  if (ours !== theirs) {
    const at = reference.columns.findIndex((column, i) => column !== answer.columns[i]);
    return `columns: ${answer.columns[at] ?? 'none'} for ${reference.columns[at] ?? 'none'}`;
  }
  if (answer.rowCount === reference.rowCount) return undefined;
  return `rows: ${answer.rowCount} for ${reference.rowCount}`;
}

function report(results: readonly ReplayResult[]): void {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const clients = [...new Set(results.map(({ client }) => client))];
  for (const client of clients) {
    const own = results.filter((result) => result.client === client);
    const failed = own.filter((result) => !isAsExpected(result));
    const differing = own.flatMap((result) => difference(result) ?? []);
    const slowest = Math.max(0, ...own.map(({ answer }) => answer.ms));
    const counts = `${own.length - failed.length} ok, ${failed.length} failed`;
    const more = `${differing.length} differ, slowest ${slowest.toFixed(0)} ms`;
    write(`${client.padEnd(28)} ${counts.padEnd(22)} ${more}`);
    for (const { statement, answer } of failed.slice(0, shownMax)) {
      write(`    [${statement.number}] ${answer.error ?? `no error ${statement.sqlState}`}`);
    }
    for (const result of own) {
      const text = difference(result);
      if (text !== undefined) write(`    [${result.statement.number}] ${text}`);
    }
  }
  const failed = results.filter((result) => !isAsExpected(result));
  write(`${'all'.padEnd(28)} ${results.length - failed.length} ok, ${failed.length} failed`);
  const messages = new Map<string, number>();
  for (const { answer } of failed) {
    const message = answer.error ?? 'no error';
    messages.set(message, (messages.get(message) ?? 0) + 1);
  }
  for (const [message, count] of [...messages].sort((a, b) => b[1] - a[1])) {
    write(`${String(count).padStart(6)}  ${message}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      client: { type: 'string' },
      against: { type: 'string' },
      folder: { type: 'string' },
    },
  });
  const folder = values.folder ?? captureFolder;
  if (!existsSync(folder)) {
    process.stdout.write(`replay: no captures in ${folder}\n`);
  } else {
    const [address = 'postgres://postgres@127.0.0.1:5432/postgres'] = positionals;
    report(await replay({ address, ...values }));
  }
}
