/** Nodes for constants and casts as ruleutils shows them. */
import type { Node } from '@pgsql/types';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { formatText, parseText } from '../../types/type-text.ts';
import { isEnumName, isUserType, knownComposite, knownEnum } from '../../types/user-type.ts';
import type { Ast } from '../../sql/ast.ts';

export function stringNode(sval: string): Node {
  return { A_Const: { sval: { sval } } };
}

export function castNode(arg: Node, { name, typmod }: SqlType): Node {
  return { TypeCast: { arg, typeName: { ...namesOf(name), typemod: typmod } } };
}

/** Users' types with their schema; arrays of them by their elements. */
function namesOf(name: TypeName): Ast<'TypeName'> {
  const isArray = name.startsWith('_');
  const element = isArray ? name.slice(1) : name;
  if (!isUserType(element)) return { names: [{ String: { sval: name } }] };
  const type = isEnumName(element) ? knownEnum(element).type : knownComposite(element).type;
  const names = [type.schema, type.name].map((sval) => ({ String: { sval } }));
  return isArray ? { names, arrayBounds: [{ Integer: { ival: -1 } }] } : { names };
}

export const nullNode: Node = { A_Const: { isnull: true } };

/** Texts of these are names, which the catalog knows. */
const isName = /^reg/;

/** A literal that became a constant of a type: numbers and truth values say their type as such. */
export function typedLiteral(text: string, type: SqlType, formats: FormatSettings): Node {
  const { name } = type;
  const plain: SqlType = { name, typmod: -1 };
  const shown = isName.test(name)
    ? text
    : formatText(plain, parseText(plain, text, formats), formats);
  return constantNode(shown, plain);
}

/** `shown` is the value as the type's output function gives it. */
export function constantNode(shown: string, type: SqlType): Node {
  if (type.name === 'bool')
    return { A_Const: { boolval: { boolval: shown === 't' || shown === 'true' } } };
  if (type.name === 'int4' && /^\d+$/.test(shown)) {
    return { A_Const: { ival: { ival: Number(shown) } } };
  }
  if (type.name === 'numeric' && /^\d+\.\d*$/.test(shown)) {
    return { A_Const: { fval: { fval: shown } } };
  }
  return castNode(stringNode(shown), type);
}
