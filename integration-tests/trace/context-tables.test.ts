/** The caller's context: source by source, and every way in which it can be malformed; see *.table. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pg from 'pg';
import { parseTraceparent } from '../../src/trace/choice/trace-context.ts';
import { newCaller, type Caller } from './caller.ts';
import { readTextTable, type TableRow } from './text-table.ts';
import { useTraced } from './traced-setup.ts';
import { lastTraceId, TracedServer } from './traced-server.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const good = `00-${traceId}-b7ad6b7169203331-01`;

function withSpaces(text: string): string {
  return text.replaceAll('␠', ' ').replaceAll('⇥', '\t');
}

/** pg's types know no query mode. */
function extended(text: string): pg.QueryConfig {
  return Object.assign({ text }, { queryMode: 'extended' });
}

async function readOne(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<Record<string, unknown>>(sql);
  return String(Object.values(rows[0] ?? {})[0]);
}

describe('callers', { concurrency: false }, () => {
  const traced = useTraced();

  async function connect(startup: Readonly<Record<string, string>>): Promise<pg.Client> {
    const user = { user: 'postgres', database: 'postgres' };
    const client = new pg.Client({ host: '127.0.0.1', port: traced.server.port, ...user });
    Object.assign(client, { getStartupConf: () => ({ ...user, ...startup }) });
    await client.connect();
    return client;
  }

  async function prepare(client: pg.Client, row: TableRow, headers: Headers): Promise<void> {
    const { set = '', local = '', alias = '', begin = '', then = '' } = row;
    if (set !== '') await client.query(`SET trace.traceparent = '${headers(set)}'`);
    if (alias !== '') {
      const comment = `traceparent=''${headers(alias)}''`;
      await client.query(`SET pg_tracing.trace_context = '${comment}'`);
    }
    if (begin !== '') await client.query(`BEGIN /*traceparent='${headers(begin)}'*/`);
    if (local !== '') {
      if (begin === '') await client.query('BEGIN');
      await client.query(`SET LOCAL trace.traceparent = '${headers(local)}'`);
    }
    if (then !== '') await client.query(then);
  }

  async function run(client: pg.Client, protocol: string, text: string): Promise<void> {
    const values = [1];
    if (protocol === 'simple') await client.query(text);
    else if (protocol === 'extended') await client.query(extended(text));
    else await client.query({ name: 'kept', text: text.replace('1', '$1::int'), values });
    if (protocol !== 'executed') return;
    await client.query({ name: 'kept', text: text.replace('1', '$1::int'), values });
  }

  for (const row of readTextTable('context.table')) {
    const { parameter = '', options = '', comment = '', protocol = '', caller = '' } = row;
    const given = Object.entries(row).filter(([name, cell]) => cell !== '' && name !== 'caller');
    it(`by ${given.map(([name, cell]) => `${name} ${cell}`).join(', ')}: ${caller}`, async () => {
      const callers = new Map<string, Caller>();
      const headers: Headers = (letter) => {
        const known = callers.get(letter) ?? newCaller();
        callers.set(letter, known);
        return known.header;
      };
      const client = await connect({
        ...(parameter === '' ? {} : { traceparent: headers(parameter) }),
        ...(options === '' ? {} : { options: `-c trace.traceparent=${headers(options)}` }),
      });
      await prepare(client, row, headers);
      const own = comment === '' ? '' : ` /*traceparent='${headers(comment)}'*/`;
      await run(client, protocol, `SELECT 1${own}`);
      const found = await lastTraceId(client);
      await client.end();
      const letters = [...callers].filter(([, each]) => each.traceId === found);
      assert.equal(letters[0]?.[0] ?? 'none', caller);
      assert.match(found, /^[0-9a-f]{32}$/);
    });
  }

  for (const { statement = '', says } of readTextTable('comments.table')) {
    it(`${statement} says ${says}`, async () => {
      const client = await traced.server.connect();
      const notices: string[] = [];
      client.on('notice', ({ code, severity }) => {
        if (severity === 'WARNING') notices.push(String(code));
      });
      await client.query('SET trace.sample_rate = 0');
      await client.query(statement.replaceAll('GOOD', good));
      const found = await lastTraceId(client);
      const isForced = says === 'force';
      if (isForced) await traced.collector.otlpTrace(found);
      assert.equal(found === traceId, says === 'good');
      assert.deepEqual(notices, says === 'bad' ? ['01000'] : []);
      assert.equal(
        traced.collector.otlp.some((span) => span.traceId === found && found !== traceId),
        isForced,
      );
      await client.end();
    });
  }

  for (const { traceparent = '', is } of readTextTable('traceparents.table')) {
    it(`${traceparent} is ${is}`, async () => {
      const text = withSpaces(traceparent);
      const client = await traced.server.connect();
      await client.query(`SET trace.traceparent = '${newCaller().header}'`);
      const before = await readOne(client, 'SHOW trace.traceparent');
      const setting = client.query(`SET trace.traceparent = '${text}'`);
      if (is === 'bad') {
        await assert.rejects(setting, { code: '22023' });
        assert.equal(await readOne(client, 'SHOW trace.traceparent'), before);
      } else {
        await setting;
        await client.query('SELECT 1');
        assert.equal(await lastTraceId(client), traceId);
      }
      await client.query('RESET trace.traceparent');
      await client.query(`SELECT 1 /*traceparent='${encodeURIComponent(text)}'*/`);
      assert.equal((await lastTraceId(client)) === traceId, is !== 'bad');
      await client.end();
      if (is !== 'bad') assert.equal(parseTraceparent(text)?.sampled, is === 'good');
    });
  }

  it('of which nobody asks, with tracing off, are taken in silence', async () => {
    const off = await TracedServer.start({ OTEL_SDK_DISABLED: 'true' });
    const client = await off.connect();
    const notices: unknown[] = [];
    client.on('notice', (notice) => notices.push(notice));
    await client.query(`SET trace.traceparent = '${good}'`);
    const { rows } = await client.query("SELECT 1 AS n /*traceparent='00-nonsense'*/");
    assert.deepEqual([rows, notices], [[{ n: 1 }], []]);
    await off.stop();
  });
});

type Headers = (letter: string) => string;

describe('trace states', () => {
  const members = (count: number): string =>
    Array.from({ length: count }, (_, index) => `bar${index + 1}=1`).join(',');
  const spelt = (text: string): string =>
    withSpaces(text)
      .replace(/^members\*(\d+)$/, (_, count: string) => members(Number(count)))
      .replaceAll(/([a-z])\*(\d+)/g, (_, char: string, count: string) =>
        char.repeat(Number(count)),
      );

  for (const { tracestate = '', carried = '' } of readTextTable('tracestates.table')) {
    it(`${tracestate} are carried as "${carried}"`, () => {
      assert.equal(parseTraceparent(good, spelt(tracestate))?.traceState, spelt(carried));
    });
  }

  it('take all characters that a value may have', () => {
    const chars = Array.from({ length: 0x7f - 0x20 }, (_, index) =>
      String.fromCharCode(index + 0x20),
    );
    const state = `foo=${chars.filter((char) => char !== ',' && char !== '=').join('')}`;
    assert.equal(parseTraceparent(good, state)?.traceState, state);
  });
});
