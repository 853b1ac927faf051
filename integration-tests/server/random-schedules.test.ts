/**
 * Random schedules of several sessions do on TimeFusion what they do on PostgreSQL 15: each step's
 * answer, which steps wait and who is released, the rows at the end. SCHEDULES says how many,
 * RANDOM_SEED which.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomChoice } from '../sql/random-choice.ts';
import { PostgresProcess, postgresMissing } from './postgres-process.ts';
import { randomSchedule } from './random-schedules.ts';
import { lastingDifference, shrunk } from './schedule-comparison.ts';
import { ourWaits, postgresWaits, ScheduleServer } from './schedule-server.ts';
import { ServerProcess } from './server-process.ts';

const count = Number(process.env['SCHEDULES'] ?? 40);
const seed = Number(process.env['RANDOM_SEED'] ?? 1);

const title = `${count} random schedules from seed ${seed} go as on PostgreSQL`;

test(title, { skip: postgresMissing ?? false }, async () => {
  const [ours, theirs] = await Promise.all([ServerProcess.start(), PostgresProcess.start()]);
  const servers = {
    ours: await ScheduleServer.open(ours.port, ourWaits),
    postgres: await ScheduleServer.open(theirs.port, postgresWaits),
  };
  try {
    for (let n = 0; n < count; n++) {
      const schedule = randomSchedule(new RandomChoice(seed + n));
      const difference = await lastingDifference(servers, schedule);
      if (difference === undefined) continue;
      const least = await shrunk(servers, schedule);
      assert.fail(`seed ${seed + n}:\n${(await lastingDifference(servers, least)) ?? difference}`);
    }
  } finally {
    await servers.ours.close();
    await servers.postgres.close();
    await ours.stop();
    await theirs.stop();
  }
});
