/**
 * Replays the recorded PostgreSQL 15 scenarios against a server and prints pass, FAIL or skip per
 * step: `node golden-main.js host:port user database [recording.json] [part of a scenario's name]`.
 */
import { readFileSync } from 'node:fs';
import { build, startup, type Fields } from './frontend-frames.ts';
import { goldenScenarios, type GoldenScenario } from './golden-steps.ts';
import { goldenText } from './golden-text.ts';
import { RawClient } from './raw-client.ts';

interface Recording {
  readonly name: string;
  readonly steps: readonly (readonly [label: string, replies: string])[];
}

const recorded = '../shared/captures/protocol-golden-pg15.json';
const [server = '', user = '', database = '', file = recorded, part = ''] = process.argv.slice(2);
const [host = '127.0.0.1', port = '5432'] = server.split(':');
const recordings = JSON.parse(readFileSync(file, 'utf8')) as readonly Recording[];
const counts = { pass: 0, FAIL: 0, skip: 0 };

for (const recording of recordings) {
  if (recording.name.includes(part)) await replay(recording);
}
process.stdout.write(`${counts.pass} passed, ${counts.FAIL} failed, ${counts.skip} skipped\n`);
process.exitCode = counts.FAIL === 0 ? 0 : 1;

async function replay({ name, steps }: Recording): Promise<void> {
  process.stdout.write(`## ${name}\n`);
  const scenario = goldenScenarios[name] ?? { steps: steps.map(([label]) => queryOf(label)) };
  const client = await connect(scenario);
  for (const [index, [label, expected]] of steps.entries()) {
    const script = scenario.steps[index];
    if (script === undefined) {
      report('skip', label);
      continue;
    }
    for (const line of script.split('\n')) client.send(frameOf(line));
    const heard = await hear(client, expected);
    const wanted = shown(expected, name, label);
    const actual = shown(heard, name, label);
    const difference = `     want ${wanted}\n     got  ${actual}\n`;
    report(actual === wanted ? 'pass' : 'FAIL', label, difference);
  }
  client.close();
}

async function connect({ startup: fields = {}, setup, raw }: GoldenScenario): Promise<RawClient> {
  const client = await RawClient.open(Number(port), host);
  if (raw === true) return client;
  client.send(startup({ user, database, ...fields } as Record<string, string>));
  await client.until('ReadyForQuery');
  if (setup !== undefined) {
    client.send(build('Query', { sql: setup }));
    await client.until('ReadyForQuery');
  }
  return client;
}

/** Labels `Q …` are SQL, as it is or as a JSON string. */
function queryOf(label: string): string | undefined {
  if (!label.startsWith('Q ')) return undefined;
  const text = label.slice(2);
  const sql = text.startsWith('"') ? (JSON.parse(text) as string) : text;
  return `Query ${JSON.stringify({ sql })}`;
}

function frameOf(line: string): Buffer {
  const space = line.indexOf(' ');
  const name = space < 0 ? line : line.slice(0, space);
  const fields = space < 0 ? {} : (JSON.parse(line.slice(space + 1)) as Fields);
  return build(name, name === 'Startup' ? { user, database, ...fields } : fields);
}

/** Reads as many replies as the recording ends its step with. */
async function hear(client: RawClient, expected: string): Promise<string> {
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
    const message = await client.next().catch(() => 'silent' as const);
    if (message === 'silent') return `${words.join(' ')} <silent>`;
    words.push(goldenText(message));
  }
  return words.join(' ');
}

/** Leaves out what belongs to the server or was not recorded. */
function shown(replies: string, name: string, label: string): string {
  let text = replies.replace(/S\(server_version=.*?\)\)? /, '');
  if (name === 'command tags') {
    text = text.replace(/[TD][[(].*?[\])] (?=[TDC][[(])/g, '').replace(/^H:.* c (?=C\()/, '');
  }
  if (label === 'Q show all') text = text.replace(/D\([^]*\) (?=C\(SHOW)/, '');
  return text;
}

function report(verdict: keyof typeof counts, label: string, difference = ''): void {
  counts[verdict] += 1;
  process.stdout.write(`  ${verdict} ${label}\n${verdict === 'FAIL' ? difference : ''}`);
}
