/**
 * Wire scripts: text files of messages in and messages out, after CockroachDB's pgtest.
 *
 *     # a comment
 *     connect {"user": "postgres"}       a new connection, logged in
 *     open                               a new connection, nothing sent
 *     send                               followed by one message per line, name and JSON fields
 *     ask SSLRequest                     an encryption request, answered by one byte
 *     cancel                             a CancelRequest for this connection, on another one
 *     until ReadyForQuery                expected replies stand below a line of dashes
 *     ----
 *     CommandComplete BEGIN
 *     ReadyForQuery T
 *
 * Names after `until` are awaited in turn; `closed` is the end of the connection. ParameterStatus
 * and BackendKeyData of a login are not compared: they belong to the server.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendMessage } from './backend-decoder.ts';
import { build, cancelRequest, startup, type Fields } from './frontend-frames.ts';
import { messageText } from './message-text.ts';
import { RawClient } from './raw-client.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface Block {
  readonly line: number;
  /** The block's lines above its dashes, as they stand in the file. */
  readonly commands: readonly string[];
  readonly expected: readonly string[];
}

export interface BlockResult extends Block {
  readonly actual: readonly string[];
}

const cancelDelayMs = 150;

/** Blocks are separated by blank lines. */
export function parseScript(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let line = 1;
  for (const paragraph of text.split('\n\n')) {
    const lines = paragraph.split('\n');
    const kept = lines.filter((content) => content !== '' && !content.startsWith('#'));
    const dashes = kept.indexOf('----');
    const commands = dashes < 0 ? kept : kept.slice(0, dashes);
    const expected = dashes < 0 ? [] : kept.slice(dashes + 1);
    if (commands.length > 0) blocks.push({ line, commands, expected });
    line += lines.length + 1;
  }
  return blocks;
}

export async function runScript(text: string, address: Address): Promise<readonly BlockResult[]> {
  const run = new ScriptRun(address);
  const results: BlockResult[] = [];
  for (const block of parseScript(text)) {
    results.push({ ...block, actual: await run.obey(block) });
  }
  run.close();
  return results;
}

/** The script with its expectations replaced by what was heard. */
export function rewriteScript(text: string, results: readonly BlockResult[]): string {
  const byLine = new Map(results.map((result) => [result.line, result]));
  let line = 1;
  const paragraphs = text.split('\n\n').map((paragraph) => {
    const actual = byLine.get(line)?.actual ?? [];
    line += paragraph.split('\n').length + 1;
    const head = paragraph.split('\n----')[0] ?? '';
    return actual.length === 0 ? paragraph : `${head}\n----\n${actual.join('\n')}`;
  });
  return `${paragraphs.join('\n\n').trimEnd()}\n`;
}

class ScriptRun {
  readonly #address: Address;
  #client: RawClient | undefined;
  #login = false;
  #key: readonly [processId: number, secretKey: number] = [0, 0];

  constructor(address: Address) {
    this.#address = address;
  }

  close(): void {
    this.#client?.close();
  }

  async obey({ commands }: Block): Promise<readonly string[]> {
    const heard: string[] = [];
    for (const command of commands) {
      const space = command.indexOf(' ');
      const verb = space < 0 ? command : command.slice(0, space);
      heard.push(...(await this.#obeyLine(verb, space < 0 ? '' : command.slice(space + 1))));
    }
    return heard;
  }

  async #obeyLine(verb: string, rest: string): Promise<readonly string[]> {
    switch (verb) {
      case 'connect':
        await this.#connect(parseFields(rest));
        return [];
      case 'open':
        this.#client?.close();
        this.#client = await RawClient.open(this.#address.port, this.#address.host);
        this.#login = true;
        return [];
      case 'send':
        return [];
      case 'ask':
        return [`byte ${await this.#connected.ask(build(rest, {}))}`];
      case 'cancel':
        await this.#cancel();
        return [];
      case 'until':
        return this.#until(rest.split(' '));
      default:
        this.#connected.send(build(verb, this.#withDefaults(verb, parseFields(rest))));
        return [];
    }
  }

  get #connected(): RawClient {
    if (this.#client === undefined) throw new Error('the script has not connected');
    return this.#client;
  }

  #withDefaults(verb: string, fields: Fields): Fields {
    if (verb !== 'Startup' || 'user' in fields) return fields;
    return { user: this.#address.user, database: this.#address.database, ...fields };
  }

  async #connect(fields: Fields): Promise<void> {
    this.#client?.close();
    this.#client = await RawClient.open(this.#address.port, this.#address.host);
    const { user, database } = this.#address;
    this.#client.send(startup({ user, database, ...fields } as Record<string, string>));
    this.#login = true;
    const messages = await this.#hear(['ReadyForQuery']);
    if (messages.at(-1) === 'closed') throw new Error('the server refused the login');
    this.#login = false;
  }

  async #cancel(): Promise<void> {
    await sleep(cancelDelayMs);
    const other = await RawClient.open(this.#address.port, this.#address.host);
    other.send(cancelRequest(...this.#key));
    await other.until('closed');
    other.close();
  }

  async #until(names: readonly string[]): Promise<readonly string[]> {
    const messages = await this.#hear(names);
    const shown = messages.filter(
      (message) => message === 'closed' || !this.#login || !isOwnOfServer(message),
    );
    if (messages.some((message) => message !== 'closed' && message.name === 'ReadyForQuery')) {
      this.#login = false;
    }
    return shown.map((message) => (message === 'closed' ? 'closed' : messageText(message)));
  }

  async #hear(names: readonly string[]): Promise<readonly (BackendMessage | 'closed')[]> {
    const messages: (BackendMessage | 'closed')[] = [];
    for (const name of names) messages.push(...(await this.#connected.until(name)));
    const key = messages.find((message) => message !== 'closed' && message.code === 'K');
    if (key !== undefined && key !== 'closed') {
      this.#key = [key.body.readInt32BE(0), key.body.readInt32BE(4)];
    }
    return messages;
  }
}

function isOwnOfServer({ name }: BackendMessage): boolean {
  return name === 'ParameterStatus' || name === 'BackendKeyData';
}

function parseFields(text: string): Fields {
  return text === '' ? {} : (JSON.parse(text) as Fields);
}
