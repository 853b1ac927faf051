/**
 * DEFAULT expressions as PostgreSQL keeps and shows them (ruleutils): numbers as written, other
 * constants with the cast that says their type, casts to the column's type left out.
 *
 *     name varchar(80) default 'x'   ──▶  'x'::character varying
 *     size bigint default 7          ──▶  7
 *     made date default current_date ──▶  CURRENT_DATE
 */
import type { Node } from '@pgsql/types';
import { bindExpression } from '../../plan/binder/bind-statement.ts';
import { BindingRecord } from '../../plan/binder/recording.ts';
import { deparseRowExpression } from '../../plan/deparse/deparse.ts';
import { exprText } from '../../plan/explain/expr-text.ts';
import type { PlannerOptions } from '../../plan/planner.ts';
import { defaultFormats } from '../../types/format-settings.ts';
import { formatType } from '../../types/type-name.ts';
import { arrayElement } from '../../types/type-text.ts';
import { sqlNameOf } from '../../plan/binder/literals.ts';
import type { CompositeTypeName, SqlType } from '../../types/sql-type.ts';
import { isCompositeName, knownComposite } from '../../types/user-type.ts';

type NodeOf<K extends string> =
  Extract<Node, Record<K, unknown>> extends Record<K, infer N> ? N : never;

/** Undefined: DEFAULT NULL is no default. Errors: those of binding to the column's type. */
export function defaultText(
  node: Node,
  column: { readonly name: string; readonly type: SqlType },
  options: PlannerOptions,
): string | undefined {
  const { name, type } = column;
  const bound = bindExpression(node, options, type, { column: name });
  if ('A_Const' in node) return constantText(node, node.A_Const, { type, options });
  if ('A_ArrayExpr' in node) return arrayText(node.A_ArrayExpr, type, options);
  if ('RowExpr' in node && isCompositeName(type.name)) {
    return rowText(node.RowExpr, type.name, options);
  }
  if ('SQLValueFunction' in node) return valueFunctionText(node.SQLValueFunction);
  if (!isLiteral(node)) return generalText(node, options);
  if (type.domain === undefined && bound.kind !== 'domain') return exprText(bound);
  const plain = bindExpression(node, options);
  return plain.kind === 'domain' ? generalText(node, options) : exprText(plain);
}

/** Sequences are named by OID in what is kept. */
function generalText(node: Node, options: PlannerOptions): string {
  const record = new BindingRecord();
  const text = exprText(bindExpression(node, { ...options, record }));
  if (text.includes('::reg')) return text;
  const formats = options.formats ?? { ...defaultFormats, timeZone: options.timeZone };
  return deparseRowExpression(node, { record, formats }) ?? text;
}

/** A typed or signed literal is a constant by itself. */
function isLiteral(node: Node): boolean {
  return 'TypeCast' in node && node.TypeCast.arg !== undefined && 'A_Const' in node.TypeCast.arg;
}

interface Target {
  readonly type: SqlType;
  readonly options: PlannerOptions;
}

function constantText(
  node: Node,
  constant: NodeOf<'A_Const'>,
  { type, options }: Target,
): string | undefined {
  if (constant.isnull === true) {
    // A domain has a default of its own, which NULL stands before.
    const isPlain = type.domain === undefined;
    return isPlain ? undefined : `NULL::${sqlNameOf({ name: type.name, typmod: -1 })}`;
  }
  if (constant.boolval !== undefined) return String(constant.boolval.boolval === true);
  if (constant.sval === undefined && constant.bsval === undefined) {
    return numberText(constant);
  }
  return exprText(bindExpression(node, options, { name: type.name, typmod: -1 }));
}

/** `7`, `1.5`; what is no plain number or not an integer's is quoted and says its type. */
function numberText(constant: NodeOf<'A_Const'>): string {
  const text = constant.fval?.fval ?? String(constant.ival?.ival ?? 0);
  const isWhole = /^-?\d+$/.test(text);
  const isBig = isWhole && BigInt.asIntN(32, BigInt(text)) !== BigInt(text);
  const isHuge = isWhole && BigInt.asIntN(64, BigInt(text)) !== BigInt(text);
  const name = !isWhole || isHuge ? 'numeric' : isBig ? 'bigint' : 'integer';
  const isPlain = name !== 'bigint' && /^[\d.]+$/.test(text);
  return isPlain ? text : `'${text}'::${name}`;
}

/** Elements that are numbers of the element's type as they are, others with their type. */
function arrayText(array: NodeOf<'A_ArrayExpr'>, type: SqlType, options: PlannerOptions): string {
  const element = arrayElement(type.name) ?? type.name;
  const elements = array.elements ?? [];
  const texts = elements.map((node) => {
    const text = defaultText(node, { name: '', type: { name: element, typmod: -1 } }, options);
    return text ?? `NULL::${formatType(element, -1)}`;
  });
  return `ARRAY[${texts.join(', ')}]`;
}

/** Fields with the types that they are of. */
function rowText(
  { args = [] }: NodeOf<'RowExpr'>,
  name: CompositeTypeName,
  options: PlannerOptions,
): string {
  const texts = knownComposite(name).fields.map(({ name: field, type }, i) => {
    const arg = args[i];
    const text = arg && defaultText(arg, { name: field, type }, options);
    const shown = formatType(type.name, type.typmod);
    if (arg === undefined || text === undefined) return `NULL::${shown}`;
    if (isOfType(arg, type, options)) return text;
    return /^\d+\.\d+$/.test(text) ? `${text}::${shown}` : `(${text})::${shown}`;
  });
  return `ROW(${texts.join(', ')})`;
}

/** Whether it needs no cast: literals without a type do not. */
function isOfType(node: Node, { name, typmod }: SqlType, options: PlannerOptions): boolean {
  if ('A_Const' in node && node.A_Const.sval !== undefined) return true;
  const own = bindExpression(node, options).type;
  return own.name === name && (typmod < 0 || own.typmod === typmod);
}

function valueFunctionText(node: NodeOf<'SQLValueFunction'>): string {
  const { op = 'SVFOP_CURRENT_DATE', typmod = -1 } = node;
  const word = op.replace('SVFOP_', '').replace(/_N$/, '');
  return op.endsWith('_N') ? `${word}(${typmod})` : word;
}
