/**
 * What captured clients sent is answered as PostgreSQL 15 answers it, side by side; replay.ts says
 * how. Each client may have as many differing statements as `differing` says, and none more:
 * docs/compatibility.md names them. Skipped where captures or PostgreSQL 15 are not here.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { postgresMissing } from '../server/postgres-process.ts';
import { captureFiles, captureFolder, readCapture } from './capture.ts';
import { Replay } from './replay.ts';

const captures = existsSync(captureFolder) ? captureFiles().map(readCapture) : [];
const missing = captures.length > 0 ? postgresMissing : `no captures in ${captureFolder}`;
const skip = missing ?? false;

/** Statements answered otherwise than by PostgreSQL 15, client by client; others have none. */
const differing: Readonly<Record<string, number>> = {
  pgdump15: 1,
};

let replay: Replay;

before(async () => {
  if (missing === undefined) replay = await Replay.start();
});

after(async () => {
  await replay?.stop();
});

test('captures of clients are here to be replayed', { skip }, () => {
  assert.ok(captures.length > 0);
});

for (const capture of captures) {
  const { client, statements } = capture;
  test(`${statements.length} statements of ${client} are answered alike`, { skip }, async () => {
    const replayed = await replay.replay(capture);
    const wrong = replayed.flatMap(({ statement, difference }) =>
      difference === undefined ? [] : [`[${statement.name}] ${difference}`],
    );
    assert.ok(wrong.length <= (differing[client] ?? 0), wrong.join('\n'));
  });
}
