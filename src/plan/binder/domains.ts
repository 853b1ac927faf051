/** Domains: values checked as theirs, their conditions over VALUE, their defaults. */
import type { Node } from '@pgsql/types';
import { must } from '../../errors/assert.ts';
import type { DomainExpr, Expr } from '../../expr/expr.ts';
import type { SqlType } from '../../types/sql-type.ts';
import type { DomainRules, PlannerOptions } from '../planner.ts';
import { expressionOf } from './write/assignments.ts';
import { BindContext } from './bind-context.ts';
import { bindCheck } from './bind-statement.ts';
import { asOfDomains } from './composites.ts';

/** What VALUE is called in the tree of a condition. */
const valueName = 'value';

/** A value of the domain's base type as one of the domain. */
export function domainValue({ options }: BindContext, arg: Expr, type: SqlType): DomainExpr {
  const rules = domainRules(options, type);
  const checks = rules.checks.map(({ name, sql, of }) => {
    return { name, expr: bindDomainCheck(expressionOf(sql), options, of) };
  });
  const { schema, name, notNull } = rules;
  return { kind: 'domain', arg, schema, name, notNull, checks, type };
}

/** What was made of a value of the domain, part by part, is checked once it is whole. */
export function checkedAgain(context: BindContext, expr: Expr, type: SqlType): Expr {
  if (type.domain === undefined) return expr;
  const { name, typmod } = type;
  const plain = { ...expr, type: { name, typmod } };
  return context.shape(domainValue(context, plain, type), context.shapeOf(expr));
}

/** Column 0 of a row as a value of the domain, or of a composite type with domains within. */
export function bindDomainValue(options: PlannerOptions, type: SqlType): Expr {
  const { name, typmod } = type;
  const arg: Expr = { kind: 'column', index: 0, type: { name, typmod }, name: valueName };
  const context = new BindContext(options);
  return type.domain === undefined ? asOfDomains(context, arg) : domainValue(context, arg, type);
}

export function domainRules({ catalog }: PlannerOptions, { domain = 0 }: SqlType): DomainRules {
  return must(catalog.findDomain?.(domain), 'a domain');
}

/** A condition over VALUE of that type. Errors: as bindCheck. */
export function bindDomainCheck(node: Node, options: PlannerOptions, type: SqlType): Expr {
  const plain = { ...options, parameterTypes: [], parametersFixed: true };
  return bindCheck(node, plain, { name: undefined, columns: [{ name: valueName, type }] });
}
