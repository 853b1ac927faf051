import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoopTurns } from './loop-turns.ts';

/** Keeps the thread. */
function spin(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

async function work(turns: LoopTurns, pieces: number, ms: number): Promise<void> {
  for (let piece = 0; piece < pieces; piece += 1) {
    const turn = turns.begin();
    if (turn !== undefined) await turn;
    spin(ms);
  }
}

test('whoever works alone goes on, and lets timers in', async () => {
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 1);
  await work(new LoopTurns(), 50, 1);
  clearInterval(timer);
  assert.ok(ticks > 5, `${ticks} ticks`);
});

test('short work comes before that of all who have worked much', async () => {
  const ended: string[] = [];
  const long = Array.from({ length: 10 }, async (_, index) => {
    await work(new LoopTurns(), 10, 3);
    ended.push(`long ${index}`);
  });
  await sleep(50);
  const short = new LoopTurns();
  for (let round = 0; round < 5; round += 1) {
    short.comeBack();
    await work(short, 1, 0);
    ended.push('short');
    await sleep(1);
  }
  await Promise.all(long);
  assert.deepEqual(ended.slice(0, 5), Array(5).fill('short'));
});

test('who waited gets its turn also beside others who come all the time', async () => {
  const order: number[] = [];
  const workers = Array.from({ length: 4 }, async (_, index) => {
    const turns = new LoopTurns();
    for (let piece = 0; piece < 10; piece += 1) {
      await work(turns, 1, 3);
      order.push(index);
    }
  });
  await Promise.all(workers);
  const half = order.slice(0, order.length / 2);
  for (let index = 0; index < 4; index += 1) {
    const count = half.filter((each) => each === index).length;
    assert.ok(count >= 2, `worker ${index} had ${count} of ${half.length} pieces`);
  }
});

test('who is known to ask little goes before newcomers, also after one long burst', async () => {
  const known = new LoopTurns();
  for (let burst = 0; burst < 8; burst += 1) {
    known.comeBack();
    await work(known, 1, burst === 6 ? 40 : 0);
    known.rest();
  }
  const ended: string[] = [];
  const newcomers = Array.from({ length: 8 }, async (_, index) => {
    const turns = new LoopTurns();
    turns.comeBack();
    await work(turns, 3, 3);
    ended.push(`newcomer ${index}`);
  });
  known.comeBack();
  await work(known, 1, 0);
  ended.push('known');
  await Promise.all(newcomers);
  assert.equal(ended[0], 'known');
});

test('what another does on what came for it is not counted for who was at work before', async () => {
  const little = new LoopTurns();
  const much = new LoopTurns();
  for (let burst = 0; burst < 10; burst += 1) {
    little.comeBack();
    much.comeBack();
    spin(2);
    much.rest();
  }
  assert.ok(little.deadlineNs(0) < 0.2 * much.deadlineNs(0));
});
