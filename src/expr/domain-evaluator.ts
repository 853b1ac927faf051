/**
 * Values made those of a domain: NOT NULL and the conditions are asked of the rows that are wanted,
 * and the first row that breaks one is told.
 *
 *     value     3  NULL  -1        VALUE > 0   true  NULL  false ──▶ 23514
 */
import { makeBatch } from '../columns/batch.ts';
import type { Column } from '../columns/column.ts';
import { columnReader } from '../columns/read.ts';
import { eachRow } from '../columns/row-set.ts';
import { SqlError } from '../errors/sql-error.ts';
import type { Datum } from '../types/datum.ts';
import { markedType } from '../types/user-type.ts';
import type { DomainExpr } from './expr.ts';
import { Frame, type Evaluator } from './frame.ts';
import type { Region } from './region.ts';

interface Fault {
  readonly row: number;
  /** Undefined: NOT NULL. */
  readonly check: string | undefined;
}

export function domainEvaluator(expr: DomainExpr, region: Region): Evaluator {
  const arg = region.evaluator(expr.arg);
  const inner = region.inner();
  const checks = expr.checks.map((check) => ({
    name: check.name,
    evaluator: inner.evaluator(check.expr),
  }));
  return (frame) => {
    const column: Column = { ...arg(frame), type: expr.type };
    if (frame.rows.rowCount === 0) return column;
    const faults: Fault[] = [];
    const note = (tests: Column, wrong: Datum | null, check: string | undefined): void => {
      const row = firstWhere(tests, wrong, frame);
      if (row !== undefined) faults.push({ row, check });
    };
    if (expr.notNull) note(column, null, undefined);
    const batch = makeBatch([column], frame.rows.physicalRows);
    const values = new Frame({ ...frame.execution, batch }, frame.rows);
    for (const { name, evaluator } of checks) note(evaluator(values), false, name);
    const [first] = faults.toSorted((left, right) => left.row - right.row);
    if (first !== undefined) throw domainFault(expr, first.check);
    return column;
  };
}

function firstWhere(column: Column, wanted: Datum | null, { rows }: Frame): number | undefined {
  if (wanted === null && column.validity === 0) return undefined;
  const read = columnReader(column);
  if (column.encoding === 'constant') return read(0) === wanted ? 0 : undefined;
  let found: number | undefined;
  eachRow(rows, (row) => {
    if (found === undefined && read(row) === wanted) found = row;
  });
  return found;
}

/** 23514 of the condition; without one 23502. */
export function domainFault(
  { schema, name }: Pick<DomainExpr, 'schema' | 'name'>,
  check: string | undefined,
): SqlError {
  const shown = markedType(schema, name);
  const place = { schema, dataType: name };
  if (check === undefined) {
    return new SqlError('not_null_violation', `domain ${shown} does not allow null values`, place);
  }
  const message = `value for domain ${shown} violates check constraint "${check}"`;
  return new SqlError('check_violation', message, { ...place, constraint: check });
}
