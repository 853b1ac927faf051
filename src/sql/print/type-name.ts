/** A TypeName node as format_type() shows the type. */
import { quoteIdentifier } from '../../functions/text/quote.ts';
import { formatType, typmodFor } from '../../types/type-name.ts';
import { findTypeByName } from '../../types/type-table.ts';
import { astAs, stringsOf, type Ast } from '../ast.ts';

export function typeNameText(node: Ast<'TypeName'>): string {
  const names = stringsOf(node.names);
  const last = names.at(-1) ?? '';
  const record = findTypeByName(last);
  const arrays = '[]'.repeat(node.arrayBounds?.length ?? 0);
  if (record === undefined) return names.map(quoteIdentifier).join('.') + arrays;
  const modifiers = (node.typmods ?? []).flatMap((each) => {
    const constant = astAs(each, 'A_Const');
    return constant?.ival === undefined ? [] : [constant.ival.ival ?? 0];
  });
  const typmod = modifiers.length > 0 ? typmodFor(record.name, modifiers) : (node.typemod ?? -1);
  return formatType(record.name, typmod) + arrays;
}
