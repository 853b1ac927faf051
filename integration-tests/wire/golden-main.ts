/**
 * Replays the recorded PostgreSQL 15 scenarios against a server and prints pass or FAIL per step:
 * `node golden-main.js host:port user database [part of a scenario's name]`.
 */
import { readRecordings, recordingFile, replay } from './golden-replay.ts';

const [server = '', user = '', database = '', part = ''] = process.argv.slice(2);
const [host = '127.0.0.1', port = '5432'] = server.split(':');
const address = { host, port: Number(port), user, database };
const recordings = readRecordings();
if (recordings === undefined) throw new Error(`${recordingFile} is not here`);
const counts = { pass: 0, FAIL: 0 };

for (const recording of recordings) {
  if (!recording.name.includes(part)) continue;
  process.stdout.write(`## ${recording.name}\n`);
  for (const { label, wanted, actual } of await replay(recording, address)) {
    const verdict = actual === wanted ? 'pass' : 'FAIL';
    counts[verdict] += 1;
    process.stdout.write(`  ${verdict} ${label}\n`);
    if (verdict === 'FAIL') process.stdout.write(`     want ${wanted}\n     got  ${actual}\n`);
  }
}
process.stdout.write(`${counts.pass} passed, ${counts.FAIL} failed\n`);
process.exitCode = counts.FAIL === 0 ? 0 : 1;
