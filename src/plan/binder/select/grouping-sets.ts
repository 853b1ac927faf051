/** GROUPING SETS, ROLLUP and CUBE, multiplied out to the list of sets that they mean. */
import type { Node } from '@pgsql/types';
import { astAs } from '../ast.ts';
import type { Env } from '../scope.ts';

type Sets = readonly (readonly number[])[];
type BindItem = (item: Node) => readonly number[];

const setsMax = 4096;

/** Items side by side multiply: each combination of one set of every item. */
export function expandGroupingSets(
  env: Env,
  clause: readonly Node[],
  bindItem: BindItem,
  distinct: boolean,
): Sets {
  let sets: Sets = [[]];
  for (const item of clause) {
    const own = setsOf(env, item, bindItem);
    if (sets.length * own.length > setsMax) {
      const message = 'too many grouping sets present (maximum 4096)';
      throw env.context.error('statement_too_complex', message, item);
    }
    sets = sets.flatMap((left) => own.map((right) => [...new Set([...left, ...right])]));
  }
  if (!distinct) return sets;
  const seen = new Map(sets.map((set) => [set.toSorted((a, b) => a - b).join(), set]));
  return [...seen.values()];
}

function setsOf(env: Env, item: Node, bindItem: BindItem): Sets {
  const set = astAs(item, 'GroupingSet');
  if (set === undefined) return [bindItem(item)];
  const content = set.content ?? [];
  switch (set.kind) {
    case 'GROUPING_SET_ROLLUP': {
      const items = content.map(bindItem);
      return Array.from({ length: items.length + 1 }, (_, i) =>
        items.slice(0, items.length - i).flat(),
      );
    }
    case 'GROUPING_SET_CUBE':
      return cube(env, content.map(bindItem), item);
    case 'GROUPING_SET_SETS':
      return content.flatMap((inner) => setsOf(env, inner, bindItem));
    default:
      return [[]];
  }
}

function cube(env: Env, items: Sets, item: Node): Sets {
  if (items.length > 12) {
    throw env.context.error('too_many_columns', 'CUBE is limited to 12 elements', item);
  }
  const count = 2 ** items.length;
  return Array.from({ length: count }, (_, i) => {
    const mask = count - 1 - i;
    return items.filter((_set, bit) => (mask & (1 << (items.length - 1 - bit))) !== 0).flat();
  });
}
