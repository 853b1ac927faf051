/**
 * Literals of VALUES lists that go into a column of the literal's kind: what bulk inserts are made
 * of. They become constants at once; whatever needs rules or has an error is bound as any
 * expression is, which says the same of them.
 */
import type { Node } from '@pgsql/types';
import type { ConstantExpr } from '../../expr/expr.ts';
import { SqlError } from '../../errors/sql-error.ts';
import type { Datum } from '../../types/datum.ts';
import type { FormatSettings } from '../../types/format-settings.ts';
import type { SqlType, TypeName } from '../../types/sql-type.ts';
import { parseText } from '../../types/type-text.ts';
import { astAs, type Ast } from './ast.ts';
import { clockTypes, clockWords, constant } from './literals.ts';

type Literal = Ast<'A_Const'>;
type Reader = (literal: Literal) => Datum | undefined;

/** Gives a literal's constant of one column; undefined: it is to be bound. */
export type LiteralReader = (node: Node) => ConstantExpr | undefined;

/** Types whose text input looks at nothing but the text and the session's formats. */
const readByText: ReadonlySet<TypeName> = new Set([
  'float4',
  'numeric',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'json',
  'jsonb',
  'bytea',
] satisfies TypeName[]);

/** Undefined where the column's type has no such literals. */
export function literalReader(type: SqlType, formats: FormatSettings): LiteralReader | undefined {
  if (type.typmod >= 0 || type.domain !== undefined) return undefined;
  const read = readerOf(type, formats);
  if (read === undefined) return undefined;
  return (node) => {
    const literal = astAs(node, 'A_Const');
    if (literal === undefined) return undefined;
    if (literal.isnull === true) return constant(type, null);
    const value = read(literal);
    return value === undefined ? undefined : constant(type, value);
  };
}

function readerOf(type: SqlType, formats: FormatSettings): Reader | undefined {
  switch (type.name) {
    case 'int4':
      return ({ ival }) => (ival === undefined ? undefined : (ival.ival ?? 0));
    case 'int8':
      return ({ ival }) => (ival === undefined ? undefined : BigInt(ival.ival ?? 0));
    case 'float8':
      return floatOf;
    case 'bool':
      return ({ boolval }) => (boolval === undefined ? undefined : (boolval.boolval ?? false));
    case 'text':
    case 'varchar':
      return ({ sval }) => (sval === undefined ? undefined : (sval.sval ?? ''));
    default:
      return readByText.has(type.name) ? textReader(type, formats) : undefined;
  }
}

const plainFloat = /^\d{1,15}\.\d{1,15}$/;

function floatOf({ ival, fval }: Literal): number | undefined {
  if (ival !== undefined) return ival.ival ?? 0;
  const text = fval?.fval;
  return text !== undefined && plainFloat.test(text) ? Number(text) : undefined;
}

function textReader(type: SqlType, formats: FormatSettings): Reader {
  const mayBeClock = clockTypes.has(type.name);
  return ({ sval }) => {
    const text = sval === undefined ? undefined : (sval.sval ?? '');
    if (text === undefined || (mayBeClock && clockWords.test(text))) return undefined;
    try {
      return parseText(type, text, formats);
    } catch (error) {
      if (error instanceof SqlError) return undefined;
      throw error;
    }
  };
}
