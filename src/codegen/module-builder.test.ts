import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSharedMemory } from '../memory/heap.ts';
import type { FunctionBuilder, ValueType } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';
import { pushSigned, pushSigned64, pushUnsigned } from './leb128.ts';

const memory = createSharedMemory(65_536);

interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

type Run = (...args: (number | bigint)[]) => number | bigint;

function build({ parameters, results }: Signature, emit: (b: FunctionBuilder) => void): Run {
  const module = new ModuleBuilder();
  module.importRaise();
  emit(module.addFunction('run', parameters, results));
  const bytes = module.finish();
  assert.ok(WebAssembly.validate(bytes), 'the module is valid');
  const raise = (code: number) => {
    throw new RangeError(`code ${code}`);
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory, raise },
  });
  return instance.exports['run'] as Run;
}

const twoInts: Signature = { parameters: ['i32', 'i32'], results: ['i32'] };

test('a function adds its parameters', () => {
  const add = build(twoInts, (b) => {
    b.localGet(0);
    b.localGet(1);
    b.op('i32.add');
  });
  assert.equal(add(2, 40), 42);
});

test('constants of every size survive the encoding', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const run = build({ parameters: [], results: ['i64'] }, (b) => b.i64Const(value));
      assert.equal(run(), value);
    }),
    { numRuns: 50 },
  );
  for (const value of [0, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(build({ parameters: [], results: ['i32'] }, (b) => b.i32Const(value))(), value);
  }
  for (const value of [0.1, -Infinity, 5e-324]) {
    assert.equal(build({ parameters: [], results: ['f64'] }, (b) => b.f64Const(value))(), value);
  }
});

test('LEB128 is the shortest form', () => {
  const bytes = (push: (to: number[]) => void) => {
    const to: number[] = [];
    push(to);
    return to;
  };
  assert.deepEqual(
    bytes((to) => pushUnsigned(to, 624_485)),
    [0xe5, 0x8e, 0x26],
  );
  assert.deepEqual(
    bytes((to) => pushSigned(to, -123_456)),
    [0xc0, 0xbb, 0x78],
  );
  assert.deepEqual(
    bytes((to) => pushSigned64(to, -1n)),
    [0x7f],
  );
});

test('a loop leaves by its block label', () => {
  const sumTo = build({ parameters: ['i32'], results: ['i32'] }, (b) => {
    const sum = b.local('i32');
    const done = b.block();
    const next = b.loop();
    b.localGet(0);
    b.op('i32.eqz');
    b.brIf(done);
    b.localGet(sum);
    b.localGet(0);
    b.op('i32.add');
    b.localSet(sum);
    b.localGet(0);
    b.i32Const(1);
    b.op('i32.sub');
    b.localSet(0);
    b.br(next);
    b.end();
    b.end();
    b.localGet(sum);
  });
  assert.equal(sumTo(100), 5050);
});

test('if and else give a value', () => {
  const larger = build(twoInts, (b) => {
    b.localGet(0);
    b.localGet(1);
    b.op('i32.gt_s');
    b.if('i32');
    b.localGet(0);
    b.else();
    b.localGet(1);
    b.end();
  });
  assert.equal(larger(-3, -7), -3);
  assert.equal(larger(1, 9), 9);
});

test('raise reaches JavaScript, from inside of a loop too', () => {
  const checked = build({ parameters: ['i32'], results: [] }, (b) => {
    b.beginRaises();
    b.loop();
    b.localGet(0);
    b.raiseIf(7);
    b.end();
    b.endRaises();
  });
  assert.throws(() => checked(1), /code 7/);
  assert.equal(checked(0), undefined);
  const plain = build({ parameters: [], results: ['i32'] }, (b) => b.raise(3));
  assert.throws(() => plain(), /code 3/);
});

test('values of every type are stored and loaded at offsets', () => {
  const copy = build({ parameters: ['i32', 'i32'], results: ['i64'] }, (b) => {
    b.localGet(1);
    b.localGet(0);
    b.load('v128.load', 16);
    b.store('v128.store', 32);
    b.localGet(1);
    b.load('i64.load', 40);
  });
  new BigInt64Array(memory.buffer).set([5n, 6n, 7n, 8n]);
  assert.equal(copy(0, 64), 8n);
});
