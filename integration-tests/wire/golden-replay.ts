/** Replays recorded scenarios of PostgreSQL 15 against a server and compares step by step. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, cancelRequest, startup, type Fields } from './frontend-frames.ts';
import { goldenScenarios, type GoldenScenario } from './golden-steps.ts';
import { goldenText } from './golden-text.ts';
import type { Address } from './pgtest.ts';
import { RawClient } from './raw-client.ts';

export interface Recording {
  readonly name: string;
  readonly steps: readonly (readonly [label: string, replies: string])[];
}

export interface StepResult {
  readonly label: string;
  readonly wanted: string;
  readonly actual: string;
}

export const recordingFile = '../shared/captures/protocol-golden-pg15.json';

/** undefined: the recordings are not here. */
export function readRecordings(file = recordingFile): readonly Recording[] | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Recording[];
}

const cancelDelayMs = 200;

export async function replay(recording: Recording, address: Address): Promise<StepResult[]> {
  const { name, steps } = recording;
  const scenario = goldenScenarios[name] ?? { steps: steps.map(([label]) => queryOf(label)) };
  const run = new ScenarioRun(address, scenario, await connect(scenario, address));
  const results: StepResult[] = [];
  for (const [index, [label, expected]] of steps.entries()) {
    const heard = await run.step(scenario.steps[index] ?? '', expected);
    const wanted = shown(expected, name, label);
    results.push({ label, wanted, actual: shown(heard, name, label) });
  }
  run.close();
  return results;
}

interface Connected {
  readonly client: RawClient;
  readonly key: readonly [processId: number, secretKey: number];
}

async function connect(scenario: GoldenScenario, address: Address): Promise<Connected> {
  const { startup: fields = {}, setup, raw } = scenario;
  const { user, database, port, host } = address;
  const client = await RawClient.open(port, host);
  if (raw === true) return { client, key: [0, 0] };
  client.send(startup({ user, database, ...fields } as Record<string, string>));
  const greeting = await client.until('ReadyForQuery');
  const keyData = greeting.find((message) => message !== 'closed' && message.code === 'K');
  if (keyData === undefined || keyData === 'closed') throw new Error('the login was refused');
  if (setup !== undefined) {
    client.send(build('Query', { sql: setup }));
    await client.until('ReadyForQuery');
  }
  return { client, key: [keyData.body.readInt32BE(0), keyData.body.readInt32BE(4)] };
}

/** Labels `Q …` are SQL, as it is or as a JSON string. */
function queryOf(label: string): string {
  const text = label.slice(2);
  const sql = text.startsWith('"') ? (JSON.parse(text) as string) : text;
  return `Query ${JSON.stringify({ sql })}`;
}

class ScenarioRun {
  readonly #address: Address;
  readonly #isRaw: boolean;
  readonly #client: RawClient;
  readonly #key: readonly [number, number];

  constructor(address: Address, scenario: GoldenScenario, { client, key }: Connected) {
    this.#address = address;
    this.#isRaw = scenario.raw === true;
    this.#client = client;
    this.#key = key;
  }

  async step(script: string, expected: string): Promise<string> {
    for (const line of script.split('\n')) {
      const space = line.indexOf(' ');
      const verb = space < 0 ? line : line.slice(0, space);
      const rest = space < 0 ? '' : line.slice(space + 1);
      if (verb === 'cancel') return this.#cancel();
      if (verb === 'until') await this.#client.until(rest);
      else if (verb !== '') this.#client.send(this.#frame(verb, rest));
    }
    return this.#hear(expected);
  }

  #frame(name: string, rest: string): Buffer {
    const fields = rest === '' ? {} : (JSON.parse(rest) as Fields);
    const { user, database } = this.#address;
    return build(name, name === 'Startup' ? { user, database, ...fields } : fields);
  }

  async #cancel(): Promise<string> {
    await sleep(cancelDelayMs);
    const other = await RawClient.open(this.#address.port, this.#address.host);
    other.send(cancelRequest(...this.#key));
    const messages = await other.until('closed');
    other.close();
    return `closed, bytes=${messages.length - 1}`;
  }

  /** Reads as many replies as the recording ends its step with. */
  async #hear(expected: string): Promise<string> {
    if (expected === '') return '';
    const cycles = expected.match(/(?:^| )Z\(.\)/g)?.length ?? 0;
    const words: string[] = [];
    const done = (): boolean => {
      const last = words.at(-1) ?? '';
      if (last === '<closed>') return true;
      if (cycles > 0) return words.filter((word) => word.startsWith('Z(')).length === cycles;
      return last !== '' && expected.endsWith(last) && words.join(' ').length >= expected.length;
    };
    while (!done()) {
      const message = await this.#client.next().catch(() => 'silent' as const);
      if (message === 'silent') return `${words.join(' ')} <silent>`;
      words.push(goldenText(message));
      if (this.#isRaw && cycles === 0 && words.join(' ') === expected) break;
    }
    return words.join(' ');
  }

  close(): void {
    this.#client.close();
  }
}

const uuid = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;
const moment = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d/g;

/** Leaves out what belongs to the server or the moment, and what was not recorded. */
function shown(replies: string, name: string, label: string): string {
  let text = replies.replace(/S\(server_version=.*?\)\)? /, '');
  if (name === 'command tags') {
    text = text.replace(/[TD][[(].*?[\])] (?=[TDC][[(])/g, '').replace(/^H:.* c (?=C\()/, '');
  }
  if (label === 'Q show all') text = text.replace(/D\([^]*\) (?=C\(SHOW)/, '');
  if (label === 'ext copy out') text = text.replaceAll(/ d:[\da-f]+/g, '');
  if (label === 'not null') text = text.replace(uuid, '<uuid>').replace(moment, '<moment>');
  if (label === 'check') text = text.replace(/row contains \(.*?\)\./, 'row contains (…).');
  return text;
}
