import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { HashJoinExec, JoinType } from '../../plan/physical.ts';
import type { TypeName } from '../../types/sql-type.ts';
import {
  call,
  column,
  field,
  planNode,
  readAll,
  requestOf,
  valuesOf,
  testExecutor,
} from '../in-memory-table.ts';
import { openTestMemory } from '../test-memory.ts';

const { memory } = openTestMemory();
const executor = testExecutor(memory, 0);
after(() => executor.close());

/** Columns: key number, key text, value. */
const types: readonly TypeName[] = ['int4', 'text', 'int4'];
type Row = readonly [number | null, string | null, number];
type Answer = (string | null)[];

const rows = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: 0, max: 4 }), { nil: null, freq: 5 }),
    fc.option(fc.constantFrom('a', 'b'), { nil: null, freq: 5 }),
    fc.integer({ min: 0, max: 9 }),
  ),
  { maxLength: 12 },
);
const joinTypes: readonly JoinType[] = [
  'inner',
  'left',
  'right',
  'full',
  'leftSemi',
  'leftAnti',
  'rightSemi',
  'rightAnti',
];
const joins = fc.record({
  left: rows,
  right: rows,
  joinType: fc.constantFrom(...joinTypes),
  keys: fc.constantFrom([0], [1], [0, 1]),
  nullsEqual: fc.boolean(),
  hasFilter: fc.boolean(),
});

function scan(list: readonly Row[], name: string) {
  const fields = types.map((type, index) => field(`${name}${index}`, type));
  return valuesOf(fields, list);
}

interface Join {
  readonly left: readonly Row[];
  readonly right: readonly Row[];
  readonly joinType: JoinType;
  readonly keys: readonly number[];
  readonly nullsEqual: boolean;
  readonly hasFilter: boolean;
}

function joinNode(join: Join, nullAware = false) {
  const left = scan(join.left, 'l');
  const right = scan(join.right, 'r');
  const { joinType, nullsEqual } = join;
  const keys = join.keys.map((index) => column(index, types[index] as TypeName));
  const filter = call('<(int4,int4)', 'bool', column(2, 'int4'), column(5, 'int4'));
  const node: Omit<HashJoinExec, 'id' | 'estimatedRows' | 'estimatedCost'> = {
    kind: 'HashJoinExec',
    left,
    right,
    joinType,
    leftKeys: keys,
    rightKeys: keys,
    nullsEqual,
    nullAware,
    fields:
      joinType.startsWith('left') && joinType !== 'left'
        ? left.fields
        : joinType.startsWith('right') && joinType !== 'right'
          ? right.fields
          : [...left.fields, ...right.fields],
    ...(join.hasFilter ? { filter } : {}),
  };
  return planNode(node);
}

const text = (row: Row): Answer => row.map((value) => (value === null ? null : String(value)));
const nulls: Answer = [null, null, null];

/** The plain twin: every left row with every right row. */
function nestedLoops(join: Join): Answer[] {
  const matches = (l: Row, r: Row): boolean =>
    join.keys.every((key) =>
      l[key] === null || r[key] === null ? join.nullsEqual && l[key] === r[key] : l[key] === r[key],
    ) &&
    (!join.hasFilter || l[2] < r[2]);
  const pairs = join.left.flatMap((l) =>
    join.right.filter((r) => matches(l, r)).map((r) => [...text(l), ...text(r)]),
  );
  const lonelyLeft = join.left.filter((l) => !join.right.some((r) => matches(l, r)));
  const lonelyRight = join.right.filter((r) => !join.left.some((l) => matches(l, r)));
  const leftRows = lonelyLeft.map((l) => [...text(l), ...nulls]);
  const rightRows = lonelyRight.map((r) => [...nulls, ...text(r)]);
  switch (join.joinType) {
    case 'inner':
      return pairs;
    case 'left':
      return [...pairs, ...leftRows];
    case 'right':
      return [...pairs, ...rightRows];
    case 'full':
      return [...pairs, ...leftRows, ...rightRows];
    case 'leftSemi':
      return join.left.filter((l) => !lonelyLeft.includes(l)).map(text);
    case 'leftAnti':
      return lonelyLeft.map(text);
    case 'rightSemi':
      return join.right.filter((r) => !lonelyRight.includes(r)).map(text);
    case 'rightAnti':
      return lonelyRight.map(text);
  }
}

