import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { longReadsMax } from '../trace/node-statistics.ts';
import { countColumn } from './column-reads.ts';
import { newStatistics } from './instrument.ts';

describe('reads of segments', () => {
  it('are coalesced by segment', () => {
    const node = newStatistics(1, 0);
    const found = { segment: 'a', byteSize: 10, isRead: true };
    countColumn(node, found, { startNs: 100, ns: 5 });
    countColumn(node, found, { startNs: 200, ns: 7 });
    assert.deepEqual(node.longReads, [
      { segment: 'a', reads: 2, bytes: 20, ns: 12, startNs: 100, endNs: 207 },
    ]);
  });

  it('keep those that took longest, and the totals of all', () => {
    const node = newStatistics(1, 0);
    for (let at = 0; at < 100; at++) {
      const found = { segment: `s${at}`, byteSize: 10, isRead: true };
      countColumn(node, found, { startNs: at * 1000, ns: (at * 37) % 101 });
    }
    assert.equal(node.reads, 100);
    assert.equal(node.readBytes, 1000);
    assert.equal(node.longReads?.length, longReadsMax);
    assert.deepEqual(
      node.longReads?.map(({ ns }) => ns).toSorted(),
      [100, 93, 94, 95, 96, 97, 98, 99],
    );
  });

  it('found in memory count as hits', () => {
    const node = newStatistics(1, 0);
    countColumn(node, { segment: 'a', byteSize: 10, isRead: false }, { startNs: 1, ns: 1 });
    assert.deepEqual([node.cacheHits, node.reads, node.longReads], [1, 0, undefined]);
  });
});
