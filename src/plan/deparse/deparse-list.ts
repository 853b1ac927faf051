/** Items of lists: ROW(…), VALUES, result columns; the type that items have in common. */
import type { Node } from '@pgsql/types';
import { astAs } from '../../sql/ast.ts';
import type { TypeName } from '../../types/sql-type.ts';
import { isCompositeName } from '../../types/user-type.ts';
import { deparse, isOpen } from './deparse-expression.ts';
import type { Deparsing } from './deparsing.ts';
import { castNode } from './literal-nodes.ts';

/** In a list a whole row is `t.*::t`: without the cast it would be the columns. */
export function deparseItem(to: Deparsing, node: Node | undefined): Node {
  const shown = deparse(to, node);
  const last = astAs(shown, 'ColumnRef')?.fields?.at(-1);
  if (last === undefined || !('A_Star' in last)) return shown;
  const type = to.typeOf(node);
  const isNamed = type !== undefined && (type.name === 'record' || isCompositeName(type.name));
  return isNamed ? castNode(shown, type) : to.refuse(node);
}

/** What the values of one column have in common; undefined: all are literals. */
export function commonType(
  to: Deparsing,
  nodes: readonly (Node | undefined)[],
): TypeName | undefined {
  const names = nodes.map((node) => (isOpen(node) ? undefined : to.typeOf(node)?.name));
  const known = names.filter((name) => name !== undefined && name !== 'unknown');
  return known.length === 0 ? undefined : commonName(known);
}

const ladder: readonly TypeName[] = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];

/** The type that the items of IN share with what is looked for. */
export function commonName(names: readonly (TypeName | undefined)[]): TypeName {
  const known = names.filter((name) => name !== undefined && name !== 'unknown');
  const [first = 'text'] = known;
  const steps = known.map((name) => ladder.indexOf(name));
  return steps.includes(-1) ? first : (ladder[Math.max(...steps)] ?? first);
}
