/**
 * SQL/JSON paths as trees.
 *
 *     $.a[*] ? (@.b > 1)     chain(root, [key a, all elements, filter(compare >, …)])
 */
import type { JsonValue } from '../json-value.ts';

export type Scalar = Extract<JsonValue, { kind: 'null' | 'boolean' | 'number' | 'string' }>;

export type PathMethod = 'abs' | 'size' | 'type' | 'floor' | 'double' | 'ceiling' | 'keyvalue';

export type PathStep =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'anyKey' }
  | { readonly kind: 'anyElement' }
  | { readonly kind: 'elements'; readonly ranges: readonly ElementRange[] }
  /** `.**`: levels first … last; undefined is `last`, the leaves. */
  | {
      readonly kind: 'descend';
      readonly first: number | undefined;
      readonly last: number | undefined;
    }
  | { readonly kind: 'method'; readonly name: PathMethod }
  | { readonly kind: 'datetime'; readonly template: string | undefined }
  | { readonly kind: 'filter'; readonly predicate: PathExpr };

export interface ElementRange {
  readonly from: PathExpr;
  readonly to: PathExpr | undefined;
}

export type PathComparison = '==' | '<>' | '<' | '<=' | '>' | '>=';
export type PathArithmetic = '+' | '-' | '*' | '/' | '%';

export type PathExpr =
  | { readonly kind: 'root' | 'current' | 'last' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: Scalar }
  | { readonly kind: 'chain'; readonly head: PathExpr; readonly steps: readonly PathStep[] }
  | {
      readonly kind: 'arithmetic';
      readonly operator: PathArithmetic;
      readonly left: PathExpr;
      readonly right: PathExpr;
    }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly arg: PathExpr }
  | {
      readonly kind: 'compare';
      readonly operator: PathComparison;
      readonly left: PathExpr;
      readonly right: PathExpr;
    }
  | { readonly kind: 'and' | 'or'; readonly left: PathExpr; readonly right: PathExpr }
  | { readonly kind: 'not' | 'isUnknown' | 'exists'; readonly arg: PathExpr }
  | { readonly kind: 'startsWith'; readonly left: PathExpr; readonly right: PathExpr }
  | {
      readonly kind: 'likeRegex';
      readonly arg: PathExpr;
      readonly pattern: string;
      readonly flags: string;
    };

export interface JsonPath {
  readonly isLax: boolean;
  readonly expr: PathExpr;
}

const predicates: ReadonlySet<PathExpr['kind']> = new Set<PathExpr['kind']>([
  'compare',
  'and',
  'or',
  'not',
  'isUnknown',
  'exists',
  'startsWith',
  'likeRegex',
]);

/** Whether the expression gives true, false or unknown rather than items. */
export function isPredicate({ kind }: PathExpr): boolean {
  return predicates.has(kind);
}
