import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Filter, type Level } from './filter.ts';

/** directives | target | the most detailed level that is enabled */
const table = `
                                             | pgwire::query                      | info
info                                         | datafusion::sql                    | info
WARN                                         | datafusion::sql                    | warn
4                                            | datafusion::sql                    | debug
0                                            | datafusion::sql                    | off
off                                          | pgwire::query                      | off
datafusion                                   | datafusion::sql                    | trace
datafusion                                   | datafusion_tracing                 | trace
datafusion                                   | pgwire::query                      | off
info,datafusion::physical_plan::filter=debug | datafusion::physical_plan::filter  | debug
info,datafusion::physical_plan::filter=debug | datafusion::physical_plan::scan    | info
info,datafusion::physical_plan=warn          | datafusion::physical_plan::scan    | warn
datafusion::physical_plan=warn,info          | datafusion::physical_plan::scan    | warn
info,datafusion=off                          | datafusion::planner                | off
info,datafusion=off                          | pgwire::encode                     | info
txn=debug,txn=error                          | txn                                | error
nonsense=loud,debug                          | txn                                | debug
 info , txn = off                            | txn                                | info
info,[SortExec]=debug                        | txn                                | info
`;

const levels: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error'];

describe('directives', () => {
  for (const line of table.split('\n').filter((text) => text.includes('|'))) {
    const [directives = '', target = '', expected = ''] = line.split('|');
    it(`"${directives.trim()}" give ${target.trim()} the level ${expected.trim()}`, () => {
      const filter = new Filter(directives);
      const most = levels.find((level) => filter.enabled(target.trim(), level)) ?? 'off';
      assert.equal(most, expected.trim());
    });
  }

  it('that are none are skipped and named', () => {
    const filter = new Filter('info,=,a=loud,[,x]y,b[c{d=e}]=debug');
    assert.deepEqual(filter.bad, ['=', 'a=loud', '[,x]y']);
    assert.ok(filter.enabled('anything', 'info'));
  });

  it('name spans and their fields', () => {
    const filter = new Filter(
      'warn,datafusion[FilterExec{op.loops=3}]=debug,[{plan.node_id}]=info',
    );
    const target = 'datafusion::physical_plan::filter';
    const span = (name: string, attributes: Record<string, number>) => ({ name, attributes });
    assert.ok(filter.enabled(target, 'debug', span('FilterExec', { 'op.loops': 3 })));
    assert.ok(!filter.enabled(target, 'debug', span('FilterExec', { 'op.loops': 4 })));
    assert.ok(filter.enabled(target, 'info', span('SortExec', { 'plan.node_id': 1 })));
    assert.ok(!filter.enabled(target, 'info', span('SortExec', {})));
    assert.ok(filter.mayEnable(target, 'debug'));
    assert.ok(!filter.mayEnable(target, 'trace'));
  });

  it('of any text are read without an exception', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, target) => {
        new Filter(text).enabled(target, 'info', { name: target, attributes: {} });
      }),
    );
  });

  it('can silence the lines alone', () => {
    assert.ok(new Filter('info,datafusion_tracing=off').silences('datafusion_tracing'));
    assert.ok(!new Filter('info,datafusion=off').silences('datafusion_tracing'));
  });
});