function sorted(answer: readonly Answer[]): string[] {
  return answer.map((row) => JSON.stringify(row)).toSorted();
}

async function answerOf(node: ReturnType<typeof joinNode>): Promise<Answer[]> {
  const run = executor.start(requestOf(node, undefined));
  const answer = await readAll(run);
  await run.close('exhausted');
  return answer;
}

test('hash joins of every type equal nested loops', async () => {
  await fc.assert(
    fc.asyncProperty(joins, async (join) => {
      assert.deepEqual(sorted(await answerOf(joinNode(join))), sorted(nestedLoops(join)));
    }),
    { numRuns: 300 },
  );
});

test('NOT IN is empty when the subquery has a NULL and drops NULLs otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, async (left, right) => {
      const joinType = 'rightAnti' as const;
      const join = { left, right, joinType, keys: [0], nullsEqual: false, hasFilter: false };
      const hasNull = left.some((l) => l[0] === null);
      const expected = right.filter(
        (r) => left.length === 0 || (!hasNull && r[0] !== null && !left.some((l) => l[0] === r[0])),
      );
      assert.deepEqual(sorted(await answerOf(joinNode(join, true))), sorted(expected.map(text)));
    }),
    { numRuns: 100 },
  );
});

test('a key with more matches than a batch has rows gives every pair', async () => {
  const left = Array.from({ length: 300 }, (_, i): Row => [1, null, i]);
  const right = Array.from({ length: 200 }, (_, i): Row => [1, null, i]);
  const joinType = 'inner' as const;
  const join = { left, right, joinType, keys: [0], nullsEqual: false, hasFilter: false };
  const answer = await answerOf(joinNode(join));
  assert.equal(answer.length, 60_000);
  assert.equal(new Set(answer.map((row) => `${row[2]} ${row[5]}`)).size, 60_000);
});

for (const operation of ['intersectAll', 'exceptAll'] as const) {
  test(`${operation} counts equal rows`, async () => {
    await fc.assert(
      fc.asyncProperty(rows, rows, async (left, right) => {
        const narrow = (list: readonly Row[]) =>
          list.map((row): Row => [row[0] === null ? null : row[0] % 2, row[1], 0]);
        const [a, b] = [narrow(left), narrow(right)];
        const inputs = { left: scan(a, 'l'), right: scan(b, 'r') };
        const fields = inputs.left.fields;
        const node = planNode({ kind: 'SetOperationExec' as const, operation, ...inputs, fields });
        const rest = b.map((row) => JSON.stringify(row));
        const expected = a.filter((row) => {
          const at = rest.indexOf(JSON.stringify(row));
          if (at >= 0) rest.splice(at, 1);
          return at >= 0 === (operation === 'intersectAll');
        });
        const run = executor.start(requestOf(node, undefined));
        assert.deepEqual(await readAll(run), expected.map(text));
        await run.close('exhausted');
      }),
      { numRuns: 60 },
    );
  });
}

test('DISTINCT ON keeps the first row of each run of equal keys', async () => {
  const list: Row[] = [
    [null, 'a', 1],
    [null, 'b', 2],
    [1, 'a', 3],
    [1, 'c', 4],
    [2, null, 5],
  ];
  const input = scan(list, 't');
  const keys = [column(0, 'int4')];
  const node = planNode({ kind: 'DistinctOnExec' as const, input, keys, fields: input.fields });
  const run = executor.start(requestOf(node, undefined));
  assert.deepEqual(
    await readAll(run),
    [list[0], list[2], list[4]].map((row) => text(row as Row)),
  );
  await run.close('exhausted');
});
