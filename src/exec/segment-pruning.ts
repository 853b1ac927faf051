/**
 * Pruning by zone maps and value filters: which segments may hold a row that the scan's conjuncts
 * accept.
 *
 * Only a proof removes a segment: where types differ, a bound is missing, or NaN may hide above
 * the largest value, the segment stays. The filter above re-checks every row.
 */
import { unreachable } from '../errors/assert.ts';
import type { SegmentSnapshot, ZoneMap } from '../catalog/table.ts';
import type { Expr } from '../expr/expr.ts';
import type { NodeOf, PruningPredicate } from '../plan/physical.ts';
import type { Datum } from '../types/datum.ts';
import type { TypeName } from '../types/sql-type.ts';
import { compareDatums } from './compare-datums.ts';
import type { QueryContext } from './operator.ts';

type Scan = NodeOf<'SeqScanExec'>;
type Means = Pick<QueryContext, 'segments' | 'scalar'>;

interface Bound {
  readonly column: number;
  readonly op: PruningPredicate['op'];
  readonly type: TypeName;
  readonly values: readonly (Datum | null)[];
}

export function survivingSegments(
  scan: Scan,
  segments: readonly SegmentSnapshot[],
  query: Means,
): readonly SegmentSnapshot[] {
  const bounds = scan.pruning.flatMap((predicate) => boundOf(scan, predicate, query));
  return segments.filter(
    (segment) =>
      segment.rowCount > segment.deletedCount &&
      bounds.every((bound) =>
        mayMatch(bound, query.segments.zone(segment, bound.column), segment.rowCount),
      ) &&
      bounds.every((bound) => mayContain(bound, segment, query)),
  );
}

/** Value filters tell of one more value than the extremes do. */
function mayContain(bound: Bound, segment: SegmentSnapshot, { segments }: Means): boolean {
  const { op, column, values } = bound;
  if (op !== '=' && op !== 'in') return true;
  return values.some((value) => value !== null && segments.mayContain(segment, column, value));
}

/** The predicate with its values; none when the types do not compare by value. */
function boundOf(scan: Scan, predicate: PruningPredicate, query: Means): Bound[] {
  const { column, op } = predicate;
  const position = scan.columns.indexOf(column);
  const type = scan.fields[position]?.type.name;
  if (op === 'isNull' || op === 'isNotNull') return [{ column, op, type: 'any', values: [] }];
  if (type === undefined || !predicate.values.every((expr) => comparesWith(expr, type))) return [];
  return [{ column, op, type, values: predicate.values.map((expr) => query.scalar(expr)) }];
}

const integers: readonly TypeName[] = ['int2', 'int4', 'int8'];

function comparesWith(expr: Expr, type: TypeName): boolean {
  const { name } = expr.type;
  return name === type || (integers.includes(name) && integers.includes(type));
}

function mayMatch(bound: Bound, zone: ZoneMap | undefined, rowCount: number): boolean {
  if (zone === undefined) return true;
  if (bound.op === 'isNull') return zone.nullCount > 0;
  if (zone.nullCount === rowCount) return false;
  if (bound.op === 'isNotNull') return true;
  const { min, max } = zone;
  if (min === undefined || max === undefined) return true;
  return bound.values.some((value) => valueMayMatch(bound, value, { min, max }));
}

function valueMayMatch(
  { op, type }: Bound,
  value: Datum | null,
  { min, max }: { readonly min: Datum; readonly max: Datum },
): boolean {
  if (value === null) return false;
  const aboveMin = compareDatums(type, value, min);
  const aboveMax = compareDatums(type, value, max);
  if (aboveMin === undefined || aboveMax === undefined) return true;
  const nanMayHide = type === 'float4' || type === 'float8';
  switch (op) {
    case '=':
    case 'in':
      return aboveMin >= 0 && aboveMax <= 0;
    case '<':
      return aboveMin > 0;
    case '<=':
      return aboveMin >= 0;
    case '>':
      return nanMayHide || aboveMax < 0;
    case '>=':
      return nanMayHide || aboveMax <= 0;
    case 'isNull':
    case 'isNotNull':
      return true;
    default:
      return unreachable(op);
  }
}
