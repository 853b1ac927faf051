/** LISTEN and NOTIFY between sessions: what a transaction keeps back, and what comes when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from '../wire/frontend-frames.ts';
import { logIn } from '../wire/local-server.ts';
import { messageText } from '../wire/message-text.ts';
import type { RawClient } from '../wire/raw-client.ts';
import { useBothServers } from './both-servers.ts';
import { postgresMissing } from './postgres-process.ts';

const both = useBothServers();

async function run(client: RawClient, sql: string): Promise<readonly string[]> {
  client.send(build('Query', { sql }));
  const messages = await client.until('ReadyForQuery');
  return messages.map((message) => (message === 'closed' ? 'closed' : messageText(message)));
}

function notifications(heard: readonly string[]): readonly string[] {
  return heard.filter((line) => line.startsWith('NotificationResponse'));
}

/** The next message of an idle client. */
async function news(client: RawClient): Promise<string> {
  const message = await client.next();
  return message === 'closed' ? 'closed' : messageText(message);
}

async function converse(port: number): Promise<void> {
  const [listener, sender] = [await logIn(port), await logIn(port)];
  await run(listener, 'listen news');
  assert.deepEqual(await run(sender, "notify news, 'at once'"), [
    'CommandComplete NOTIFY',
    'ReadyForQuery I',
  ]);
  assert.equal(await news(listener), 'NotificationResponse news at once');
  await run(sender, 'begin');
  await run(sender, "notify news, 'kept'");
  await run(sender, "notify news, 'kept'");
  await run(sender, 'savepoint s');
  await run(sender, "notify news, 'taken back'");
  await run(sender, 'rollback to s');
  assert.deepEqual(notifications(await run(listener, 'select 1')), []);
  await run(sender, 'commit');
  assert.equal(await news(listener), 'NotificationResponse news kept');
  await run(sender, "begin; notify news, 'never'; rollback");
  assert.deepEqual(notifications(await run(listener, 'begin')), []);
  await run(sender, "select pg_notify('news', 'later')");
  assert.deepEqual(notifications(await run(listener, 'select 1')), []);
  const committed = await run(listener, 'commit');
  assert.deepEqual(committed, [
    'CommandComplete COMMIT',
    'NotificationResponse news later',
    'ReadyForQuery I',
  ]);
  await run(listener, 'begin; unlisten news; rollback');
  await run(sender, 'notify news');
  assert.equal(await news(listener), 'NotificationResponse news');
  await run(listener, 'unlisten news');
  await run(sender, 'notify news');
  assert.deepEqual(notifications(await run(listener, 'select 1')), []);
  for (const client of [listener, sender]) client.close();
}

test('notifications come after the commit, once, and none that was rolled back', async () => {
  await converse(both.server.port);
});

const skip = postgresMissing ?? false;

test('PostgreSQL 15 delivers them alike', { skip }, async () => {
  await converse(both.postgres?.port ?? 0);
});
