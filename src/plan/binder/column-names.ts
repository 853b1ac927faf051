/** Names that result columns get without AS (PostgreSQL's FigureColname). */
import type { Node } from '@pgsql/types';
import { astAs, kindOf, stringsOf, type Ast } from './ast.ts';

/** A name and whether it is strong: a weak one gives way to a cast's type name. */
type Figured = readonly [name: string, strong: boolean] | undefined;

export function columnNameOf(node: Node | undefined): string {
  return figure(node)?.[0] ?? '?column?';
}

const fixedNames: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  XmlSerialize: 'xmlserialize',
};

function figure(node: Node | undefined): Figured {
  const kind = node === undefined ? undefined : kindOf(node);
  if (node === undefined || kind === undefined) return undefined;
  const fixed = fixedNames[kind];
  if (fixed !== undefined) return [fixed, true];
  switch (kind) {
    case 'ColumnRef':
      return lastOf(astAs(node, 'ColumnRef')?.fields);
    case 'A_Indirection': {
      const indirection = astAs(node, 'A_Indirection');
      return lastOf(indirection?.indirection) ?? figure(indirection?.arg);
    }
    case 'FuncCall':
      return lastOf(astAs(node, 'FuncCall')?.funcname);
    case 'A_Expr':
      return astAs(node, 'A_Expr')?.kind === 'AEXPR_NULLIF' ? ['nullif', true] : undefined;
    case 'TypeCast': {
      const cast = astAs(node, 'TypeCast');
      const inner = figure(cast?.arg);
      return inner?.[1] === true ? inner : (weak(lastOf(cast?.typeName?.names)) ?? inner);
    }
    case 'CollateClause':
      return figure(astAs(node, 'CollateClause')?.arg);
    case 'CaseExpr': {
      const otherwise = figure(astAs(node, 'CaseExpr')?.defresult);
      return otherwise?.[1] === true ? otherwise : ['case', false];
    }
    case 'MinMaxExpr':
      return [astAs(node, 'MinMaxExpr')?.op === 'IS_LEAST' ? 'least' : 'greatest', true];
    case 'SQLValueFunction':
      return [valueFunctionName(astAs(node, 'SQLValueFunction')), true];
    case 'SubLink':
      return sublinkName(astAs(node, 'SubLink'));
    case 'MultiAssignRef':
      return figure(astAs(node, 'MultiAssignRef')?.source);
    default:
      return undefined;
  }
}

function lastOf(nodes: readonly Node[] | undefined): Figured {
  const name = stringsOf(nodes).at(-1);
  return name === undefined ? undefined : [name, true];
}

function weak(figured: Figured): Figured {
  return figured === undefined ? undefined : [figured[0], false];
}

function valueFunctionName(node: Ast<'SQLValueFunction'> | undefined): string {
  return (node?.op ?? '').replace('SVFOP_', '').replace(/_N$/, '').toLowerCase();
}

/** What the query's first column is called. */
function firstNameOf(select: Ast<'SelectStmt'> | undefined): string {
  if (select?.larg !== undefined) return firstNameOf(select.larg);
  if (select?.valuesLists !== undefined) return 'column1';
  const target = astAs(select?.targetList?.[0], 'ResTarget');
  return target?.name ?? columnNameOf(target?.val);
}

function sublinkName(node: Ast<'SubLink'> | undefined): Figured {
  switch (node?.subLinkType) {
    case 'EXISTS_SUBLINK':
      return ['exists', true];
    case 'ARRAY_SUBLINK':
      return ['array', true];
    case 'EXPR_SUBLINK':
      return [firstNameOf(astAs(node.subselect, 'SelectStmt')), true];
    default:
      return undefined;
  }
}
