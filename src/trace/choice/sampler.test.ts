import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWithinRatio, RateGuard, readSampler } from './sampler.ts';

/** OTEL_TRACES_SAMPLER | _ARG | OTEL_TRACES_SAMPLER_RATIO | ratio | parent based | warnings */
const table = `
                         |      |      | 1   | yes | 0
                         |      | 0.25 | 0.25 | yes | 0
                         |      | 2    | 1   | yes | 1
                         |      | half | 1   | yes | 1
always_on                |      |      | 1   | no  | 0
always_off               |      |      | 0   | no  | 0
traceidratio             | 0.5  |      | 0.5 | no  | 0
traceidratio             |      |      | 1   | no  | 1
traceidratio             | -1   |      | 1   | no  | 1
parentbased_always_on    |      |      | 1   | yes | 0
parentbased_always_off   |      |      | 0   | yes | 0
parentbased_traceidratio | 0.1  |      | 0.1 | yes | 0
parentbased_traceidratio | 0.1  | 0.1  | 0.1 | yes | 0
parentbased_traceidratio | 0.1  | 0.9  | 0.1 | yes | 1
PARENTBASED_ALWAYS_OFF   |      |      | 0   | yes | 0
jaeger_remote            |      |      | 1   | yes | 1
`;

describe('samplers', () => {
  for (const line of table.split('\n').filter((text) => text.includes('|'))) {
    const [sampler = '', arg = '', ratio = '', wanted, parentBased, warnings] = line
      .split('|')
      .map((cell) => cell.trim());
    it(`"${sampler}" with "${arg}" and ratio "${ratio}" take ${wanted}`, () => {
      const read = readSampler({ sampler, arg, ratio });
      assert.equal(read.ratio, Number(wanted));
      assert.equal(read.parentBased, parentBased === 'yes');
      assert.equal(read.warnings.length, Number(warnings));
    });
  }

  it('decide by the XOR of the four words of the trace id', () => {
    const quarter = '40000000' + '0'.repeat(24);
    assert.ok(!isWithinRatio(quarter, 0.25));
    assert.ok(isWithinRatio(quarter, 0.2501));
    const cancelledOut = 'ffffffff'.repeat(2) + '0'.repeat(16);
    assert.ok(isWithinRatio(cancelledOut, 0.000001));
    assert.ok(!isWithinRatio('00000001' + '0'.repeat(24), 0));
    assert.ok(isWithinRatio('f'.repeat(8) + '0'.repeat(24), 1));
  });

  it('pass bursts of ten seconds, and a tenth more of failures', () => {
    const guard = new RateGuard(10);
    const take = (isError: boolean): number => {
      let passed = 0;
      while (passed < 1000 && guard.take(1e9, isError)) passed++;
      return passed;
    };
    assert.equal(take(false), 100);
    assert.equal(take(true), 10);
    assert.ok(guard.take(1.2e9, false));
    assert.ok(!new RateGuard(1).take(0, false) === false);
    const open = new RateGuard(0);
    for (let index = 0; index < 5000; index++) assert.ok(open.take(0, false));
  });
});
