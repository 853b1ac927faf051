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
  const [schema = ''] = names.length > 1 ? names : [];
  if (record === undefined) {
    const quoted = names.map(isOwn(schema) ? alwaysQuoted : quoteIdentifier);
    return quoted.join('.') + arrays;
  }
  const modifiers = (node.typmods ?? []).flatMap((each) => {
    const constant = astAs(each, 'A_Const');
    return constant?.ival === undefined ? [] : [constant.ival.ival ?? 0];
  });
  const typmod = modifiers.length > 0 ? typmodFor(record.name, modifiers) : (node.typemod ?? -1);
  return formatType(record.name, typmod) + arrays;
}

/** Users' types are kept in quotes: who shows the text tells whether they need their schema. */
function isOwn(schema: string): boolean {
  return schema !== '' && schema !== 'pg_catalog' && schema !== 'information_schema';
}

function alwaysQuoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
