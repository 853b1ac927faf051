import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockNs } from '../../trace/node-statistics.ts';
import type { PhaseNote } from '../../trace/query-trace.ts';
import { Arrivals } from './arrivals.ts';

const ms = 1e6;

function kinds(notes: readonly PhaseNote[]): readonly string[] {
  return notes.map(({ name, waitsFor }) => (waitsFor === undefined ? name : `${name} ${waitsFor}`));
}

describe('messages of a cycle', () => {
  it('are received from their first byte to their last, then wait for the event loop', () => {
    const arrivals = new Arrivals();
    const now = clockNs();
    arrivals.arrived({ firstByteNs: now - 9 * ms, lastByteNs: now - 5 * ms });
    const [receive, wait] = arrivals.take();
    assert.deepEqual([receive?.name, wait?.waitsFor], ['pgwire.receive', 'loop']);
    assert.equal(Number(receive?.endNs) - Number(receive?.startNs), 4 * ms);
    assert.ok(Number(wait?.endNs) - Number(wait?.startNs) >= 5 * ms);
    assert.equal(arrivals.startNs, now - 9 * ms);
  });

  it('that come late were the client’s time, not a queue’s', async () => {
    const arrivals = new Arrivals();
    const now = clockNs();
    arrivals.arrived({ firstByteNs: now, lastByteNs: now });
    arrivals.departed();
    arrivals.take();
    await new Promise((resolve) => setTimeout(resolve, 15));
    const late = clockNs();
    arrivals.arrived({ firstByteNs: late, lastByteNs: late });
    const [receive] = arrivals.take();
    assert.equal(receive?.name, 'pgwire.receive');
    assert.ok(Number(receive.endNs) - Number(receive.startNs) >= 10 * ms);
  });

  it('that were there already wait for nothing', () => {
    const arrivals = new Arrivals();
    const now = clockNs();
    const together = { firstByteNs: now - ms, lastByteNs: now - ms };
    arrivals.arrived(together);
    arrivals.departed();
    assert.deepEqual(kinds(arrivals.take()), ['pgwire.receive', 'queue.wait loop']);
    for (let count = 0; count < 5; count++) {
      arrivals.arrived(together);
      arrivals.departed();
    }
    assert.ok(arrivals.take().length <= 1, 'unless another program had the processor');
  });

  it('are noted up to a bound', () => {
    const arrivals = new Arrivals();
    const now = clockNs();
    for (let count = 0; count < 1000; count++) {
      arrivals.startNs = 0;
      arrivals.arrived({ firstByteNs: now, lastByteNs: now });
    }
    assert.equal(arrivals.take().length, 64);
  });
});
