/** Errors for names that are not there, with PostgreSQL's hints at what was perhaps meant. */
import { envsOf, type Env, type Relation } from '../scope.ts';

/** 42703, with the nearest column names as hint. */
export function missingColumn(
  env: Env,
  relation: string | undefined,
  name: string,
  place: number,
): Error {
  const message =
    relation === undefined
      ? `column "${name}" does not exist`
      : `column ${relation}.${name} does not exist`;
  const hint = columnHint(env, relation, name);
  return env.context.error('undefined_column', message, place, hint === undefined ? {} : { hint });
}

interface Match {
  readonly relation: string;
  readonly column: string;
  readonly distance: number;
}

const distanceMax = 3;

function columnHint(env: Env, relationName: string | undefined, name: string): string | undefined {
  const relations = [...envsOf(env)].flatMap(({ level }) => level.relations);
  const exact = relations.find(
    ({ name: alias, columns }) =>
      alias !== undefined &&
      (relationName === undefined || alias === relationName) &&
      columns.some((column) => column.name === name),
  );
  if (exact !== undefined) {
    const what = `There is a column named "${name}" in table "${exact.name}"`;
    return `${what}, but it cannot be referenced from this part of the query.`;
  }
  const matches = nearest(relations, relationName, name);
  const [first, second, ...more] = matches.map(
    ({ relation, column }) => `the column "${relation}.${column}"`,
  );
  if (first === undefined || more.length > 0) return undefined;
  const either = second === undefined ? first : `${first} or ${second}`;
  return `Perhaps you meant to reference ${either}.`;
}

/** All columns at the smallest distance that is still like the name. */
function nearest(
  relations: readonly Relation[],
  relationName: string | undefined,
  name: string,
): readonly Match[] {
  const matches = relations.flatMap(({ name: alias, columns, allNames }) => {
    if (alias === undefined) return [];
    const penalty = relationName === undefined ? 0 : editDistance(relationName, alias);
    const shown = columns.filter(({ hidden }) => hidden !== true);
    return (allNames ?? shown.map((column) => column.name))
      .map((column): Match & { own: number } => {
        const own = editDistance(name, column);
        return { relation: alias, column, distance: own + penalty, own };
      })
      .filter(({ distance, own }) => distance <= distanceMax && own <= name.length / 2);
  });
  const best = Math.min(...matches.map(({ distance }) => distance));
  return matches.filter(({ distance }) => distance === best);
}

/** Levenshtein distance. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, facing] of [...other].entries()) {
      const replaced = (row[j] ?? 0) + (letter === facing ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** 42P01 for `t.c` when no `t` is in scope. */
export function missingRelation(env: Env, name: string, place: number): Error {
  const relations = [...envsOf(env)].flatMap(({ level }) => level.relations);
  const aliased = relations.find(
    (relation) =>
      relation.tableName === name && relation.name !== name && relation.name !== undefined,
  );
  const hidden = relations.some((relation) => relation.name === name);
  if (aliased === undefined && !hidden) {
    const message = `missing FROM-clause entry for table "${name}"`;
    return env.context.error('undefined_table', message, place);
  }
  const message = `invalid reference to FROM-clause entry for table "${name}"`;
  const hint =
    aliased === undefined
      ? `There is an entry for table "${name}", but it cannot be referenced from this part of the query.`
      : `Perhaps you meant to reference the table alias "${aliased.name}".`;
  return env.context.error('undefined_table', message, place, { hint });
}
