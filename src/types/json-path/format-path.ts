/** SQL/JSON paths as text, in PostgreSQL's normal form (jsonpath.c's printJsonPathItem). */
import { formatJson, quoteJson } from '../json-value.ts';
import type { JsonPath, PathExpr, PathStep } from './path.ts';

export function formatJsonPath({ isLax, expr }: JsonPath): string {
  return `${isLax ? '' : 'strict '}${format(expr, true)}`;
}

function priority(expr: PathExpr): number {
  switch (expr.kind) {
    case 'or':
      return 0;
    case 'and':
      return 1;
    case 'compare':
    case 'startsWith':
      return 2;
    case 'arithmetic':
      return expr.operator === '+' || expr.operator === '-' ? 3 : 4;
    case 'sign':
      return 5;
    default:
      return 6;
  }
}

function within(text: string, brackets: boolean): string {
  return brackets ? `(${text})` : text;
}

function format(expr: PathExpr, brackets: boolean): string {
  const inner = (arg: PathExpr): string => format(arg, priority(arg) <= priority(expr));
  switch (expr.kind) {
    case 'root':
      return '$';
    case 'current':
      return '@';
    case 'last':
      return 'last';
    case 'variable':
      return `$${quoteJson(expr.name)}`;
    case 'literal':
      return formatJson(expr.value);
    case 'chain':
      return formatHead(expr.head) + expr.steps.map(formatStep).join('');
    case 'arithmetic':
    case 'compare': {
      const operator = expr.operator === '<>' ? '!=' : expr.operator;
      return within(`${inner(expr.left)} ${operator} ${inner(expr.right)}`, brackets);
    }
    case 'and':
    case 'or':
      return within(
        `${inner(expr.left)} ${expr.kind === 'and' ? '&&' : '||'} ${inner(expr.right)}`,
        brackets,
      );
    case 'startsWith':
      return within(`${inner(expr.left)} starts with ${inner(expr.right)}`, brackets);
    case 'sign':
      return within(expr.operator + inner(expr.arg), brackets);
    case 'not':
      return `!(${format(expr.arg, false)})`;
    case 'isUnknown':
      return `(${format(expr.arg, false)}) is unknown`;
    case 'exists':
      return `exists (${format(expr.arg, false)})`;
    case 'likeRegex': {
      const flags = expr.flags === '' ? '' : ` flag "${expr.flags}"`;
      return within(`${inner(expr.arg)} like_regex ${quoteJson(expr.pattern)}${flags}`, brackets);
    }
  }
}

function formatHead(head: PathExpr): string {
  const isNumber = head.kind === 'literal' && head.value.kind === 'number';
  return isNumber ? `(${format(head, false)})` : format(head, true);
}

function formatStep(step: PathStep): string {
  switch (step.kind) {
    case 'key':
      return `.${quoteJson(step.name)}`;
    case 'anyKey':
      return '.*';
    case 'anyElement':
      return '[*]';
    case 'elements': {
      const ranges = step.ranges.map(({ from, to }) =>
        to === undefined ? format(from, false) : `${format(from, false)} to ${format(to, false)}`,
      );
      return `[${ranges.join(',')}]`;
    }
    case 'descend':
      return `.**${levels(step.first, step.last)}`;
    case 'method':
      return `.${step.name}()`;
    case 'datetime':
      return `.datetime(${step.template === undefined ? '' : quoteJson(step.template)})`;
    case 'filter':
      return `?(${format(step.predicate, false)})`;
  }
}

function levels(first: number | undefined, last: number | undefined): string {
  if (first === 0 && last === undefined) return '';
  const from = first ?? 'last';
  return first === last ? `{${from}}` : `{${from} to ${last ?? 'last'}}`;
}
